"""Processor time of a warm rerun of each page, beside a bare page under the same server and settings."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.results import Ratio, Section, median, repeated
from bench.servers import bare, ours, processor, sample_store
from bench.visitor import Visitor
from shell.view import TAKEN
from tests.journeys.servers import Server

PAGES = ("start", *TAKEN, "presentation", "import_data", "audit")
TIMES = 15
WARMING = 3
UP_TO_FOUR, FOUR = 5.0, 4
AFTERWARDS = 0.08
"""Seconds in which the server ends what it does after a run: it looks for garbage."""


def allowed(charts: int, tables: int) -> float:
    """Reruns of the bare page that one of a page may cost: five, and one more per chart or table after the fourth."""
    return UP_TO_FOUR + max(0, charts + tables - FOUR)


async def cost(server: Server, visitor: Visitor) -> float:
    """Milliseconds of processor time of one rerun of what is shown."""
    before = processor(server)
    await visitor.run()
    await asyncio.sleep(AFTERWARDS)
    return (processor(server) - before) * 1000


async def measured(app: Server, plain: Server, pages: tuple[str, ...], query: str = "lang=it") -> list[Ratio]:
    """One line per page; every round asks each page once, and the bare one."""
    async with AsyncExitStack() as stack:
        visitors = {name: await stack.enter_async_context(_visitor(app, name, query)) for name in pages}
        simple = await stack.enter_async_context(_visitor(plain, "", ""))
        drawn = {name: await visitor.run() for name, visitor in visitors.items()}
        costs: dict[str, list[float]] = {name: [] for name in ("", *pages)}
        for number in range(WARMING + repeated(TIMES, 2)):
            for name, visitor in (("", simple), *visitors.items()):
                found = await cost(app if name else plain, visitor)
                if number >= WARMING:
                    costs[name].append(found)
    base = median(costs[""])
    return [
        Ratio(
            f"{name} ({drawn[name].charts} charts, {drawn[name].tables} tables)",
            median(costs[name]), base, "ms", len(costs[name]), allowed(drawn[name].charts, drawn[name].tables),
            against="bare page",
        )
        for name in pages
    ]  # fmt: skip


def _visitor(server: Server, page: str, query: str) -> Visitor:
    return Visitor(server.url.replace("http", "ws", 1), page, query)


def run(folder: Path) -> Section:
    """Every page on the sample."""
    url = sample_store(folder)
    with ours(folder, url) as app, bare(folder, "text") as plain:
        time.sleep(1)
        lines = asyncio.run(measured(app, plain, PAGES))
    how = (
        "Processor time of the server, all its threads, for one rerun of a page that was shown before, on the sample; "
        "beside a Streamlit page of one choice and one text. Up to 5 times for four charts and tables, and once more for "
        "each further one."
    )
    return Section("processor time of a warm rerun", how, lines)
