"""What the store was told first, beside what holds now: corrections of figures, and projects at two dates.

What was said first is the earliest word of an import that still stands: an import that was taken back said nothing.
"""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from data_model.tables import Figure, Import, ProjectPosition

_FIGURE: sa.Table = Figure.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_IMPORT: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above
_POSITION: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # as above
_BEFORE, _HELD, _NOW = "before", "held", "now"


class Corrected(NamedTuple):
    """One figure that holds now with another value than it was first given. Cents, or thousandths, by its unit."""

    figure_id: int
    first_cents: int | None
    first_thousandths: int | None


class ProjectChange(NamedTuple):
    """The projects of one axis at two dates: how many of each kind, and what each kind adds to the sum of each stage.

    Keys of `projects` are entered, left and stayed. Keys of `cents` are (stage, kind), the kinds being before (as first
    said), held (the same day as it holds now), now, entered, left, changed, given and withdrawn; keys of `given` are
    (stage, before, held or now): the projects that give the amount.
    """

    axis_code: str | None
    projects: dict[str, int]
    cents: dict[tuple[str, str], int]
    given: dict[tuple[str, str], int]


def _standing() -> sa.Select[Any]:
    return sa.select(_IMPORT.c.id).where(_IMPORT.c.undone_at_version.is_(None))


def corrected(session: Session, programme: str) -> list[Corrected]:
    """The figures of a programme that hold now and were first given with another value, in the order of their numbers.

    A value that came where none was given before is no correction: the first value that was given counts.
    """
    f = _FIGURE.c
    has_value = sa.or_(f.amount_cents.is_not(None), f.quantity_thousandths.is_not(None))
    first = (
        sa.select(f.natural_key, sa.func.min(f.id).label("id"))
        .where(f.programme_code == programme, f.import_id.in_(_standing()), has_value)
        .group_by(f.natural_key)
        .subquery()
    )
    said, held = _FIGURE.alias("said"), _FIGURE.alias("held")
    query = (
        sa.select(held.c.id, said.c.amount_cents, said.c.quantity_thousandths)
        .select_from(first)
        .join(said, said.c.id == first.c.id)
        .join(held, sa.and_(held.c.natural_key == first.c.natural_key, held.c.valid_to.is_(None)))
        .where(
            held.c.id != said.c.id,
            sa.or_(
                held.c.amount_cents.is_distinct_from(said.c.amount_cents),
                held.c.quantity_thousandths.is_distinct_from(said.c.quantity_thousandths),
            ),
        )
        .order_by(held.c.id)
    )
    return [Corrected(*row) for row in session.execute(query)]


def project_changes(
    session: Session,
    programme: str,
    system: str,
    columns: dict[str, str],
    before: date,
    now: date,
    *,
    by_axis: bool = True,
) -> list[ProjectChange]:
    """One row per axis that projects have at either date, or one for all of them, between which none moves.

    Of each project the latest row of a date counts; `columns` names the amount of a position at each stage.
    """
    amounts = dict.fromkeys(columns.values())
    sides = [_side(programme, system, amounts, side, day) for side, day in ((_BEFORE, before), (_HELD, before), (_NOW, now))]
    e = sa.union_all(*sides).subquery().c
    axis = e.axis_code if by_axis else sa.null()
    keys = [e.project_code, *([axis] if by_axis else [])]
    one = (
        sa.select(
            e.project_code,
            axis.label("axis_code"),
            *(_at_most_once(e.side == side, sa.literal(1)).label(side) for side in (_HELD, _NOW)),
            *(_at_most_once(e.side == s, e[name]).label(f"{s}_{name}") for s in (_BEFORE, _HELD, _NOW) for name in amounts),
        )
        .group_by(*keys)
        .subquery()
    )
    projects, cents, given = _kinds(one.c), _cents(one.c, columns), _given(one.c, columns)
    measured = [*projects.values(), *cents.values(), *given.values()]
    found = []
    for row in session.execute(sa.select(one.c.axis_code, *measured).group_by(one.c.axis_code).order_by(one.c.axis_code)):
        numbers = iter([int(value or 0) for value in row[1:]])  # PostgreSQL sums integers as decimals
        counts = {kind: next(numbers) for kind in projects}
        sums = {key: next(numbers) for key in cents}
        found.append(ProjectChange(row[0], counts, sums, {key: next(numbers) for key in given}))
    return found


def _at_most_once(condition: sa.ColumnElement[bool], value: Any) -> sa.ColumnElement[Any]:
    """The value of the one row of a group on which a condition holds; missing where there is none."""
    return sa.func.max(sa.case((condition, value)))


def _side(programme: str, system: str, amounts: dict[str, None], side: str, day: date) -> sa.Select[Any]:
    """One row per project: its latest row up to a day, as it holds now or as it was first said."""
    c = _POSITION.c
    version = c.import_id.in_(_standing()) if side == _BEFORE else c.valid_to.is_(None)
    latest = sa.func.row_number().over(partition_by=c.project_code, order_by=(c.as_of.desc(), c.id))
    ranked = (
        sa.select(c.project_code, c.axis_code, *(c[name] for name in amounts), latest.label("rank"))
        .where(c.programme_code == programme, c.system == system, c.as_of <= day, version)
        .subquery()
    )
    r = ranked.c
    return sa.select(sa.literal(side).label("side"), r.project_code, r.axis_code, *(r[name] for name in amounts)).where(
        r.rank == 1
    )


def _kinds(c: Any) -> dict[str, Any]:
    """Projects that only the later date has in the axis, only the earlier one, and both."""
    held, now = c[_HELD].is_not(None), c[_NOW].is_not(None)
    conditions = {"entered": sa.and_(now, ~held), "left": sa.and_(held, ~now), "stayed": sa.and_(held, now)}
    return {kind: sa.func.count(sa.case((condition, 1))) for kind, condition in conditions.items()}


def _cents(c: Any, columns: dict[str, str]) -> dict[tuple[str, str], Any]:
    """What each kind of project adds to the sum of each stage."""
    held_here, now_here = c[_HELD].is_not(None), c[_NOW].is_not(None)
    found: dict[tuple[str, str], Any] = {}
    for stage, name in columns.items():
        before, held, now = (c[f"{side}_{name}"] for side in (_BEFORE, _HELD, _NOW))
        both = sa.and_(held_here, now_here)
        parts = {
            _BEFORE: before,
            _HELD: held,
            _NOW: now,
            "entered": sa.case((sa.and_(now_here, ~held_here), now)),
            "left": sa.case((sa.and_(held_here, ~now_here), held)),
            "changed": now - held,
            "given": sa.case((sa.and_(both, held.is_(None)), now)),
            "withdrawn": sa.case((sa.and_(both, now.is_(None)), held)),
        }
        found |= {(stage, kind): sa.func.sum(part) for kind, part in parts.items()}
    return found


def _given(c: Any, columns: dict[str, str]) -> dict[tuple[str, str], Any]:
    """The projects that give the amount of each stage."""
    return {
        (stage, side): sa.func.count(c[f"{side}_{name}"])
        for stage, name in columns.items()
        for side in (_BEFORE, _HELD, _NOW)
    }
