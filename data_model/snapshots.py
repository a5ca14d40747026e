"""The data of one programme as they were at a data version, kept as one value, opened again as a store that is only read.

A snapshot is a small SQLite database with the tables of the store: it holds the rows of the programme with what was said
before (a comparison of two dates asks for it), and what they refer to. So whatever reads a store reads a snapshot, and no
import or undo reaches it.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from data_model.roles import Actor, require
from data_model.store import Store, StoreUnavailable, head_revision, upgrade
from data_model.tables import METADATA, SittingSnapshot, StoreState

_ROWS_AT_ONCE = 2_000
_OF_THE_PROGRAMME = ("priority_axis", "subject", "subject_axis")
_VERSIONED = ("figure", "activity", "deadline", "project_position")
_TOTALS = "project_total"
_WHOLE = ("source", "source_remark", "translation", "store_state")
"""What is not of one programme and of which there is little."""

Filter = sa.ColumnElement[bool] | None


@dataclass(frozen=True)
class Frozen:
    """The data of a programme at a data version, and what they are recognised by."""

    programme: str
    data_version: int
    sha256: str
    content: bytes


class NoSuchSnapshot(Exception):
    """There is no snapshot of this number."""


def freeze(session: Session, programme: str) -> Frozen:
    """The rows that the session sees of a programme now, as one value."""
    version = int(session.execute(sa.select(col(StoreState.data_version))).scalar_one())
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    engine = _engine_on(connection)
    with engine.begin() as target:
        METADATA.create_all(target)
        target.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        target.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (head_revision(),))
        for table, condition in _wanted(programme):
            for rows in _rows(session, table, condition):
                target.execute(table.insert(), rows)
    plain = connection.serialize()
    connection.close()
    return Frozen(programme, version, hashlib.sha256(plain).hexdigest(), zlib.compress(plain, 6))


def _wanted(programme: str) -> Iterator[tuple[sa.Table, Filter]]:
    """The tables with the rows that are wanted of each, in an order in which what is referred to comes first."""
    tables = METADATA.tables
    position = tables["project_position"].c
    said = {name: tables[name].c.programme_code == programme for name in _VERSIONED}
    projects = sa.select(position.project_code).where(said["project_position"])
    places = tables["project_place"].c.project_code.in_(projects) & tables["project_place"].c.valid_to.is_(None)
    brought = [sa.select(tables[name].c.import_id).where(said[name]) for name in _VERSIONED]
    brought.append(sa.select(tables["project_place"].c.import_id).where(places))
    yield tables["programme"], tables["programme"].c.code == programme
    for name in _WHOLE:
        yield tables[name], None
    for name in _OF_THE_PROGRAMME:
        yield tables[name], tables[name].c.programme_code == programme
    yield tables["import"], tables["import"].c.id.in_(sa.union(*brought))
    for name, code in (("beneficiary", position.beneficiary_code), ("call", position.call_code)):
        yield tables[name], tables[name].c.code.in_(sa.select(code).where(said["project_position"]))
    for name in _VERSIONED:
        yield tables[name], said[name]
    yield tables["project_place"], places
    yield tables[_TOTALS], tables[_TOTALS].c.programme_code == programme


def _rows(session: Session, table: sa.Table, condition: Filter) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table some at a time, in the order of their keys."""
    query = sa.select(table).order_by(*table.primary_key)
    if condition is not None:
        query = query.where(condition)
    result = session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE))
    for some in result.mappings().partitions(_ROWS_AT_ONCE):
        yield [dict(row) for row in some]


def keep(session: Session, frozen: Frozen, *, actor: Actor) -> int:
    """Keep a snapshot in the transaction of the session; its number. Raises NotAllowed."""
    require(session, actor, "keep_snapshot", frozen.programme)
    kept = SittingSnapshot(
        programme_code=frozen.programme,
        data_version=frozen.data_version,
        frozen_at=datetime.now(UTC),
        frozen_by=actor.name,
        sha256=frozen.sha256,
        content=frozen.content,
    )
    session.add(kept)
    session.flush()
    return kept.id or 0


def read(session: Session, snapshot_id: int) -> Frozen:
    """The snapshot of a number. Raises NoSuchSnapshot."""
    c = METADATA.tables["sitting_snapshot"].c
    query = sa.select(c.programme_code, c.data_version, c.sha256, c.content).where(c.id == snapshot_id)
    found = session.execute(query).one_or_none() if 0 < snapshot_id < 2**31 else None
    if found is None:
        raise NoSuchSnapshot(str(snapshot_id))
    return Frozen(*found)


class FrozenStore(Store):
    """A snapshot as a store: read like the store it was taken from, never written. It lives in memory, for every thread."""

    def __init__(self, frozen: Frozen) -> None:
        """Unpack, and bring the schema to this version of the app: in memory, the snapshot stays as it was taken."""
        self.is_sqlite = True
        self.url = f"file:/{frozen.sha256}-{id(self)}?vfs=memdb"
        self._anchor = _opened(self.url)  # the memory lasts as long as one connection to it
        unpacked = sqlite3.connect(":memory:")
        unpacked.deserialize(zlib.decompress(frozen.content))
        unpacked.backup(self._anchor)
        unpacked.close()
        self._writer = _engine_on(self._anchor)
        upgrade(self._writer)
        self._reader = sa.create_engine("sqlite://", creator=self._connection, poolclass=sa.QueuePool, pool_size=4)

    def _connection(self) -> sqlite3.Connection:
        connection = _opened(self.url)
        connection.execute("PRAGMA query_only=ON")
        return connection

    def writing(self) -> NoReturn:
        """Never: what is frozen does not change. Raises StoreUnavailable."""
        raise StoreUnavailable("A snapshot is only read.")

    def close(self) -> None:
        """Give back all connections; the memory goes with the last."""
        super().close()
        self._anchor.close()


def _opened(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url, uri=True, check_same_thread=False)


def _engine_on(connection: sqlite3.Connection) -> sa.Engine:
    """An engine that has just this connection; its transactions are those of SQLAlchemy."""
    engine = sa.create_engine("sqlite://", creator=lambda: connection, poolclass=sa.StaticPool)
    connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(begun: sa.Connection) -> None:
        begun.exec_driver_sql("BEGIN")

    return engine
