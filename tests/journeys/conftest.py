"""A running server and a browser in front of it.

| fixture        | lives    | what it is                                                                          |
|----------------|----------|-------------------------------------------------------------------------------------|
| `own_store`    | a test   | the DATABASE_URL of a copy of the sample that nothing else opens                    |
| `server`       | a worker | the app on its own copy of the sample                                               |
| `fresh_server` | a test   | a server that nobody has asked for a page yet                                       |
| `tab`          | a test   | makes tabs, each in a context of its own, so that nothing is left of an earlier one |

After each test that uses a server, nothing that it printed may be a trace.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.screen import Screen, opened_tab
from tests.journeys.servers import Server, running

SERVERS = ("server", "fresh_server")

Tab = Callable[..., Screen]


def copied(sample_url: str, folder: Path) -> str:
    shutil.copy(sample_url.removeprefix("sqlite:///"), folder / "store.sqlite")
    return f"sqlite:///{folder / 'store.sqlite'}"


@pytest.fixture
def own_store(sample_url: str, tmp_path: Path) -> str:
    return copied(sample_url, tmp_path)


@pytest.fixture(scope="session")
def server(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with running(folder, copied(sample_url, folder)) as found:
        yield found


@pytest.fixture
def fresh_server(own_store: str, tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, own_store) as found:
        yield found


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """`tab()` is a new tab on `server`, or on the one given by name; further arguments are those of its context."""
    made: list[Screen] = []

    def make(on: Server | None = None, **context: Any) -> Screen:
        made.append(opened_tab(browser, on or request.getfixturevalue("server"), **context))
        return made[-1]

    yield make
    for screen in made:
        screen.close()


@pytest.fixture(autouse=True)
def _the_server_logs_no_trace(request: pytest.FixtureRequest) -> Iterator[None]:
    used: list[Server] = [request.getfixturevalue(name) for name in SERVERS if name in request.fixturenames]
    before = [len(server.output()) for server in used]
    yield
    for server, start in zip(used, before, strict=True):
        assert "Traceback" not in server.output()[start:], server.output()[start:]
