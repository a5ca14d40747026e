"""Stores of earlier schemas, kept as files, on either engine; and all that a database holds, read raw."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from data_model.copying import count_on
from data_model.store import _known_revisions, head_revision, sqlite_module, upgrade_within
from data_model.tables import METADATA
from tests.conftest import PostgresServer

STORES = Path(__file__).parent / "stores"
EARLIER = sorted(_known_revisions() - {head_revision()})

Raw = dict[str, Any]


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A plain connection, without any of the store's care."""
    more = {"module": sqlite_module()} if url.startswith("sqlite") else {}
    engine = sa.create_engine(url, **more)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def store_of(revision: str, folder: Path, postgres: PostgresServer | None = None) -> str:
    """The address of a new store of an earlier schema: in a folder, or in a PostgreSQL."""
    file = folder / f"{revision}-{uuid4().hex}.sqlite"
    file.write_bytes(gzip.decompress((STORES / f"{revision}.sqlite.gz").read_bytes()))
    if postgres is None:
        return f"sqlite:///{file}"
    url = postgres.new_database("template0").replace("postgresql://", "postgresql+psycopg://")
    with connected(f"sqlite:///{file}") as source, connected(url) as target:
        upgrade_within(target, revision)
        _copy(source, target)
    return url


def _copy(source: sa.Connection, target: sa.Connection) -> None:
    """The rows of a kept store into PostgreSQL, by the tables that are there."""
    there, here = sa.MetaData(), sa.MetaData()
    there.reflect(source)
    here.reflect(target)
    for table in reversed(here.sorted_tables):
        target.execute(sa.delete(table))
    for table in here.sorted_tables:
        rows = [dict(row) for row in source.execute(sa.select(there.tables[table.name])).mappings()]
        if rows:
            target.execute(sa.insert(table), rows)
    count_on(target, [METADATA.tables[name] for name in here.tables if name in METADATA.tables])


def raw(url: str) -> Raw:
    """All that a database holds: tables, columns, indexes, triggers and rows, read without any of our tables."""
    with connected(url) as connection:
        found: Raw = {}
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
            indexes = sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(table))
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings().all()
            found[table] = (columns, indexes, sorted((dict(row) for row in rows), key=repr))
        found["triggers"] = sorted(_triggers(connection))
    return found


def _triggers(connection: sa.Connection) -> list[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname || ' ON ' || relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal",
    }[connection.dialect.name]
    return [str(row[0]) for row in connection.exec_driver_sql(query)]
