"""Keeps the totals of projects (project_total): made anew for each programme that an import or an undo touches, in its own
transaction. `python -m data_model.totals` makes all of them anew; `--check` only tells whether they are what they should be.
"""

import argparse
import sys
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from data_model.positions import MEASURES
from data_model.store import Store, StoreUnavailable, default_url
from data_model.tables import ProjectPosition, ProjectTotal
from data_model.vocabulary import DateBasis

_POSITION: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_TOTAL: sa.Table = ProjectTotal.__table__  # type: ignore[attr-defined]  # as above
_KEYS = (
    "programme_code", "system", "since", "until", "axis_code", "call_code", "beneficiary_code", "region_code", "source_id",
    "import_id", "given",
)  # fmt: skip
_NOT_TOLD_APART: Mapping[str, tuple[str, ...]] = {
    "beneficiary": (),
    "call": ("beneficiary_code",),
    "region": ("beneficiary_code", "call_code"),
    "axis": ("beneficiary_code", "call_code", "region_code"),
}
"""What each grain leaves out, from the finest on: each is summed up from the one before."""
_COUNTS = ("projects", "rounded", "assumed")
_CENTS = tuple(f"{name}_cents" for name in MEASURES)
"""In the order of the bits of `given`."""


def bit(amount: str) -> int:
    """What `given` holds where an amount (a column with `_cents`) is given."""
    return 1 << _CENTS.index(amount)


def grain(levels: Collection[str] = ()) -> str:
    """The coarsest grain that tells some levels (axis, call, beneficiary, region) apart."""
    asked = {f"{level}_code" for level in levels}
    return [name for name, left_out in _NOT_TOLD_APART.items() if not asked.intersection(left_out)][-1]


def keep(session: Session, programmes: Collection[str] | None = None) -> None:
    """Make the totals of some programmes anew from the positions that hold now, or of all of them."""
    if programmes is not None and not programmes:
        return
    session.execute(sa.delete(_TOTAL).where(*_of(_TOTAL, programmes)))
    for programme, system in _systems(session, programmes):
        session.execute(sa.insert(_TOTAL).from_select(*_from_positions(programme, system)))
    for finer, coarser in pairwise(_NOT_TOLD_APART):
        session.execute(sa.insert(_TOTAL).from_select(*_summed_up(finer, coarser, programmes)))


def _of(table: Any, programmes: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if programmes is None else [table.c.programme_code.in_(sorted(programmes))]


def _systems(session: Session, programmes: Collection[str] | None) -> list[tuple[str, str]]:
    """Each programme with each system that it has projects of. One at a time they are read in the order of the index; to
    sort all of them took a third of the memory of an import."""
    c = _POSITION.c
    query = sa.select(c.programme_code, c.system).where(*_of(_POSITION, programmes)).distinct()
    return [(programme, system) for programme, system in session.execute(query.order_by(c.programme_code, c.system))]


def _from_positions(programme: str, system: str) -> tuple[list[str], sa.Select[Any]]:
    """The columns, and one row per group of positions that are the latest of their projects over the same span of time."""
    c = _POSITION.c
    until = sa.func.lead(c.as_of, type_=sa.Date()).over(partition_by=c.project_code, order_by=c.as_of)
    given = sum((sa.case((c[name].is_(None), 0), else_=bit(name)) for name in _CENTS), start=sa.literal(0, sa.Integer))
    named = {"since": c.as_of, "until": until, "given": given}
    columns = [named[name].label(name) if name in named else c[name] for name in _KEYS]
    held = sa.select(*columns, c.rounded, c.date_basis, *(c[name] for name in _CENTS))
    rows = held.where(c.programme_code == programme, c.system == system, c.valid_to.is_(None)).subquery("held")
    keys = [rows.c[name] for name in _KEYS]
    counts = (
        sa.func.count(),
        sa.func.count(sa.case((rows.c.rounded, 1))),
        sa.func.count(sa.case((rows.c.date_basis == str(DateBasis.ASSUMED), 1))),
    )
    query = sa.select(sa.literal("beneficiary"), *keys, *counts, *_summed(rows)).group_by(*keys)
    return ["grain", *_KEYS, *_COUNTS, *_CENTS], query


def _summed_up(finer: str, coarser: str, programmes: Collection[str] | None) -> tuple[list[str], sa.Select[Any]]:
    """The columns, and one row per group of totals of a grain that the coarser one does not tell apart."""
    c = _TOTAL.c
    names = [name for name in _KEYS if name not in _NOT_TOLD_APART[coarser]]
    keys = [c[name] for name in names]
    counts = (sa.cast(sa.func.sum(c[name]), sa.Integer) for name in _COUNTS)
    query = sa.select(sa.literal(coarser), *keys, *counts, *_summed(_TOTAL)).where(
        c.grain == finer, *_of(_TOTAL, programmes)
    )
    return ["grain", *names, *_COUNTS, *_CENTS], query.group_by(*keys)


def _summed(rows: Any) -> list[sa.ColumnElement[Any]]:
    return [sa.cast(sa.func.coalesce(sa.func.sum(rows.c[name]), 0), sa.BigInteger) for name in _CENTS]


def differing(session: Session) -> set[str]:
    """The programmes whose totals are not those that their positions make. What is kept is left as it is."""
    kept = _rows(session)
    savepoint = session.begin_nested()
    keep(session)
    made = _rows(session)
    savepoint.rollback()
    return {row[0] for row in kept ^ made}


def _rows(session: Session) -> set[tuple[Any, ...]]:
    return {
        tuple(row) for row in session.execute(sa.select(*(_TOTAL.c[name] for name in (*_KEYS, "grain", *_COUNTS, *_CENTS))))
    }


def main() -> int:
    """Make all totals anew, or with --check tell what is wrong: exit code 1 if anything is, 2 where there is no store."""
    parser = argparse.ArgumentParser(prog="python -m data_model.totals", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    only_look = parser.parse_args().check
    try:
        with Store(default_url()).writing() as session:
            wrong = differing(session)
            if not only_look:
                keep(session)
    except StoreUnavailable as error:
        print(error, file=sys.stderr)
        return 2
    said = f"not what the positions make: {', '.join(sorted(wrong))}" if wrong else "as they should be"
    print(f"Totals {said}." + ("" if only_look else " All were made anew."))
    return 1 if wrong and only_look else 0


if __name__ == "__main__":
    sys.exit(main())
