"""The store: one SQLite file or one PostgreSQL database, opened, migrated and read or written in transactions.

The reasons for the SQLite settings are in docs/DECISIONS.md (measured losses and half migrations without them).
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from data_model.replica import STATE, Replica, State, state_of
from data_model.tables import StoreState

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "data_model" / "migrations"
SAFE_SQLITE = (3, 51, 3)
"""First release of SQLite without the WAL-reset corruption."""

WRITER_CACHE = 32_000
"""KiB of pages that a writing connection to SQLite keeps: the index of half a million project keys fits, and is not read
again for each of them."""

_MIGRATION_LOCK = 20190620
WAITS = 30
"""Seconds for which a writer waits for another on SQLite."""

_NO_ROOM, _LOCKED, _AWAY = "53100", "55P03", ("08", "53", "57")
"""What PostgreSQL says by its codes: no room, locked; and by their classes that it is not reached, full or going down."""
_UNREADABLE = ("disk I/O error", "unable to open database file")
"""What SQLite says when the disk does not answer."""
_TRAIL = ("audit_entry", "audit_head")
_NO_COPY = "DATABASE_READ_URL is not an address of a copy of the PostgreSQL database of DATABASE_URL."
_NEWER = "The store was made by a newer version of Avanzamento; it was left untouched. Start that version."


class StoreUnavailable(Exception):
    """The store cannot be opened or used. The message is one plain sentence for the person who runs the server."""


class StoreBusy(StoreUnavailable):
    """Somebody else has been writing for longer than one waits. Nothing was changed."""


class StoreFull(StoreUnavailable):
    """There is no room left where the store is. Nothing was changed."""


def sqlite_module() -> ModuleType:
    """The SQLite driver that is safe with WAL: the pysqlite3 wheel, else a recent enough standard module.

    Raises StoreUnavailable where neither is there.
    """
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415  # there is no wheel for every platform
    except ImportError:
        dbapi2 = sqlite3
    if dbapi2.sqlite_version_info < SAFE_SQLITE:
        needed = ".".join(map(str, SAFE_SQLITE))
        raise StoreUnavailable(
            f"This Python carries SQLite {dbapi2.sqlite_version}, which can corrupt a store; {needed} or newer is needed. "
            "Install the pysqlite3 wheel or a newer Python, or set DATABASE_URL to a PostgreSQL database."
        )
    module: ModuleType = dbapi2
    return module


def default_url() -> str:
    """DATABASE_URL, else an SQLite file under data/ in the project folder."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{(ROOT / 'data' / 'avanzamento.sqlite').as_posix()}"


def postgres_url(url: str) -> str:
    """The address with the driver that is used, where it is one of PostgreSQL; others as they are."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


class Store:
    """One open store. `reading()` and `writing()` give sessions; everything else is a function of a session."""

    _replica: Replica | None = None

    def __init__(self, url: str, read_url: str | None = None) -> None:
        """Connect and migrate; `read_url` is a streaming copy of PostgreSQL, to be read. Raises StoreUnavailable with
        the reason in a sentence."""
        self.url = postgres_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        try:
            if self.is_sqlite:
                _refuse_newer(sa.make_url(self.url).database)
            self._writer = self._engine(read_only=False)
            self._reader = self._engine(read_only=True)
            if read_url:  # refused before anything connects: who gets an exception has no store to close
                self._replica = self._copy(read_url)
            self._migrate()
        except (sa.exc.ArgumentError, ImportError, ValueError) as error:  # unreadable, of another database, a bad port
            raise StoreUnavailable("DATABASE_URL is not an address of an SQLite file or a PostgreSQL database.") from error
        except (sa.exc.DBAPIError, OSError) as error:
            raise StoreUnavailable(f"The store cannot be opened: {_reason(error)}") from error

    def _engine(self, *, read_only: bool) -> sa.Engine:
        if not self.is_sqlite:
            if "@" in (sa.make_url(self.url).host or ""):  # of an unescaped password: it would be shown as a host
                raise sa.exc.ArgumentError
            if read_only:  # the writer's pool, each reading transaction fixed to one state and barred from writing
                return self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return sa.create_engine(self.url, pool_pre_ping=True, hide_parameters=True)  # errors show no rows
        module = sqlite_module()
        Path(sa.make_url(self.url).database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(self.url, module=module, connect_args={"timeout": WAITS}, hide_parameters=True)
        begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # SQLAlchemy's own BEGIN below must be the only one
            settings = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
            for setting in [*settings, "query_only=ON" if read_only else f"cache_size=-{WRITER_CACHE}"]:
                connection.execute(f"PRAGMA {setting}")

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def _copy(self, read_url: str) -> Replica:
        if self.is_sqlite or not postgres_url(read_url).startswith("postgresql"):
            raise StoreUnavailable(_NO_COPY)
        try:
            return Replica(postgres_url(read_url))
        except (sa.exc.ArgumentError, ValueError) as error:
            raise StoreUnavailable(_NO_COPY) from error

    def _migrate(self) -> None:
        """Bring the schema to this version of the app, in one transaction."""
        with self._reader.connect() as connection:
            if _revision(connection) == head_revision():
                return
        upgrade(self._writer)

    @cached_property
    def read_only(self) -> "Store":
        """The same store for a person who may not write: also `writing()` gives a session that cannot."""
        return _ReadOnlyStore(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot change it. Raises StoreUnavailable."""
        with _in_a_sentence(), Session(self._read_from()) as session:
            yield session

    def _read_from(self) -> sa.Engine:
        """The copy where there is one that is level with the primary."""
        if self._replica is None:
            return self._reader
        with Session(self._reader) as session:
            state = state_of(session)
        return self._replica.engine if self._replica.holds(state) else self._reader

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose block is one transaction, alone in writing; an exception undoes all of it. Raises StoreBusy,
        StoreFull, StoreUnavailable: nothing was changed."""
        with _in_a_sentence(), Session(self._writer) as session, session.begin():
            if not self.is_sqlite:
                session.execute(sa.select(col(StoreState.data_version)).with_for_update())
            yield session

    @contextmanager
    def appending(self) -> Iterator[Session]:
        """A session for entries of the audit trail and nothing else, also for who may not write: what they take away, and
        what was refused to them, is written down too. On PostgreSQL it does not wait for an import. Raises as `writing`."""
        with _in_a_sentence(), Session(self._writer) as session, session.begin():
            event.listen(session.connection(), "before_execute", _only_the_trail)
            yield session

    def data_version(self) -> int:
        """The current data version. Raises StoreUnavailable when the store does not answer."""
        return self.state().data_version

    def state(self) -> State:
        """The current data version and number of acts. Raises StoreUnavailable when the store does not answer."""
        try:
            with self._reader.connect() as connection:  # asked in each run of each page: without a session
                return State(*connection.exec_driver_sql(STATE).one())
        except sa.exc.SQLAlchemyError as error:
            raise StoreUnavailable(f"The store does not answer: {_reason(error)}") from error

    def size(self) -> int:
        """Bytes of an SQLite store; 0 of another, which is not looked through."""
        return Path(sa.make_url(self.url).database or "").stat().st_size if self.is_sqlite else 0

    def check(self) -> None:
        """Look an SQLite store through for damage; PostgreSQL watches over itself. Raises StoreUnavailable."""
        if not self.is_sqlite:
            return
        try:
            with self._reader.connect() as connection:
                found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        except sa.exc.DBAPIError as error:
            found = _reason(error)
        if found != "ok":
            told = str(found).splitlines()[-1]
            raise StoreUnavailable(f"The store is damaged ({told}). Bring a backup back: make restore FILE=…")

    def close(self) -> None:
        """Give back all connections."""
        self._writer.dispose()
        self._reader.dispose()
        if self._replica is not None:
            self._replica.engine.dispose()


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """What a database says of its own state as StoreUnavailable; what it says of a statement stays."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if (told := _of_the_store(error)) is None:
            raise
        raise told from error


def _of_the_store(error: sa.exc.DBAPIError) -> StoreUnavailable | None:
    said, of_postgres = str(error.orig), hasattr(error.orig, "sqlstate")
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == _NO_ROOM or "disk is full" in said:
        return StoreFull("There is no room left where the store is; nothing was changed.")
    if state == _LOCKED or "is locked" in said:
        return StoreBusy("Somebody else is writing to the store; nothing was changed. Try again.")
    away = of_postgres and isinstance(error, sa.exc.OperationalError) and (not state or state[:2] in _AWAY)
    if error.connection_invalidated or away or any(part in said for part in _UNREADABLE):
        return StoreUnavailable(f"The store does not answer: {_reason(error)}")
    return None


def _only_the_trail(_connection: sa.Connection, statement: Any, *_: Any) -> None:
    """Raises RuntimeError for whatever is not a query or a change of the audit trail by its own tables."""
    if not isinstance(statement, sa.Select) and getattr(getattr(statement, "table", None), "name", "") not in _TRAIL:
        raise RuntimeError("in this transaction only the audit trail may be written")


class _ReadOnlyStore(Store):
    """A store whose every connection is barred from writing by the database itself, should a check above it be missing."""

    def __init__(self, whole: Store) -> None:
        self.url, self.is_sqlite, self._whole = whole.url, whole.is_sqlite, whole
        self._reader, self._replica = whole._reader, whole._replica
        self._writer = (
            whole._reader
            if whole.is_sqlite
            else sa.create_engine(
                whole.url,
                pool_pre_ping=True,
                connect_args={"options": "-c default_transaction_read_only=on"},
                hide_parameters=True,
            )
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session as the other one's, in which nothing can be written."""
        with Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def appending(self) -> Iterator[Session]:
        """The other one's: the audit trail alone."""
        with self._whole.appending() as session:
            yield session


def _reason(error: Exception) -> str:
    """The first line of what the driver says, without addresses and passwords."""
    cause = getattr(error, "orig", None) or error
    return re.sub(r"\S+://\S+", "…", str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__)


@lru_cache(maxsize=1)
def _known_revisions() -> frozenset[str]:
    """Those of the schema's migrations, whose files are named after them."""
    return frozenset(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))


def head_revision() -> str:
    """The revision of the schema that this version of the app works with."""
    return max(_known_revisions())


def _revision(connection: sa.Connection) -> str | None:
    """The revision of the schema behind a connection; None where there is none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _refuse_newer(database: str | None) -> None:
    """Refuse a file of a newer version before anything opens it that could write: not even its journal is settled. What
    cannot be read here is told when it is opened. Raises StoreUnavailable."""
    path = Path(database or "")
    if not path.is_file() or path.stat().st_size == 0:
        return
    module = sqlite_module()
    try:
        connection = module.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except module.DatabaseError:
        return
    if found is not None and found[0] not in _known_revisions():
        raise StoreUnavailable(_NEWER)


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema behind an engine to this version of the app, in one transaction. Raises StoreUnavailable."""
    with engine.begin() as connection:
        upgrade_within(connection)


def upgrade_within(connection: sa.Connection, to: str = "head") -> None:
    """Bring the schema to this version of the app in the transaction that the connection is in. Raises StoreUnavailable."""
    if connection.dialect.name != "sqlite":  # SQLite is already held by BEGIN IMMEDIATE
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    found = _revision(connection)
    if found == head_revision():
        return
    if found is not None and found not in _known_revisions():
        raise StoreUnavailable(_NEWER)
    from data_model.migrating import migrate  # noqa: PLC0415  # a tenth of a start, which hardly any needs

    migrate(connection, to)


@lru_cache(maxsize=8)
def open_store(url: str) -> Store:
    """The process's one store for this address, read from DATABASE_READ_URL where that is set for it. Raises
    StoreUnavailable; a failed attempt is tried again next time."""
    return Store(url, os.environ.get("DATABASE_READ_URL") if url == default_url() else None)
