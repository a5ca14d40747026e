"""The store on both engines: its schema, its refusals, its transactions under load and its settings."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event

from data_model.importing import store_rows
from data_model.roles import keyboard
from data_model.store import ROOT, Store, StoreUnavailable, default_url, open_store, sqlite_module
from data_model.tables import METADATA, StoreState, Translation
from tests.data_model.rows import FILE, figure, known_source
from tests.store_content import content_of

THREADS, WRITES = 8, 25
DATA_VERSION = METADATA.tables["store_state"].c.data_version


LARGE_AND_SLOW = """
import sys, time, uvicorn
import app
from data_model.store import Store
app.LOOKED_THROUGH_FIRST = 0
look = Store.check
def later(self):
    while not self.answered:
        time.sleep(0.05)
    look(self)
def answers(self):
    type(self).answered = True
    return version(self)
version, Store.data_version, Store.check, Store.answered = Store.data_version, answers, later, False
uvicorn.run(app.app, port=0, log_level="info")
"""


def test_a_large_store_is_looked_through_while_the_app_starts_and_ends_it_when_it_is_damaged(tmp_path):
    environment = os.environ | {"DATABASE_URL": _damaged(tmp_path), "AVANZAMENTO_SAMPLE": "0"}
    command = [sys.executable, "-c", LARGE_AND_SLOW]  # looks through once a first visitor, or warming up, asked the store
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=100, check=False, text=True)
    assert done.returncode == 3, done.stderr
    assert "The store is damaged" in done.stderr


@contextmanager
def plain_engine(store: Store, **options: object) -> Iterator[sa.Engine]:
    """An engine on the store's database with none of the store's settings."""
    if store.is_sqlite:
        options["module"] = sqlite_module()
    engine = sa.create_engine(store.url, **options)
    yield engine
    engine.dispose()


# --- schema -----------------------------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(empty_url):
    store = Store(empty_url)
    with plain_engine(store) as engine, engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        tables = set(sa.inspect(connection).get_table_names())
    assert tables == {*METADATA.tables, "alembic_version"}
    store.close()


def test_the_migrations_are_what_makes_the_tables(empty_url):
    """Teeth of the test above: a database with one column less is told apart."""
    store = Store(empty_url)
    with plain_engine(store) as engine, engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE figure DROP COLUMN note"))
        assert compare_metadata(MigrationContext.configure(connection), METADATA) != []
    store.close()


def test_a_new_store_starts_at_data_version_zero(store):
    assert store.data_version() == 0


def test_opening_a_store_again_changes_nothing(empty_url):
    first = Store(empty_url)
    with first.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), figure(2, cents=1)])
    before = content_of(first)
    first.close()
    again = Store(empty_url)
    assert content_of(again) == before
    assert again.data_version() == 1
    again.close()


def test_of_four_that_open_a_new_store_at_once_each_finds_it_ready(empty_url):
    opened: list[Store] = []
    errors = in_threads(4, lambda _: opened.append(Store(empty_url)))
    assert errors == []
    assert [store.data_version() for store in opened] == [0] * 4
    for store in opened:
        store.close()


def test_a_process_has_one_store_per_address(tmp_path):
    url = f"sqlite:///{tmp_path / 'one.sqlite'}"
    assert open_store(url) is open_store(url)
    open_store(url).close()


def test_without_a_database_url_the_store_is_a_file_under_data_in_the_project(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert default_url() == f"sqlite:///{(ROOT / 'data' / 'avanzamento.sqlite').as_posix()}"


def test_the_database_url_of_the_environment_says_where_the_store_is(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/avanzamento")
    assert default_url() == "postgresql://db/avanzamento"


# --- refusals ---------------------------------------------------------------------------------------------------


def refusal(url: str) -> str:
    """The sentence with which a store at this address is refused."""
    with pytest.raises(StoreUnavailable) as refused:
        Store(url)
    sentence = str(refused.value)
    assert sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


def test_a_store_of_a_newer_version_is_refused_and_left_untouched(empty_url):
    store = Store(empty_url)
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), figure(2, cents=1)])
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    before = content_of(store)
    assert "newer version" in refusal(empty_url)
    assert content_of(store) == before
    with store.reading() as session:
        assert session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    store.close()


def _files(folder: Path) -> dict[str, bytes]:
    """The files of a store without the index of its journal, which is shared memory and says nothing."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


@pytest.mark.parametrize("left", ["settled", "with a journal", "in another journal mode"])
def test_the_files_of_a_newer_version_are_left_byte_by_byte_as_they_were(tmp_path, left):
    """With a journal: as the newer version left it when it was killed."""
    made, folder = tmp_path / "made", tmp_path / "kept"
    store = Store(f"sqlite:///{made / 's.sqlite'}")
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), figure(2, cents=1)])
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    if left != "with a journal":
        store.close()
    if left == "in another journal mode":
        connection = sqlite_module().connect(made / "s.sqlite")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.close()
    shutil.copytree(made, folder)
    store.close()
    before = _files(folder)
    assert bool(before.get("s.sqlite-wal")) == (left == "with a journal")
    assert "newer version" in refusal(f"sqlite:///{folder / 's.sqlite'}")
    after = _files(folder)
    assert {name: content for name, content in after.items() if content} == before
    assert set(after) <= {*before, "s.sqlite-wal"}


def test_a_store_that_is_whole_passes_the_look_through_at_the_start(store):
    store.check()


def _damaged(folder: Path) -> str:
    """The address of a store of which a page in the middle was overwritten; it opens as if nothing were."""
    path = folder / "store.sqlite"
    store = Store(f"sqlite:///{path}")
    with store.writing() as session:
        rows = [figure(n, cents=n, axis=str(n)) for n in range(2, 400)]
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
    store.close()
    with closing(sqlite_module().connect(path)) as connection:
        find = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_figure_natural_key'"
        (page,) = connection.execute(find).fetchone()
        connection.execute("PRAGMA journal_mode=DELETE")
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 2048] = b"x" * 2048
    path.write_bytes(content)
    return f"sqlite:///{path}"


def test_a_damaged_store_is_told_in_a_sentence_when_it_is_looked_through(tmp_path):
    store = Store(_damaged(tmp_path))
    assert store.data_version() == 1
    with pytest.raises(StoreUnavailable, match=r"The store is damaged \(.+\). Bring a backup back: make restore") as told:
        store.check()
    assert "\n" not in str(told.value)
    store.close()


def test_the_app_does_not_start_on_a_damaged_store_and_says_so_with_exit_code_3(tmp_path):
    environment = os.environ | {"DATABASE_URL": _damaged(tmp_path), "AVANZAMENTO_SAMPLE": "0"}
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=100, check=False, text=True)
    assert done.returncode == 3, done.stderr
    assert "The store is damaged" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may write anywhere: be nobody for a while, as a server would be."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def unwritable_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="avanzamento-unwritable-"))
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
    yield folder
    folder.chmod(stat.S_IRWXU)
    folder.rmdir()


@pytest.mark.parametrize("below", ["store.sqlite", "data/store.sqlite"])
def test_a_folder_that_may_not_be_written_is_refused_in_one_sentence(unwritable_folder, below):
    with without_privileges():
        assert "cannot be opened" in refusal(f"sqlite:///{unwritable_folder / below}")


def test_a_file_where_a_folder_should_be_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "data").write_text("a file")
    assert "cannot be opened" in refusal(f"sqlite:///{tmp_path / 'data' / 'store.sqlite'}")


def test_a_folder_where_the_file_should_be_is_refused_in_one_sentence(tmp_path):
    assert "cannot be opened" in refusal(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    letter = tmp_path / "letter.sqlite"
    letter.write_text("Gentile Comitato, " * 200)
    before = letter.read_bytes()
    assert "not a database" in refusal(f"sqlite:///{letter}")
    assert letter.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "no address at all",
        "mysql://me:hunter2@db/avanzamento",
        "oracle://me:hunter2@db/avanzamento",
        "mongodb://me:hunter2@db/avanzamento",
        "postgresql://me:hunter2@db:port/avanzamento",
        "postgresql://me:h@hunter2@127.0.0.1:9/avanzamento",
    ],
)
def test_an_address_of_something_else_is_refused_without_repeating_its_password(url):
    sentence = refusal(url)
    assert "DATABASE_URL" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
@pytest.mark.parametrize("password", ["hunter2", "hun/ter2", "hun%40ter2"])
def test_a_postgresql_that_does_not_listen_is_refused_without_its_password(scheme, password):
    sentence = refusal(f"{scheme}://me:{password}@127.0.0.1:9/avanzamento")
    assert "cannot be opened" in sentence
    assert "ter2" not in sentence


def test_a_store_that_was_refused_can_be_opened_once_the_reason_is_gone(tmp_path):
    (tmp_path / "data").write_text("a file")
    url = f"sqlite:///{tmp_path / 'data' / 'store.sqlite'}"
    with pytest.raises(StoreUnavailable):
        open_store(url)
    (tmp_path / "data").unlink()
    assert open_store(url).data_version() == 0
    open_store(url).close()


def test_a_store_whose_tables_are_gone_says_that_it_does_not_answer(store):
    with store.writing() as session:
        session.execute(sa.text("DROP TABLE store_state"))
    with pytest.raises(StoreUnavailable, match="does not answer"):
        store.data_version()


@pytest.mark.parametrize(("version", "refused"), [((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 0), False)])
def test_a_sqlite_that_can_corrupt_a_store_is_refused_in_a_clear_sentence(monkeypatch, tmp_path, version, refused):
    module = sqlite_module()
    written = ".".join(map(str, version))
    monkeypatch.setattr(module, "sqlite_version_info", version)
    monkeypatch.setattr(module, "sqlite_version", written)
    if not refused:
        assert sqlite_module() is module
        return
    sentence = refusal(f"sqlite:///{tmp_path / 'store.sqlite'}")
    assert written in sentence
    assert "3.51.3" in sentence
    assert "pysqlite3" in sentence
    assert not (tmp_path / "store.sqlite").exists()


def test_an_error_of_the_database_shows_no_row(store):
    """Its message comes into logs: what SQLAlchemy adds of parameters are the rows that were to be written."""
    secret = Translation(original="XQZWKY00T41Z000J", language="en", original_language="it", translation="Zampognaro")
    with store.writing() as session:
        session.execute(sa.text("DROP TABLE translation"))
    with pytest.raises(sa.exc.DBAPIError) as failed, store.writing() as session:
        session.add(secret)
    assert "INSERT INTO translation" in str(failed.value)
    assert "XQZ" not in str(failed.value)
    assert "Zampognaro" not in str(failed.value)


# --- transactions -----------------------------------------------------------------------------------------------


def test_a_reader_cannot_write(store):
    with store.reading() as session, pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
        session.execute(sa.update(StoreState).values(data_version=7))
    with store.reading() as session:
        session.add(Translation(original="a", language="en", original_language="it", translation="b"))
        with pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
            session.commit()
    assert store.data_version() == 0


def test_a_store_that_was_read_can_still_be_written(store):
    store.data_version()
    with store.writing() as session:
        session.execute(sa.update(StoreState).values(data_version=7))
    assert store.data_version() == 7


def test_a_reader_sees_one_state_from_its_first_look_to_its_last(store):
    with store.reading() as session:
        first = session.execute(sa.select(DATA_VERSION)).scalar_one()
        with store.writing() as writer:
            writer.execute(sa.update(StoreState).values(data_version=7))
        assert session.execute(sa.select(DATA_VERSION)).scalar_one() == first == 0
    assert store.data_version() == 7


def test_a_reader_does_not_see_what_is_not_yet_committed(store):
    with store.writing() as session:
        session.execute(sa.update(StoreState).values(data_version=7))
        assert store.data_version() == 0


def test_an_exception_while_writing_leaves_everything_as_it_was(store):
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), figure(2, cents=1)])
    before = content_of(store)

    def bring_in_and_fail() -> None:
        with store.writing() as session:
            store_rows(session, actor=keyboard("a"), file=FILE, rows=[figure(2, cents=5), figure(3, axis="2", cents=5)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bring_in_and_fail()
    assert content_of(store) == before
    assert store.data_version() == 1


def test_a_row_of_an_unknown_source_is_refused_and_the_database_would_refuse_it_too(store):
    with store.writing() as session:
        result = store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), figure(2, cents=1)])
    place = {"natural_key": "k", "project_code": "A", "territory": "C", "name": "n", "place": "p", "valid_from": 1}
    orphan = sa.insert(METADATA.tables["project_place"]).values(**place, source_id="nowhere", import_id=result.import_id)
    with pytest.raises(sa.exc.IntegrityError), store.writing() as session:
        session.execute(orphan)


def in_threads(number: int, work: Callable[[int], object]) -> list[Exception]:
    """Do the work in threads that start together; the exceptions it raised."""
    start, errors = threading.Barrier(number), []

    def one(n: int) -> None:
        start.wait()
        try:
            work(n)
        except Exception as error:  # they are what is counted
            errors.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def add_one(execute: Callable[[sa.Executable], sa.Result]) -> None:
    """Read the data version and write it one higher, with a breath in between in which others may come."""
    version = execute(sa.select(DATA_VERSION)).scalar_one()
    time.sleep(0.001)
    execute(sa.update(StoreState).values(data_version=version + 1))


def test_of_eight_that_write_at_once_nobody_loses_anything(store):
    def write(_: int) -> None:
        for _n in range(WRITES):
            with store.writing() as session:
                add_one(session.execute)

    assert in_threads(THREADS, write) == []
    assert store.data_version() == THREADS * WRITES


def test_a_plain_begin_would_lose_writes(store):
    """The control of the test above: the same work on an engine without the store's care does fail."""
    errors: list[Exception] = []
    with plain_engine(store, **({"connect_args": {"timeout": 30}} if store.is_sqlite else {})) as engine:
        if store.is_sqlite:
            event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

        def write(_: int) -> None:
            for _n in range(5):
                try:
                    with engine.begin() as connection:
                        add_one(connection.execute)
                except sa.exc.OperationalError as error:
                    errors.append(error)

        assert in_threads(THREADS, write) == []
    assert store.data_version() < THREADS * 5
    if store.is_sqlite:
        assert "locked" in str(errors[0])


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_the_settings_that_keep_sqlite_safe_are_in_force_for_who_reads_and_who_writes(tmp_path, how):
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with getattr(store, how)() as session:
        found = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": int(how == "reading")}
    store.close()


def test_who_writes_to_sqlite_holds_it_from_the_first_statement_on(tmp_path):
    """BEGIN IMMEDIATE: another writer is turned away although the first has only read so far."""
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with store.writing() as session, plain_engine(store, connect_args={"timeout": 0}) as engine:
        session.execute(sa.select(DATA_VERSION)).scalar_one()
        with engine.connect() as other, pytest.raises(sa.exc.OperationalError, match="locked"):
            other.execute(sa.update(StoreState).values(data_version=7))
    store.close()


def test_the_sqlite_in_use_has_the_wal_reset_corruption_fixed(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with store.reading() as session:
        version = session.execute(sa.text("SELECT sqlite_version()")).scalar_one()
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)
    store.close()


def test_a_migration_that_fails_half_way_leaves_no_half_schema(empty_url, monkeypatch):
    def fail_at_the_last_table(_conn, _cursor, statement, _parameters, _context, _many):
        if "CREATE TABLE figure" in statement:
            raise RuntimeError("planted")

    event.listen(sa.Engine, "before_cursor_execute", fail_at_the_last_table)
    try:
        with pytest.raises(RuntimeError, match="planted"):
            Store(empty_url)
    finally:
        event.remove(sa.Engine, "before_cursor_execute", fail_at_the_last_table)
    store = Store(empty_url)
    assert store.data_version() == 0
    store.close()
