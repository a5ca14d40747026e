"""What the pages read of projects, cached by data version and plain values."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data_model import project_queries as queries
from data_model.selection import Selection
from data_model.vocabulary import UNKNOWN_CODE
from metrics import project_gaps
from metrics.measures import BASES
from shell.data import store_of
from shell.kept import kept
from shell.view import View

PAGE_ROWS = 50
"""Rows of one page of a ranking or list: a page reads no more than it shows."""


def selection(view: View) -> Selection:
    """The projects that a view speaks of. Only for series that have projects."""
    basis = BASES[view.series]
    _, committed, reported, _ = basis.columns
    assert basis.system is not None
    assert committed is not None
    assert reported is not None
    return Selection(
        view.programme,
        basis.system,
        view.as_of,
        committed,
        reported,
        axes=view.axes,
        calls=view.calls,
        beneficiaries=view.beneficiaries,
        regions=view.regions,
    )


@kept
def totals(version: int, chosen: Selection) -> Mapping[str, Any]:
    """The amounts of all projects selected, with their rates."""
    with store_of(version).reading() as session:
        return project_gaps.with_rate(queries.totals(session, chosen))


@kept
def group_count(version: int, chosen: Selection, level: str) -> int:
    """How many groups a level has."""
    with store_of(version).reading() as session:
        return queries.group_count(session, chosen, level)


@kept
def matches(version: int, chosen: Selection, level: str, text: str, limit: int) -> list[tuple[str, str | None, int]]:
    """(code, name, projects) of the groups of a level whose code or name holds a text, those with most projects first."""
    with store_of(version).reading() as session:
        found = queries.matches(session, chosen, level, text=text, limit=limit)
    return [(UNKNOWN_CODE if one.code is None else one.code, one.name, one.projects) for one in found]


@kept
def page(version: int, chosen: Selection, level: str, by: str, number: int, rows: int = PAGE_ROWS) -> pd.DataFrame:
    """One page of the groups of a level, ranked; from page 1."""
    with store_of(version).reading() as session:
        found = queries.groups(session, chosen, level, by=by, limit=rows, offset=(number - 1) * rows)
    return project_gaps.with_rates(queries.framed(found))


@kept
def regions(version: int, chosen: Selection) -> pd.DataFrame:
    """One row per region code that the projects have."""
    with store_of(version).reading() as session:
        return project_gaps.with_rates(queries.framed(queries.groups(session, chosen, "region", by="amount")))


@kept
def silent(version: int, chosen: Selection, number: int) -> pd.DataFrame:
    """One page of the beneficiaries with commitments and nothing reported or paid."""
    with store_of(version).reading() as session:
        return queries.silent(session, chosen, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)


@kept
def silent_totals(version: int, chosen: Selection) -> pd.DataFrame:
    """One row per kind of silence."""
    with store_of(version).reading() as session:
        return queries.silent_totals(session, chosen)


@kept
def ages(version: int, chosen: Selection) -> pd.DataFrame:
    """One row per band of age and date it is counted from."""
    with store_of(version).reading() as session:
        return queries.ages(session, chosen, project_gaps.cutoffs(chosen.as_of))


@kept
def origins(version: int, chosen: Selection) -> pd.DataFrame:
    """One row per source and import behind the selection."""
    with store_of(version).reading() as session:
        return queries.origins(session, chosen)


@kept
def names(version: int, level: str, codes: tuple[str, ...]) -> dict[str, str]:
    """The names of calls or beneficiaries."""
    with store_of(version).reading() as session:
        return queries.names(session, level, codes)


@kept
def history(version: int, programme: str, system: str, project: str) -> pd.DataFrame:
    """One row per reference date of a project."""
    with store_of(version).reading() as session:
        return queries.history(session, programme, system, project)


@kept
def places(version: int, project: str) -> pd.DataFrame:
    """One row per place of a project."""
    with store_of(version).reading() as session:
        return queries.places(session, project)
