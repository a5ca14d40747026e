"""The two heaviest pages beside their own charts as most people write them."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench.pages import WARMING, cost
from bench.results import Ratio, Section, median, repeated
from bench.servers import ours, sample_store
from bench.visitor import Visitor
from data_model.store import ROOT
from tests.journeys.servers import HOST, Server, free_port, started, wait_until_healthy

HEAVIEST = ("axes", "calls")
"""See the part `pages`."""

MOST, TIMES = 0.15, 15


def charts_of(visitor: Visitor) -> list[dict[str, Any]]:
    """Specification and rows of each chart that the last full run sent."""
    found = []
    for chart in visitor.drawn:
        sent = chart.data.data or (chart.datasets[0].data.data if chart.datasets else b"")
        rows = pa.ipc.open_stream(sent).read_all().to_pandas() if sent else None
        plain = [] if rows is None else json.loads(rows.to_json(orient="records", date_format="iso"))
        found.append({"spec": json.loads(chart.spec), "rows": plain})
    return found


@contextmanager
def usual(folder: Path, charts: Path) -> Iterator[Server]:
    """The charts the usual way, by `streamlit run` with its default settings: no configuration lies in its folder."""
    (own := folder / f"usual-{charts.stem}").mkdir()
    port = free_port()
    page = str(ROOT / "bench" / "bare" / "usual.py")
    command = [sys.executable, "-m", "streamlit", "run", page, "--server.headless", "true", "--server.port", str(port)]
    options = ["--server.address", HOST, "--browser.gatherUsageStats", "false"]
    with started([*command, *options], port, own / "printed.txt", cwd=own, BENCH_CHARTS=str(charts)) as server:
        wait_until_healthy(server, "/_stcore/health")
        yield server


async def compared(folder: Path, app: Server, page: str) -> Ratio:
    """One page beside its charts the usual way, in turn."""
    async with _visitor(app, page) as mine:
        await mine.run()
        file = folder / f"{page}.json"
        file.write_text(json.dumps(charts_of(mine)), encoding="utf-8")
        with usual(folder, file) as server:
            async with _visitor(server, "") as theirs:
                pairs = [(await cost(app, mine), await cost(server, theirs)) for _ in range(WARMING + repeated(TIMES, 2))][
                    WARMING:
                ]
                drawn = len(theirs.drawn)
    ours_, usual_ = (median(pair[k] for pair in pairs) for k in (0, 1))
    return Ratio(f"{page} ({drawn} charts)", ours_, usual_, "ms", len(pairs), MOST, against="the usual way")


def _visitor(server: Server, page: str) -> Visitor:
    return Visitor(server.url.replace("http", "ws", 1), page, "lang=it")


def run(folder: Path) -> Section:
    """Both pages on the sample."""
    with ours(folder, sample_store(folder)) as app:
        lines = [asyncio.run(compared(folder, app, page)) for page in HEAVIEST]
    how = (
        "Processor time of the server for a warm rerun of the whole page, with its texts, tables and filters, beside a page "
        "of a select and the same charts alone: as many layers over the same rows, in Altair's shorthand, built in each "
        "run, under `streamlit run` with its default settings."
    )
    return Section("heaviest pages beside charts written the usual way", how, lines)
