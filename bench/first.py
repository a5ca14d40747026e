"""What a first visitor waits for: the start of the server, the first page; what the browser loads and a choice sends."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession

from bench.floor import AXIS, floor
from bench.results import Ratio, Section, median, repeated
from bench.servers import RUN_PYTHON, at_rest, bare, browser, ours, sample_store
from bench.visitor import Visitor
from tests.journeys.screen import POLL
from tests.journeys.servers import HOST, Server, free_port, started, uvicorn

TIMES = 9
START, FIRST_TO_SECOND, COLD_TO_BARE = 2.5, 1.3, 1.5
VISIT_MB, CHOICE_KB = 2.0, 40.0
OVERVIEW = "/overview?lang=it"
BUSY = "[data-testid='stSkeleton'], [data-stale='true']"
DRAWN = f"""
(all) => {{
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.testScriptState !== 'notRunning' || !document.querySelector('h1')) return false;
  if (document.querySelector("{BUSY}")) return false;
  const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
  return charts.length >= all && charts.every((chart) => chart.querySelector('svg .mark-group, canvas'));
}}
"""


@dataclass
class Wire:
    """Bytes that came to a tab over the network: files as they were packed, and frames of the websocket."""

    session: CDPSession
    received: float = 0.0

    def __post_init__(self) -> None:
        self.session.send("Network.enable")
        self.session.on("Network.loadingFinished", self._file)
        self.session.on("Network.webSocketFrameReceived", self._frame)

    def _file(self, event: dict[str, float]) -> None:
        self.received += event["encodedDataLength"]

    def _frame(self, event: dict[str, dict[str, Any]]) -> None:
        data = event["response"]["payloadData"]
        self.received += len(data) * 3 // 4 if event["response"].get("opcode") == 2 else len(data)  # binary comes as base64


def visited(found: Browser, server: Server, address: str, charts: int) -> tuple[float, float]:
    """Milliseconds until a page is drawn in a browser that holds nothing yet, and the bytes that came."""
    context = found.new_context(viewport={"width": 1280, "height": 6000})  # tall: all charts are in sight
    page = context.new_page()
    wire = Wire(context.new_cdp_session(page))
    before = time.perf_counter()
    page.goto(server.url + address, wait_until="commit")
    page.wait_for_function(DRAWN, arg=charts, polling=POLL, timeout=60_000)
    seconds = time.perf_counter() - before
    page.wait_for_timeout(1500)  # what comes after it was drawn is counted too
    context.close()
    return seconds * 1000, wire.received


def as_installed(port: int) -> list[str]:
    """The command of a server from an environment that holds what the app needs and no tools: they would be looked for."""
    return [str(RUN_PYTHON), *uvicorn(port)[1:]]


def start(folder: Path, url: str) -> float:
    """Seconds from the command to the first healthy answer."""
    port = free_port()
    before = time.perf_counter()
    with started(as_installed(port), port, folder / f"start-{port}.txt", DATABASE_URL=url) as server:
        while not _healthy(server):
            time.sleep(0.02)
        return time.perf_counter() - before


def _healthy(server: Server) -> bool:
    if server.process.poll() is not None:
        raise RuntimeError(f"The server on {HOST} ended: {server.output()}")
    try:
        return server.get("/healthz").status == 200
    except OSError:
        return False


def fresh(folder: Path, url: str, found: Browser) -> tuple[float, float]:
    """Milliseconds that the first and the second visitor of a fresh server wait; the first comes when it is healthy."""
    port = free_port()
    with started(as_installed(port), port, folder / f"fresh-{port}.txt", DATABASE_URL=url) as server:
        while not _healthy(server):
            time.sleep(0.02)
        first, _ = visited(found, server, OVERVIEW, 3)
        at_rest(server)
        second, _ = visited(found, server, OVERVIEW, 3)
        return first, second


@asynccontextmanager
async def relay(port: int) -> AsyncIterator[tuple[int, list[int]]]:
    """A way to a server that counts the bytes that come from it: its port, and the count."""
    came = [0]

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int) -> None:
        while some := await reader.read(1 << 16):
            came[0] += len(some) * count
            writer.write(some)
            await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(HOST, port)
        await asyncio.gather(pass_on(reader, back, 0), pass_on(there, writer, 1))

    server = await asyncio.start_server(connected, HOST, own := free_port())
    try:
        yield own, came
    finally:
        server.close()


async def bytes_of_choices(server: Server, times: int) -> list[int]:
    """Bytes that come over the network for a choice of another axis on the overview, packed as for a browser."""
    async with (
        relay(server.port) as (port, came),
        Visitor(f"ws://{HOST}:{port}", "overview", "lang=it", packed=True) as visitor,
    ):
        await visitor.run()
        found = []
        for number in range(times):
            axes = visitor.options[AXIS]
            visitor.choose(AXIS, [axes[number % len(axes)]])
            before = came[0]
            await visitor.run()
            found.append(came[0] - before)
        return found


def run(folder: Path) -> Section:
    """All of it on the sample."""
    url, times = sample_store(folder), repeated(TIMES, 2)
    with browser() as found:
        starts = [start(folder, url) for _ in range(times)]
        visitors = [fresh(folder, url, found) for _ in range(times)]
    with ExitStack() as stack:  # visitors come before the browser, which has an event loop of its own
        app = stack.enter_context(ours(folder, url))
        chosen = asyncio.run(bytes_of_choices(app, 9))
        places = [(app, OVERVIEW, 3), (stack.enter_context(bare(folder, "text")), "/", 0),
                  (stack.enter_context(floor(folder, app, "lang=it")), "/", 3)]  # fmt: skip
        found = stack.enter_context(browser())
        rounds = [[visited(found, *place) for place in places] for _ in range(times + 1)][1:]
    (mine, size), (theirs, bare_size), (alone, _) = (
        [median(each[k][what] for each in rounds) for what in (0, 1)] for k in (0, 1, 2)
    )  # fmt: skip
    first, second = (median(pair[k] for pair in visitors) for k in (0, 1))
    lines = [
        Ratio("start → healthy", median(starts), None, "s", times, START),
        Ratio("first visitor of a fresh server", first, second, "ms", times, FIRST_TO_SECOND, against="second visitor"),
        Ratio("overview in a cold browser, all charts drawn", mine, theirs, "ms", times, COLD_TO_BARE, against="bare page"),
        Ratio("its three charts alone on a bare page", alone, theirs, "ms", times, None, against="bare page"),
        Ratio(
            "bytes of a first visit", size / 1e6, None, "MB", times, VISIT_MB, against=f"{bare_size / 1e6:.2f} MB bare page"
        ),
        Ratio("bytes of a choice of an axis", median(chosen) / 1e3, None, "KB", len(chosen), CHOICE_KB),
    ]
    how = (
        "The overview of the sample. Each visit is a browser context of its own, which holds nothing yet, before a window "
        "tall enough for all charts; the server is warm but for the first visitor, who comes with the first healthy answer."
    )
    return Section("first visit", how, lines)
