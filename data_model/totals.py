"""Keeps the totals of projects (project_total, and those of beneficiaries in their order, beneficiary_total): made anew for
each programme that an import or an undo touches, in its own transaction. `python -m data_model.totals` makes all of them
anew; `--check` only tells whether they are what they should be.
"""

import argparse
import sys
from collections.abc import Collection
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from data_model.grains import CENTS, NOT_TOLD_APART, bit
from data_model.selection import (
    COMMITTED,
    COMPARED,
    RANKED_BY,
    SUMS,
    Shape,
    grouped,
    letters,
    most_projects_first,
    widest_first,
)
from data_model.store import Store, StoreUnavailable, default_url
from data_model.tables import BeneficiaryTotal, ProjectPosition, ProjectTotal
from data_model.vocabulary import DateBasis

_RANKED: sa.Table = BeneficiaryTotal.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_POSITION: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # as above
_TOTAL: sa.Table = ProjectTotal.__table__  # type: ignore[attr-defined]  # as above
_KEYS = (
    "programme_code", "system", "since", "until", "axis_code", "call_code", "beneficiary_code", "region_code", "source_id",
    "import_id", "given",
)  # fmt: skip
_COUNTS = ("projects", "rounded", "assumed")


def keep(session: Session, programmes: Collection[str] | None = None) -> None:
    """Make the totals of some programmes anew from the positions that hold now, or of all of them."""
    if programmes is not None and not programmes:
        return
    for table in (_TOTAL, _RANKED):
        session.execute(sa.delete(table).where(*_of(table, programmes)))
    systems = _systems(session, programmes)
    for programme, system in systems:
        session.execute(sa.insert(_TOTAL).from_select(*_from_positions(programme, system)))
    for finer, coarser in pairwise(NOT_TOLD_APART):
        session.execute(sa.insert(_TOTAL).from_select(*_summed_up(finer, coarser, programmes)))
    for programme, system in systems:
        for compared in COMPARED:
            session.execute(sa.insert(_RANKED).from_select(*_numbered(programme, system, compared, letters(session))))


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
    given = sum((sa.case((c[name].is_(None), 0), else_=bit(name)) for name in CENTS), start=sa.literal(0, sa.Integer))
    named = {"since": c.as_of, "until": until, "given": given}
    columns = [named[name].label(name) if name in named else c[name] for name in _KEYS]
    held = sa.select(*columns, c.rounded, c.date_basis, *(c[name] for name in CENTS))
    rows = held.where(c.programme_code == programme, c.system == system, c.valid_to.is_(None)).subquery("held")
    keys = [rows.c[name] for name in _KEYS]
    counts = (
        sa.func.count(),
        sa.func.count(sa.case((rows.c.rounded, 1))),
        sa.func.count(sa.case((rows.c.date_basis == str(DateBasis.ASSUMED), 1))),
    )
    query = sa.select(sa.literal("beneficiary"), *keys, *counts, *_summed(rows)).group_by(*keys)
    return ["grain", *_KEYS, *_COUNTS, *CENTS], query


def _summed_up(finer: str, coarser: str, programmes: Collection[str] | None) -> tuple[list[str], sa.Select[Any]]:
    """The columns, and one row per group of totals of a grain that the coarser one does not tell apart."""
    c = _TOTAL.c
    names = [name for name in _KEYS if name not in NOT_TOLD_APART[coarser]]
    keys = [c[name] for name in names]
    counts = (sa.cast(sa.func.sum(c[name]), sa.Integer) for name in _COUNTS)
    query = sa.select(sa.literal(coarser), *keys, *counts, *_summed(_TOTAL)).where(
        c.grain == finer, *_of(_TOTAL, programmes)
    )
    return ["grain", *names, *_COUNTS, *CENTS], query.group_by(*keys)


def _summed(rows: Any) -> list[sa.ColumnElement[Any]]:
    return [sa.cast(sa.func.coalesce(sa.func.sum(rows.c[name]), 0), sa.BigInteger) for name in CENTS]


def _numbered(programme: str, system: str, compared: str, alphabet: str) -> tuple[list[str], sa.Select[Any]]:
    """The columns, and one row per beneficiary with its places after the latest date."""
    found = grouped(Shape(COMMITTED, compared, ()), "beneficiary")
    orders = (widest_first(found, "amount", alphabet), most_projects_first(found, alphabet))
    places = [sa.func.row_number().over(order_by=order) for order in orders]
    keys = [sa.literal(value) for value in (programme, system, compared)]
    selected: list[sa.ColumnElement[Any]] = [*keys, *places, found.c.code, *(found.c[name] for name in SUMS)]
    return [*RANKED_BY, *SUMS], sa.select(*selected).params(programme=programme, system=system, as_of=date.max)


def differing(session: Session) -> set[str]:
    """The programmes whose totals are not those that their positions make. What is kept is left as it is."""
    kept = _rows(session)
    savepoint = session.begin_nested()
    keep(session)
    made = _rows(session)
    savepoint.rollback()
    return {row[0] for row in kept ^ made}


def _rows(session: Session) -> set[tuple[Any, ...]]:
    totals = sa.select(*(_TOTAL.c[name] for name in (*_KEYS, "grain", *_COUNTS, *CENTS)))
    return {tuple(row) for query in (totals, sa.select(*_RANKED.c)) for row in session.execute(query)}


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
