"""How many people one process serves, and what a second process behind nginx adds."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import WebSocketException

from bench.results import SCALE, Ratio, Section, median, repeated
from bench.servers import memory, ours, sample_store
from bench.visitor import Failed, Visitor
from tests.deploy.front import CONFIGURATION, COOKIE, NAME, PROCESSES, Front, before, processes
from tests.deploy.test_behind_nginx import MODE, SIGNED_IN
from tests.journeys.servers import Server
from texts import words

PAGE = "axes"
"""The page that takes most processor time of a rerun: see the part `pages`."""

PAUSE, PATIENT, LEAST, LIGHT = 5.0, 1.0, 200, 1.0
LEVELS = (25, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400)
"""People at once; the first level that is not served well ends the search."""

SECONDS = 30
TOGETHER, ROUNDS, GAIN = 16, 9, 1.8
AXIS = words("it")("filter.axis")


@dataclass
class Seen:
    """What a crowd saw: seconds per rerun after the first run, what went wrong, bytes of the server before and with it."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    empty: int = 0
    full: int = 0

    @property
    def p95(self) -> float:
        """The time that 95 of 100 reruns took at most, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)] if ordered else float("inf")

    @property
    def served(self) -> bool:
        """Whether everybody was served, and 95 of 100 runs in time."""
        return not self.wrong and self.p95 < PATIENT


Pause = Callable[[], Awaitable[None]]


async def stay(
    visitor: Visitor, seen: Seen, ready: asyncio.Event, go: asyncio.Event, until: list[float], pause: Pause
) -> None:
    """Open a page; from the start on choose another axis after each pause, until the time is over."""
    try:
        async with visitor:
            await visitor.run()
            ready.set()
            await go.wait()
            await pause()
            number = random.Random(id(visitor)).randrange(100)
            while time.perf_counter() < until[0]:
                axes = visitor.options[AXIS]
                visitor.choose(AXIS, [axes[number % len(axes)]])
                seen.seconds.append((await visitor.run()).seconds)
                number += 1
                await pause()
    except (OSError, Failed, TimeoutError, WebSocketException) as error:
        seen.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        ready.set()


async def crowd(visitors: list[Visitor], seconds: float, pause: Pause, server: Server | None = None) -> Seen:
    """Let people in, one after the other, and when all are there let them work for some seconds."""
    seen, go, until, staying = Seen(), asyncio.Event(), [0.0], []
    seen.empty = memory(server) if server else 0
    for visitor in visitors:
        ready = asyncio.Event()
        staying.append(asyncio.create_task(stay(visitor, seen, ready, go, until, pause)))
        await ready.wait()
    until[0] = time.perf_counter() + seconds
    go.set()
    await asyncio.sleep(seconds)
    seen.full = memory(server) if server else 0
    await asyncio.gather(*staying)
    return seen


def thinking(seed: int) -> Pause:
    """Pauses of some seconds on average, most of them short, as between two looks of a person."""
    draw = random.Random(seed)

    async def pause() -> None:
        await asyncio.sleep(draw.expovariate(1 / PAUSE))

    return pause


async def at_once() -> None:
    """No pause: as soon as one run has ended the next is asked for."""


def most(server: Server) -> tuple[int, Seen, list[str]]:
    """The most people of LEVELS that are served well, what they saw, and what happened at each level tried."""
    told: list[str] = []
    served, best = 0, Seen()
    asyncio.run(crowd([_visitor(server) for _ in range(2)], 10, at_once))  # every choice was made before
    for level in LEVELS if SCALE == 1 else LEVELS[:3]:
        seen = asyncio.run(crowd([_visitor(server) for _ in range(level)], repeated(SECONDS, 6), thinking(level), server))
        told.append(f"{level} people: p95 {seen.p95 * 1000:,.0f} ms, {len(seen.seconds)} reruns, {len(seen.wrong)} errors")
        print(f"  {told[-1]} {seen.wrong[:2] or ''}", flush=True)
        if not seen.served:
            break
        served, best = level, seen
    return served, best, told


def _visitor(server: Server) -> Visitor:
    return Visitor(server.url.replace("http", "ws", 1), PAGE, "lang=it")


def throughput(front: Front, names: tuple[str, ...]) -> float:
    """Reruns in a second of people without pauses, sent by their cookies to the processes that are named."""
    visitors = [
        Visitor(
            f"wss://{NAME}:{front.port}",
            PAGE,
            "lang=it",
            {"Cookie": f"{COOKIE}={names[number % len(names)]}", "Origin": f"https://{NAME}:{front.port}"},
            front.trust,
            ("127.0.0.1", front.port),
        )
        for number in range(TOGETHER)
    ]
    seconds = repeated(10, 5)
    seen = asyncio.run(crowd(visitors, seconds, at_once))
    if seen.wrong:
        raise RuntimeError(f"behind nginx: {seen.wrong[:3]}")
    return len(seen.seconds) / seconds


def run(folder: Path) -> Section:
    """Both on the sample."""
    url = sample_store(folder)
    with ours(folder, url) as server:
        people, seen, told = most(server)
    signed_in = CONFIGURATION.read_text(encoding="utf-8").replace(*SIGNED_IN)
    mib = (seen.full - seen.empty) / max(1, people) / (1 << 20)
    with processes(folder, url, **MODE) as (first, second), before((first.port, second.port), signed_in) as front:
        time.sleep(10)
        pairs = [(throughput(front, PROCESSES), throughput(front, PROCESSES[:1])) for _ in range(repeated(ROUNDS, 2) + 1)][
            1:
        ]
    two, one = (median(pair[k] for pair in pairs) for k in (0, 1))
    lines = [
        Ratio("people on one process, p95 < 1 s, no error", people, None, "", len(seen.seconds), LEAST, at_least=True),
        *([Ratio("memory for each of them", mib, None, "MiB", 1, LIGHT)] if people else []),
        Ratio("two processes behind nginx", two, one, "reruns/s", len(pairs), GAIN, at_least=True, against="one process"),
    ]
    how = (
        f"The page `{PAGE}` of the sample; a person chooses another axis after pauses of {PAUSE:g} s on average "
        f"(exponential), for {SECONDS} s; levels tried: {'; '.join(told)}. Behind "
        f"deploy/nginx.conf with its affinity, {TOGETHER} people "
        "without pauses. The visitors run on the same machine and take their part of its cores."
    )
    return Section("people at once", how, lines)
