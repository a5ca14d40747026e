"""What a store says, without what differs from store to store (numbers of rows, time stamps): for comparing stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from data_model.snapshots import FrozenStore, read
from data_model.store import Store
from data_model.tables import METADATA

Content = dict[str, list[tuple[Any, ...]]]

_DIGESTS = ("previous_hash", "hash")
"""Of the audit trail: they hang on the time stamps."""

_DIFFERS = {"id", "at", "imported_at", "created_at", "frozen_at", "said_at", "deleted_at"}


def content(session: Session) -> Content:
    """All rows of each table, sorted; an import is named by its file and data version instead of its number."""
    imports = METADATA.tables["import"]
    names = {row.id: f"{row.file_name}@{row.data_version}" for row in session.execute(sa.select(imports))}
    return {name: sorted(_rows(session, table, names), key=repr) for name, table in METADATA.tables.items()}


def _rows(session: Session, table: sa.Table, imports: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    for row in session.execute(sa.select(table)).mappings():
        cells = {name: value for name, value in row.items() if name not in _DIFFERS or isinstance(value, str)}
        cells = {name: value for name, value in cells.items() if name not in _DIGESTS}
        if "deleted_at" in row:
            cells["deleted"] = row["deleted_at"] is not None
        if "import_id" in cells:
            cells["import_id"] = imports[cells["import_id"]]
        if "details" in cells:
            of_a_sitting = ("sha256",) if "sitting" in cells["details"] else ()
            cells["details"] = {k: v for k, v in cells["details"].items() if k not in ("import", *of_a_sitting)}
        if table.name == "sitting_snapshot":  # holds time stamps of its own: what it says is compared, not its bytes
            cells["sha256"], cells["content"] = "", content_of(FrozenStore(read(session, row["id"])))
        yield tuple(sorted(cells.items()))


def content_of(store: Store) -> Content:
    """The content that a reader of the store sees."""
    with store.reading() as session:
        return content(session)


def held(store: Store) -> Content:
    """The content without the trail, which grows by what is refused too."""
    return {table: rows for table, rows in content_of(store).items() if table not in ("audit_entry", "audit_head")}


class _Undo(Exception):
    """Ends a transaction that is not to be kept."""


@contextmanager
def undone(store: Store) -> Iterator[Session]:
    """A writing transaction that is undone at the end: as good as a fresh store for each example, and much faster."""
    try:
        with store.writing() as session:
            yield session
            raise _Undo
    except _Undo:
        pass
