"""What of a figure is Streamlit's: the charts of the overview, as the app sent them, alone on a page with one choice."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers import bare
from bench.usual import charts_of
from bench.visitor import Visitor
from tests.journeys.servers import Server
from texts import words

AXIS = words("it")("filter.axis")


@contextmanager
def floor(folder: Path, app: Server, query: str) -> Iterator[Server]:
    """A server of such a page: for each choice of an axis what the app's overview draws then."""
    file = folder / "floor.json"
    file.write_text(json.dumps(asyncio.run(_sets(app, query))), encoding="utf-8")
    with bare(folder, "charts", BENCH_CHARTS=str(file), BENCH_CHOICE=AXIS) as server:
        yield server


async def _sets(app: Server, query: str) -> dict[str, list[dict[str, Any]]]:
    async with Visitor(app.url.replace("http", "ws", 1), "overview", query) as visitor:
        await visitor.run()
        found = {}
        for name in list(visitor.options[AXIS]):
            visitor.choose(AXIS, [name])
            await visitor.run()
            found[name] = charts_of(visitor)
        return found
