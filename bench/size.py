"""Whether the size of the store is felt: pages of the same programme on L and on S."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench import data_sets
from bench.pages import cost
from bench.results import SCALE, Ratio, Section, median
from bench.servers import ours
from bench.visitor import Visitor
from shell.view import TAKEN
from tests.journeys.servers import Server

MOST, ROUNDS, AGAIN = 1.1, 19, 3
"""A date is new once; what is shown once more is asked for three times: ten milliseconds differ by a tenth for no reason."""

PAGES = ("start", *TAKEN)
Costs = dict[tuple[str, str, int], list[float]]
"""Milliseconds of processor time by page, kind of rerun (`new` date, `seen`) and server."""


async def measured(servers: Sequence[Server], days: Sequence[str]) -> Costs:
    """Each page on each server at one date after the other: when it is new, and then some times more."""
    costs: Costs = {}
    async with AsyncExitStack() as stack:
        for page in PAGES:
            visitors = []
            for server in servers:
                address = server.url.replace("http", "ws", 1)
                visitors.append(await stack.enter_async_context(Visitor(address, page, _query(days[0]))))
                await visitors[-1].run()
            for day in days[1:]:
                for kind in ("new", *["seen"] * AGAIN):
                    for number, (server, visitor) in enumerate(zip(servers, visitors, strict=True)):
                        visitor.query = _query(day)
                        costs.setdefault((page, kind, number), []).append(await cost(server, visitor))
    return costs


def _query(day: str) -> str:
    return f"lang=it&programme={data_sets.FIRST}&series=oc&as_of={day}"


def run(folder: Path) -> Section:
    """Both stores side by side."""
    days = [day.isoformat() for day in data_sets.DATES[::-1]][: (ROUNDS if SCALE == 1 else 3) + 1]
    stores = (data_sets.large(), data_sets.small())
    with ours(folder, stores[0], AVANZAMENTO_SAMPLE="0") as big, ours(folder, stores[1], AVANZAMENTO_SAMPLE="0") as little:
        costs = asyncio.run(measured((big, little), days))
    lines = [
        Ratio(
            f"{page}, {words}",
            *(median(costs[page, kind, 0]), median(costs[page, kind, 1]), "ms", len(costs[page, kind, 0]), MOST),
            against="on S",
        )
        for page in PAGES
        for kind, words in (("new", "a date not seen before"), ("seen", "once more"))
    ]
    how = (
        f"Processor time of the server for a rerun of a page of programme {data_sets.FIRST}, the same "
        f"{data_sets.scaled(data_sets.OF_FIRST):,} projects at 20 dates in a store of that programme alone (S) and in one "
        "of 200 programmes and 2,000,000 projects (L); both servers in turn, at one reference date after the other."
    )
    return Section("pages on L against S", how, lines)
