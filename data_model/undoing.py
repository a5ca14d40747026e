"""Takes an import back. What it brought no longer holds; what other imports brought holds again."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from data_model.importing import CHUNK, VERSIONED
from data_model.tables import AuditEntry, Import, StoreState


class NoSuchImport(Exception):
    """There is no import of that number, or it was taken back before."""


def undo_import(session: Session, *, actor: str, import_id: int) -> int:
    """Take one import back, in the caller's transaction; the new data version.

    Each figure, activity and deadline it brought gives way to what the latest import that still stands says of it, if any
    does. Rows of later imports stay. Names, sources and translations stay too: other rows may speak of them. Raises
    NoSuchImport.
    """
    undone = session.get(Import, import_id)
    if undone is None or undone.undone_at_version is not None:
        raise NoSuchImport(str(import_id))
    version = int(session.execute(sa.select(col(StoreState.data_version))).scalar_one()) + 1
    undone.undone_at_version = version
    session.flush()
    rows = {table.__tablename__: _give_way(session, table, import_id, version) for table in VERSIONED.values()}
    session.execute(sa.update(StoreState).values(data_version=version))
    details = {"import": import_id, "file": undone.file_name, "sha256": undone.sha256, "rows": rows}
    session.add(AuditEntry(at=datetime.now(UTC), actor=actor, action="undo", data_version=version, details=details))
    session.flush()
    return version


def _give_way(session: Session, table: type[SQLModel], import_id: int, version: int) -> int:
    """Close the rows of an import that hold now and let the ones before them hold again; the number closed."""
    c = table.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
    held = sa.and_(c.import_id == import_id, c.valid_to.is_(None))
    keys = [row[0] for row in session.execute(sa.select(c.natural_key).where(held))]
    session.execute(sa.update(table).where(held).values(valid_to=version))
    for start in range(0, len(keys), CHUNK):
        _restore(session, table, keys[start : start + CHUNK], version)
    return len(keys)


def _restore(session: Session, table: type[SQLModel], keys: list[str], version: int) -> None:
    """Let the latest row of an import that still stands hold again, per key."""
    c = table.__table__.c  # type: ignore[attr-defined]  # as above
    standing = sa.select(col(Import.id)).where(col(Import.undone_at_version).is_(None))
    query = (
        sa.select(*c).where(c.natural_key.in_(keys), c.import_id.in_(standing)).order_by(c.natural_key, c.import_id, c.id)
    )
    latest: dict[str, dict[str, Any]] = {}
    for row in session.execute(query).mappings():
        latest[row["natural_key"]] = dict(row)
    again = [
        {name: value for name, value in row.items() if name != "id"} | {"valid_from": version, "valid_to": None}
        for row in latest.values()
    ]
    if again:
        session.execute(sa.insert(table), again)
