"""The servers and the browser of the benchmarks, each in a process of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from data_model.store import ROOT, Store
from importers.sample import load_sample
from tests.browser import chromium
from tests.conftest import QUIET
from tests.journeys.servers import HOST, Server, free_port, running, started, wait_until_healthy


def sample_store(folder: Path) -> str:
    """The address of a new store that holds the sample."""
    url = f"sqlite:///{folder / 'sample.sqlite'}"
    with Store(url).writing() as session:
        load_sample(session)
    return url


@contextmanager
def ours(folder: Path, url: str, **env: str) -> Iterator[Server]:
    """The app on a store."""
    (own := folder / f"ours-{free_port()}").mkdir()
    with running(own, url, command=(), port=0, cwd=ROOT, **env) as server:
        yield server


@contextmanager
def bare(folder: Path, page: str, **env: str) -> Iterator[Server]:
    """A bare page of bench/bare, served with the app's own settings."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare.app:app", "--host", HOST, "--port", str(port)]
    with started(command, port, folder / f"bare-{port}.txt", cwd=ROOT, BENCH_PAGE=page, **env) as server:
        wait_until_healthy(server, "/_stcore/health")
        yield server


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that asks nobody for anything by itself."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield found
        found.close()
