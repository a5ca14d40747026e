"""What project positions add up to, read from the store as steps: what each reference date adds to a group and takes away.

Of each project the latest held row at or before a date counts. Summing the steps up to the date gives just that, and the
store is read once for all dates, however many there are.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from data_model.tables import Import, ProjectPosition

_POSITION: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_IMPORT: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above


class Step(NamedTuple):
    """What changes on one day in the projects of one axis and source. `sign` −1 takes away what `sums` and `counts` add.

    Keys of `sums` are (stage,) for all that give it, and (stage, whole) and (whole, stage) for the amounts of those that
    give both; keys of `counts` are (stage,), (stage, whole) and the words projects, rounded and assumed.
    """

    day: date
    axis_code: str | None
    source_id: str
    sign: int
    sums: dict[tuple[str, ...], int]
    counts: dict[tuple[str, ...], int]


class Lot(NamedTuple):
    """The held positions that one import brought of a programme, per source."""

    import_id: int
    file_name: str
    source_id: str
    projects: int
    rows: int
    rounded: int
    assumed: int
    first: date
    last: date


def systems(session: Session, programme: str) -> set[tuple[str, bool]]:
    """The monitoring systems that have positions of a programme, and whether any gives payments admitted to it."""
    c = _POSITION.c
    query = (
        sa.select(c.system, sa.func.count(c.reported_cents))
        .where(c.programme_code == programme, c.valid_to.is_(None))
        .group_by(c.system)
    )
    return {(system, given > 0) for system, given in session.execute(query)}


def project_count(session: Session, programme: str, system: str) -> int:
    """The projects that have held positions of a programme in one system."""
    c = _POSITION.c
    query = sa.select(sa.func.count(c.project_code.distinct())).where(
        c.programme_code == programme, c.system == system, c.valid_to.is_(None)
    )
    return int(session.execute(query).scalar_one())


def lots(session: Session, programme: str, system: str) -> list[Lot]:
    """One row per import and source of the held positions of a programme, in the order of the imports."""
    c = _POSITION.c
    query = (
        sa.select(
            c.import_id,
            _IMPORT.c.file_name,
            c.source_id,
            sa.func.count(c.project_code.distinct()),
            sa.func.count(),
            _count(c.rounded),
            _count(c.date_basis == "assumed"),
            sa.func.min(c.as_of),
            sa.func.max(c.as_of),
        )
        .select_from(_POSITION.join(_IMPORT, _IMPORT.c.id == c.import_id))
        .where(c.programme_code == programme, c.system == system, c.valid_to.is_(None))
        .group_by(c.import_id, _IMPORT.c.file_name, c.source_id)
        .order_by(c.import_id, c.source_id)
    )
    return [Lot(*row) for row in session.execute(query)]


def steps(
    session: Session, programme: str, system: str, columns: dict[str, str], pairs: Sequence[tuple[str, str]]
) -> list[Step]:
    """The steps of a programme's positions in one system, the earliest first.

    `columns` names the amount of a position at each stage; `pairs` the stages that are compared, part before whole.
    """
    c = _POSITION.c
    next_on = sa.func.lead(c.as_of, type_=sa.Date()).over(partition_by=c.project_code, order_by=c.as_of)
    held = (
        sa.select(
            c.as_of,
            next_on.label("next_on"),
            *(c[name] for name in ("axis_code", "source_id", "rounded", "date_basis", *dict.fromkeys(columns.values()))),
        )
        .where(c.programme_code == programme, c.system == system, c.valid_to.is_(None))
        .subquery()
    )
    sums = _sums(held.c, columns, pairs)
    counts = _counts(held.c, columns, pairs)
    keys = (held.c.as_of, held.c.next_on, held.c.axis_code, held.c.source_id)
    found: list[Step] = []
    for row in session.execute(sa.select(*keys, *sums.values(), *counts.values()).group_by(*keys)):
        numbers = [int(value or 0) for value in row[4:]]  # PostgreSQL sums integers as decimals
        added = dict(zip(sums, numbers, strict=False))
        counted = dict(zip(counts, numbers[len(sums) :], strict=True))
        found += [Step(day, row[2], row[3], sign, added, counted) for day, sign in ((row[0], 1), (row[1], -1)) if day]
    return sorted(found, key=lambda step: (step.day, step.axis_code or "", step.source_id, step.sign))


def _sums(c: Any, columns: dict[str, str], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Any]:
    """The amounts to be summed: of all projects, and of those that give both parts of a comparison."""
    found: dict[tuple[str, ...], Any] = {(stage,): sa.func.sum(c[name]) for stage, name in columns.items()}
    for part, whole in pairs:
        both = _both(c, columns, part, whole)
        for one, other in ((part, whole), (whole, part)):
            found[one, other] = sa.func.sum(sa.case((both, c[columns[one]])))
    return found


def _counts(c: Any, columns: dict[str, str], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Any]:
    """The projects that give an amount, those that give both parts of a comparison, and all of them."""
    found: dict[tuple[str, ...], Any] = {(stage,): sa.func.count(c[name]) for stage, name in columns.items()}
    found |= {(part, whole): _count(_both(c, columns, part, whole)) for part, whole in pairs}
    found["projects",] = sa.func.count()
    found["rounded",] = _count(c.rounded)
    found["assumed",] = _count(c.date_basis == "assumed")
    return found


def _both(c: Any, columns: dict[str, str], part: str, whole: str) -> sa.ColumnElement[bool]:
    return sa.and_(c[columns[part]].is_not(None), c[columns[whole]].is_not(None))


def _count(condition: Any) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
