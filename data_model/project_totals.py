"""What project positions add up to, read from the kept totals as steps: what is added to a group on one reference date and
taken away on a later one.

Of each project the latest held row at or before a date counts. Summing the steps up to the date gives just that, and the
store is read once for all dates, however many there are.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session

from data_model.grains import bit, grain
from data_model.selection import PROGRAMME, SYSTEM, kept, made_once, whole
from data_model.tables import Import, ProjectTotal

_TOTAL: sa.Table = ProjectTotal.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_IMPORT: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above


class Step(NamedTuple):
    """Projects of one axis and source whose positions count from a day on (`since`), until the day that has later ones of
    them (missing where there is none yet).

    Keys of `sums` are (stage,) for all that give it, and (stage, whole) and (whole, stage) for the amounts of those that
    give both; keys of `counts` are (stage,), (stage, whole) and the words projects, rounded and assumed.
    """

    since: date
    until: date | None
    axis_code: str | None
    source_id: str
    sums: dict[tuple[str, ...], int]
    counts: dict[tuple[str, ...], int]


_STEP = ("since", "until", "axis_code", "source_id")
"""What tells steps apart."""


class Lot(NamedTuple):
    """The held positions that one import brought of a programme, per source."""

    import_id: int
    file_name: str
    source_id: str
    rows: int
    rounded: int
    assumed: int
    first: date
    last: date


def systems(session: Session, programme: str) -> set[tuple[str, bool]]:
    """The monitoring systems that have positions of a programme, and whether any gives payments admitted to it."""
    c = _TOTAL.c
    query = (
        sa.select(c.system, _count(_is_given("reported_cents")))
        .where(c.programme_code == programme, c.grain == grain())
        .group_by(c.system)
    )
    return {(system, given > 0) for system, given in session.execute(query)}


def project_count(session: Session, programme: str, system: str) -> int:
    """The projects that have held positions of a programme in one system: each has one row that is the latest."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_TOTAL.c.projects), 0))
    return int(session.execute(query.where(*kept(programme, system), _TOTAL.c.until.is_(None))).scalar_one())


def lots(session: Session, programme: str, system: str) -> list[Lot]:
    """One row per import and source of the held positions of a programme, in the order of the imports."""
    c = _TOTAL.c
    counts = (sa.cast(sa.func.sum(number), sa.Integer) for number in (c.projects, c.rounded, c.assumed))
    keys = (c.import_id, _IMPORT.c.file_name, c.source_id)
    query = (
        sa.select(*keys, *counts, sa.func.min(c.since), sa.func.max(c.since))
        .select_from(_TOTAL.join(_IMPORT, _IMPORT.c.id == c.import_id))
        .where(*kept(programme, system))
        .group_by(*keys)
        .order_by(c.import_id, c.source_id)
    )
    return [Lot(*row) for row in session.execute(query)]


def steps(
    session: Session, programme: str, system: str, columns: dict[str, str], pairs: Sequence[tuple[str, str]]
) -> list[Step]:
    """The steps of a programme's positions in one system, the earliest first.

    `columns` names the amount of a position at each stage; `pairs` the stages that are compared, part before whole.
    """
    sums, counts, query = _steps_statement(tuple(columns.items()), tuple(pairs))
    rows = session.execute(query, {"programme": programme, "system": system}).all()
    start = len(_STEP)
    cut = start + len(sums)
    found = [
        Step._make((*row[:start], dict(zip(sums, row[start:cut], strict=True)), dict(zip(counts, row[cut:], strict=True))))
        for row in rows
    ]
    return sorted(found, key=lambda step: (step.since, step.axis_code or "", step.source_id))


_Keys: TypeAlias = list[tuple[str, ...]]


@made_once
def _steps_statement(
    columns: tuple[tuple[str, str], ...], pairs: tuple[tuple[str, str], ...]
) -> tuple[_Keys, _Keys, sa.Select[Any]]:
    """The keys of sums and of counts, and the statement: made once, as it takes longer to write than to answer."""
    c = _TOTAL.c
    sums, counts = _sums(dict(columns), pairs), _counts(dict(columns), pairs)
    keys = [c[name] for name in _STEP]
    numbers = [whole(sa.func.coalesce(number, 0)) for number in (*sums.values(), *counts.values())]
    query = sa.select(*keys, *numbers).where(*kept(PROGRAMME, SYSTEM)).group_by(*keys)
    return list(sums), list(counts), query


def _is_given(*amounts: str) -> sa.ColumnElement[bool]:
    """Whether the projects of a row give all of some amounts."""
    asked = sum(bit(name) for name in set(amounts))
    return _TOTAL.c.given.bitwise_and(asked) == asked


def _sums(columns: dict[str, str], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Any]:
    """The amounts to be summed: of all projects, and of those that give both parts of a comparison."""
    found: dict[tuple[str, ...], Any] = {(stage,): sa.func.sum(_TOTAL.c[name]) for stage, name in columns.items()}
    for part, of in pairs:
        both = _is_given(columns[part], columns[of])
        for one, other in ((part, of), (of, part)):
            found[one, other] = sa.func.sum(sa.case((both, _TOTAL.c[columns[one]])))
    return found


def _counts(columns: dict[str, str], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], Any]:
    """The projects that give an amount, those that give both parts of a comparison, and all of them."""
    found: dict[tuple[str, ...], Any] = {(stage,): _count(_is_given(name)) for stage, name in columns.items()}
    found |= {(part, of): _count(_is_given(columns[part], columns[of])) for part, of in pairs}
    found |= {(name,): sa.func.sum(_TOTAL.c[name]) for name in ("projects", "rounded", "assumed")}
    return found


def _count(condition: sa.ColumnElement[bool]) -> Any:
    """How many projects the rows are of that fulfil a condition."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, _TOTAL.c.projects))), 0)
