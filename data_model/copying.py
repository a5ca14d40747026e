"""The content of a store, whatever database holds it: a digest of each table, and a copy of all rows into another one."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from data_model.tables import METADATA

_ROWS_AT_ONCE = 2_000
_WRAP = 1 << 256

Contents = dict[str, tuple[int, str]]
"""Rows and digest per table."""


def contents(connection: sa.Connection) -> Contents:
    """How many rows each table has and what they say together: equal on both engines, whatever the order of the rows.

    The digest is the sum of the SHA-256 of the rows: engines sort texts differently, a sum needs no order.
    """
    return {name: _content(connection, table) for name, table in sorted(METADATA.tables.items())}


def _content(connection: sa.Connection, table: sa.Table) -> tuple[int, str]:
    number, total = 0, 0
    for rows in _rows(connection, table):
        for row in rows:
            said = json.dumps([_plain(row[column.name]) for column in table.columns], sort_keys=True)
            total = (total + int.from_bytes(hashlib.sha256(said.encode("ascii")).digest())) % _WRAP
        number += len(rows)
    return number, f"{total:064x}"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, date) else value


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table some at a time; time stamps in UTC, since SQLite keeps no time zone."""
    result = connection.execute(sa.select(table).execution_options(yield_per=_ROWS_AT_ONCE))
    for some in result.mappings().partitions(_ROWS_AT_ONCE):
        yield [{name: _in_utc(value) for name, value in row.items()} for row in some]


def _in_utc(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    """Put the rows of a store in the place of those that a new store of the same schema has."""
    for table in reversed(METADATA.sorted_tables):
        target.execute(sa.delete(table))
    for table in METADATA.sorted_tables:
        for rows in _rows(source, table):
            target.execute(sa.insert(table), rows)
    if target.dialect.name == "postgresql":
        count_on(target, METADATA.tables.values())


def count_on(target: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let PostgreSQL number new rows of some tables from where the copied ones end."""
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            quoted = target.dialect.identifier_preparer.quote(table.name)
            last = target.execute(sa.select(sa.func.max(column))).scalar_one()
            sequence = sa.func.pg_get_serial_sequence(quoted, column.name)
            target.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))
