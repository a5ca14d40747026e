"""What arrived last: per programme and source the latest data that hold, and since when there are newer ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from data_model.tables import Activity, Deadline, Figure, Import, ProjectPosition

_DATED: tuple[type[SQLModel], ...] = (Figure, Activity, Deadline, ProjectPosition)


@dataclass(frozen=True)
class Received:
    """The rows that one import brought of a programme from a source and that hold now."""

    programme: str
    source_id: str
    import_id: int
    imported_at: datetime
    data_version: int
    rows: int
    last_as_of: date | None


def received(session: Session) -> list[Received]:
    """One entry per programme, source and import whose rows hold now, the latest import first."""
    found: dict[tuple[str, str, int], tuple[int, date | None]] = {}
    for table in _DATED:
        for programme, source, number, rows, last in session.execute(_held(table.__table__)):  # type: ignore[attr-defined]  # set by SQLModel
            before, latest = found.get((programme, source, number), (0, None))
            found[programme, source, number] = (before + rows, max(filter(None, (latest, last)), default=None))
    imports: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above
    known = {row.id: row for row in session.execute(sa.select(imports.c.id, imports.c.imported_at, imports.c.data_version))}
    entries = [
        Received(programme, source, number, known[number].imported_at, known[number].data_version, rows, last)
        for (programme, source, number), (rows, last) in found.items()
    ]
    return sorted(entries, key=lambda entry: (-entry.import_id, entry.programme, entry.source_id))


def new_since(entries: Iterable[Received], programme: str, version: int) -> datetime | None:
    """When the first data of a programme came in that a reader at a data version did not have; None where there are none."""
    later = [e.imported_at for e in entries if e.programme == programme and e.data_version > version]
    return min(later, default=None)


def _held(table: sa.Table) -> sa.Select[Any]:
    """Rows that hold, counted by programme, source and import."""
    c = table.c
    last = sa.func.max(c.as_of) if "as_of" in c else sa.func.max(sa.null())
    keys = (c.programme_code, c.source_id, c.import_id)
    return sa.select(*keys, sa.func.count(), last).where(c.valid_to.is_(None)).group_by(*keys)
