"""What is asked about imports: their list by pages, what one brought that holds now, its refused rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model.kinds import VERSIONED
from data_model.tables import Import, RejectedRow


@dataclass(frozen=True)
class ImportEntry:
    """One import, as its list shows it; `details` as in the table."""

    id: int
    format: str
    file_name: str
    sha256: str
    actor: str
    imported_at: datetime
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_skipped: int
    rows_rejected: int
    sums_in_cents: dict[str, int]
    reasons: dict[str, int]
    details: dict[str, Any]
    undone_at_version: int | None


@dataclass(frozen=True)
class KeptRow:
    """One refused row as it is kept."""

    part: str | None
    line: int
    column: str | None
    value: str | None
    reason: str
    cells: list[str] | None


_ENTRY = [Import.__table__.c[name] for name in ImportEntry.__dataclass_fields__]  # type: ignore[attr-defined]  # set by SQLModel
_KEPT = [RejectedRow.__table__.c[name] for name in KeptRow.__dataclass_fields__]  # type: ignore[attr-defined]  # as above


def imports_count(session: Session) -> int:
    """How many imports there are, those taken back included."""
    return int(session.execute(sa.select(sa.func.count()).select_from(Import)).scalar_one())


def imports_page(session: Session, *, offset: int, limit: int) -> list[ImportEntry]:
    """Some imports, the newest first."""
    query = sa.select(*_ENTRY).order_by(col(Import.id).desc()).offset(offset).limit(limit)
    return [ImportEntry(*row) for row in session.execute(query)]


def import_entry(session: Session, import_id: int) -> ImportEntry | None:
    """One import, or None where there is none of that number."""
    row = session.execute(sa.select(*_ENTRY).where(col(Import.id) == import_id)).first()
    return None if row is None else ImportEntry(*row)


def held_rows(session: Session, import_id: int) -> dict[str, int]:
    """How many rows of an import hold now, per table: what taking it back would close."""
    found = {}
    for table in VERSIONED.values():
        c = table.__table__.c  # type: ignore[attr-defined]  # as above
        query = sa.select(sa.func.count()).where(c.import_id == import_id, c.valid_to.is_(None))
        found[str(table.__tablename__)] = int(session.execute(query).scalar_one())
    return {name: count for name, count in found.items() if count}


def refused_page(session: Session, import_id: int, *, offset: int, limit: int) -> list[KeptRow]:
    """Some refused rows of an import, in the order of its file."""
    query = sa.select(*_KEPT).where(col(RejectedRow.import_id) == import_id).order_by(col(RejectedRow.id))
    return [KeptRow(*row) for row in session.execute(query.offset(offset).limit(limit))]


def refused_rows(session: Session, import_id: int) -> Iterator[KeptRow]:
    """All refused rows of an import, one after the other."""
    query = sa.select(*_KEPT).where(col(RejectedRow.import_id) == import_id).order_by(col(RejectedRow.id))
    for row in session.execute(query.execution_options(yield_per=1_000)):
        yield KeptRow(*row)
