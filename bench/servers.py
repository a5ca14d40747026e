"""The servers and the browser of the benchmarks, each in a process of its own."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from data_model.store import ROOT, Store
from importers.sample import load_sample
from shell.warm_up import LATER
from tests.browser import chromium
from tests.conftest import QUIET
from tests.journeys.servers import HOST, Server, free_port, running, started, wait_until_healthy

PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
RUN_PYTHON = ROOT / ".venv-run" / "bin" / "python"
WARMING_UP = 120
"""Seconds that the app may go on warming up in the background."""


def sample_store(folder: Path) -> str:
    """The address of a new store that holds the sample."""
    url = f"sqlite:///{folder / 'sample.sqlite'}"
    store = Store(url)
    with store.writing() as session:
        load_sample(session)
    store.close()
    return url


@contextmanager
def ours(folder: Path, url: str, **env: str) -> Iterator[Server]:
    """The app on a store, at rest."""
    (own := folder / f"ours-{free_port()}").mkdir()
    with _on_one_core(running(own, url, cwd=ROOT, command=(), port=0, **env)) as server:
        at_rest(server)
        yield server


@contextmanager
def bare(folder: Path, page: str, **env: str) -> Iterator[Server]:
    """A bare page of bench/bare, served with the app's own settings."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare.app:app", "--host", HOST, "--port", str(port)]
    with _on_one_core(started(command, port, folder / f"bare-{port}.txt", cwd=ROOT, BENCH_PAGE=page, **env)) as server:
        wait_until_healthy(server, "/_stcore/health")
        yield server


@contextmanager
def peer(folder: Path, command: Sequence[str], port: int, path: str = "/", **env: str) -> Iterator[Server]:
    """A peer of bench/peers under the Python of .venv-bench."""
    arguments = [str(PEERS_PYTHON), "-m", *command]
    starting = started(arguments, port, folder / f"peer-{port}.txt", cwd=ROOT / "bench" / "peers", **env)
    with _on_one_core(starting) as server:
        wait_until_healthy(server, path)
        yield server


@contextmanager
def _on_one_core(starting: AbstractContextManager[Server]) -> Iterator[Server]:
    """A server on one core, as the app binds itself, and on the same as all others: they are measured in turn, and of two
    cores one may be slower for a while."""
    every = os.sched_getaffinity(0)
    with ExitStack() as stack:
        os.sched_setaffinity(0, {max(every)})  # what is started inherits it
        try:
            server = stack.enter_context(starting)
        finally:
            os.sched_setaffinity(0, every)
        yield server


def processor(server: Server) -> float:
    """Seconds of processor time that a server has used so far, threads that have ended included. Linux only: the number of
    another process's clock is made as the C library makes it."""
    return time.clock_gettime((~server.process.pid << 3) | 2)


def memory(server: Server) -> int:
    """Bytes that a server holds in memory."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def at_rest(server: Server) -> None:
    """Wait until a server does nothing: the app warms up some time after it answers."""
    time.sleep(LATER)
    wait_until(lambda: _idle(server), WARMING_UP)


def _idle(server: Server) -> bool:
    before = processor(server)
    time.sleep(1)
    return processor(server) - before < 0.05


def wait_until(done: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"not so after {seconds} s")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that asks nobody for anything by itself."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(whole=True), args=list(QUIET))
        yield found
        found.close()
