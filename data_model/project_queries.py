"""What the pages read of project positions: groups, ages, places, the history of one project. Sums are made by the database.

Of each project the latest row that holds and is not later than the reference date counts, and only that one. Where no
project is told apart from another the sums are those of the kept totals: their number is that of groups, not of projects.
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import starmap
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from data_model.selection import (
    LEVELS,
    LIMIT,
    OFFSET,
    SILENT,
    SUMS,
    Selection,
    Shape,
    grouped,
    held,
    is_ranked,
    kept,
    latest_of,
    letters,
    made_once,
    most_projects_first,
    ranked,
    rows_of,
    silent_groups,
    sums_of,
    totals_of,
    whole,
    widest_first,
)
from data_model.tables import Beneficiary, Call, Import, ProjectPlace, ProjectPosition, ProjectTotal

LONGEST_CODE = 120
"""Longer texts are no code: they are not asked for."""

_T: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_BENEFICIARY: sa.Table = Beneficiary.__table__  # type: ignore[attr-defined]  # as above
_CALL: sa.Table = Call.__table__  # type: ignore[attr-defined]  # as above
_IMPORT: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above
_TOTAL: sa.Table = ProjectTotal.__table__  # type: ignore[attr-defined]  # as above
_PLACE: sa.Table = ProjectPlace.__table__  # type: ignore[attr-defined]  # as above
_NAMED = {"call": _CALL, "beneficiary": _BENEFICIARY}


def totals(session: Session, selection: Selection) -> Mapping[str, int | None]:
    """The amounts of all projects selected, under the names of the columns of `groups` without code and name."""
    return session.execute(_totals_statement(selection.shape), selection.values).one()._asdict()


@made_once
def _totals_statement(shape: Shape) -> sa.Select[Any]:
    return sa.select(*sums_of(rows_of(shape)))


def groups(
    session: Session, selection: Selection, level: str, *, by: str, limit: int | None = None, offset: int = 0
) -> list[dict[str, Any]]:
    """One row per group of a level, the widest gap first (`by` amount, or rate: the share of commitments not yet reported),
    then those whose gap is not known, the largest commitments first. Equal ones are in the order of their codes.

    Each has: code (None for projects without one), name (where the store has one), projects, committed_cents with
    committed_count (projects that give it), reported_cents with reported_count; over the projects that give both amounts:
    both_count, both_committed_cents, both_reported_cents, gap_cents; without_cents and without_count (commitments of
    projects that give no reported amount); alone_cents (reported by projects that give no commitment). A sum of nothing is
    None. Of projects also: beneficiary (its name, else its code), as_of.
    """
    asked = (selection.shape, level, by, limit is not None, letters(session))
    values = selection.values | ({} if limit is None else {"limit": limit, "offset": offset})
    if is_ranked(selection.shape, level):
        found = session.execute(_groups_statement(*asked, from_ranked=True), values).all()
        if found:
            return [row._asdict() for row in found]
    return [row._asdict() for row in session.execute(_groups_statement(*asked, from_ranked=False), values)]


def framed(found: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Groups (see `groups`) as a frame, one row each; what is None is missing there."""
    names = list(found[0]) if found else ["code", "name", *SUMS]
    return _frame_of(names, [tuple(group.values()) for group in found])


@made_once
def _groups_statement(
    shape: Shape, level: str, by: str, limited: bool, alphabet: str, *, from_ranked: bool
) -> sa.Select[Any]:
    def order(summed: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
        return (summed.c.gap_place,) if from_ranked and by == "amount" else widest_first(summed, by, alphabet)

    own = ("title", "beneficiary_code", "as_of") if level == "project" else ()  # one row each: the least is the only one
    found = ranked(shape) if from_ranked else grouped(shape, level, *own)
    if limited:  # before names are looked up
        found = _cut(found, order(found))
    amounts = [found.c[name] for name in SUMS]
    if level == "project":
        named = found.outerjoin(_BENEFICIARY, _BENEFICIARY.c.code == found.c.beneficiary_code)
        who = sa.func.coalesce(_BENEFICIARY.c.name, found.c.beneficiary_code).label("beneficiary")
        shown = sa.select(found.c.code, found.c.title.label("name"), *amounts, who, found.c.as_of).select_from(named)
    elif level in _NAMED:
        table = _NAMED[level]
        named = found.outerjoin(table, table.c.code == found.c.code)
        shown = sa.select(found.c.code, table.c.name, *amounts).select_from(named)
    else:
        shown = sa.select(found.c.code, sa.cast(sa.null(), sa.Text).label("name"), *amounts)
    return shown.order_by(*order(found))


def _cut(rows: sa.Subquery, order: tuple[sa.ColumnElement[Any], ...]) -> sa.Subquery:
    return sa.select(*rows.c).order_by(*order).limit(LIMIT).offset(OFFSET).subquery()


def group_count(session: Session, selection: Selection, level: str) -> int:
    """How many groups a level has, the one of projects without its code among them."""
    if is_ranked(selection.shape, level):
        count = int(session.execute(_ranked_count_statement(selection.shape), selection.values).scalar_one())
        if count:
            return count
    row = session.execute(_count_statement(selection.shape, level), selection.values).one()
    return int(row[0]) + (1 if row[1] else 0)


@made_once
def _ranked_count_statement(shape: Shape) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(ranked(shape))


@made_once
def _count_statement(shape: Shape, level: str) -> sa.Select[int, int]:
    code = rows_of(shape, level).c[LEVELS[level]]
    return sa.select(sa.func.count(code.distinct()), sa.func.count() - sa.func.count(code))


class Match(NamedTuple):
    """A group that a filter offers; None is its code for projects without one, and its name where the store has none."""

    code: str | None
    name: str | None
    projects: int


def matches(session: Session, selection: Selection, level: str, *, text: str, limit: int) -> list[Match]:
    """The groups of a level whose code or name holds a text, those with the most projects first, `limit` at most. Small and
    capital letters are the same; accented ones on SQLite only where all are small or all are capital."""
    asked, values = (selection.shape, level, bool(text), letters(session)), selection.values | {"limit": limit, "offset": 0}
    if is_ranked(selection.shape, level) and not text:
        found = session.execute(_matches_statement(*asked, from_ranked=True)[0], values).all()
        if found:
            return list(starmap(Match, found))
    query, wanted = _matches_statement(*asked, from_ranked=False)
    if text:
        query = query.where(sa.or_(*(_holds(column, text) for column in wanted)))
    return list(starmap(Match, session.execute(query, values)))


@made_once
def _matches_statement(
    shape: Shape, level: str, by_text: bool, alphabet: str, *, from_ranked: bool
) -> tuple[sa.Select[Any], Sequence[sa.ColumnElement[Any]]]:
    """The statement for every group, and the columns in which a text is looked for."""

    def order(counted: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
        return (counted.c.projects_place,) if from_ranked else most_projects_first(counted, alphabet)

    counted = ranked(shape) if from_ranked else _counted(shape, level)
    if not by_text:  # before names are looked up
        counted = _cut(counted, order(counted))
    if level in _NAMED:
        table = _NAMED[level]
        named = counted.outerjoin(table, table.c.code == counted.c.code)
        query = sa.select(counted.c.code, table.c.name, counted.c.projects).select_from(named)
        wanted = [counted.c.code, table.c.name]
    else:
        query = sa.select(counted.c.code, sa.cast(sa.null(), sa.Text).label("name"), counted.c.projects)
        wanted = [counted.c.code]
    return query.order_by(*order(counted)).limit(LIMIT), wanted


def _counted(shape: Shape, level: str) -> sa.Subquery:
    """One row per group of a level: code, projects."""
    latest = rows_of(shape, level)
    code = latest.c[LEVELS[level]].label("code")
    return sa.select(code, whole(sa.func.sum(latest.c.projects)).label("projects")).group_by(code).subquery()


def _holds(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text, whatever the size of its letters. SQLite knows the sizes of plain letters only."""
    return sa.or_(*(sa.func.lower(column).contains(said, autoescape=True) for said in {text.lower(), text.upper(), text}))


def silent(session: Session, selection: Selection, *, limit: int, offset: int = 0) -> pd.DataFrame:
    """One row per beneficiary with commitments and nothing reported: no amount at all, or amounts that sum up to zero.

    The largest commitments first. Columns: code, name, projects, committed_cents, reported_count, reported_cents (missing
    where no project gives one, else zero).
    """
    found = silent_groups(selection.shape)
    query = (
        sa.select(found.c.code, _BENEFICIARY.c.name, *(found.c[name] for name in SILENT))
        .select_from(found.outerjoin(_BENEFICIARY, _BENEFICIARY.c.code == found.c.code))
        .order_by(found.c.committed_cents.desc(), sa.collate(found.c.code, letters(session)))
    )
    return _frame(session, query.limit(limit).offset(offset), selection.values)


def silent_totals(session: Session, selection: Selection) -> pd.DataFrame:
    """One row per kind of silence: state (`zero` all projects report zero, `none` no project gives an amount, `partly`),
    beneficiaries, projects, committed_cents."""
    found = silent_groups(selection.shape)
    state = sa.case(
        (found.c.reported_count == 0, "none"), (found.c.reported_count == found.c.projects, "zero"), else_="partly"
    )
    summed = (whole(sa.func.sum(found.c[name])).label(name) for name in ("projects", "committed_cents"))
    query = sa.select(state.label("state"), sa.func.count().label("beneficiaries"), *summed)
    return _frame(session, query.group_by(state).order_by(state), selection.values)


def ages(session: Session, selection: Selection, cutoffs: Sequence[date]) -> pd.DataFrame:
    """One row per band of age and date it is counted from, over the projects that give both amounts.

    `cutoffs` are days from the latest to the earliest. Columns: band (0: after the first of them, 1: at it or before, …;
    missing without a date), counted_from (committed_on, started_on; missing without a date), projects, gap_cents.
    """
    latest = latest_of(selection.shape, "committed_on", "started_on")
    day = sa.func.coalesce(latest.c.committed_on, latest.c.started_on)
    later = [(day > cutoff, number) for number, cutoff in enumerate(cutoffs)]
    band = sa.case((day.is_(None), None), *later, else_=len(cutoffs)).label("band")
    origin = sa.case(
        (latest.c.committed_on.is_not(None), "committed_on"), (latest.c.started_on.is_not(None), "started_on")
    ).label("counted_from")
    both = sa.and_(latest.c.committed.is_not(None), latest.c.reported.is_not(None))
    gap = whole(sa.func.sum(latest.c.committed - latest.c.reported)).label("gap_cents")
    query = sa.select(band, origin, sa.func.count().label("projects"), gap).where(both).group_by(band, origin)
    return _frame(session, query.order_by(band.is_(None), band, origin), selection.values)


def origins(session: Session, selection: Selection) -> pd.DataFrame:
    """One row per source and import behind the selection: source_id, import_id, file_name, imported_at, projects,
    rounded_count, first_as_of, last_as_of."""
    latest = totals_of(selection.shape, "", "source_id", "import_id", "rounded", "since")
    columns = (
        latest.c.source_id,
        latest.c.import_id,
        _IMPORT.c.file_name,
        _IMPORT.c.imported_at,
        whole(sa.func.sum(latest.c.projects)).label("projects"),
        whole(sa.func.sum(latest.c.rounded)).label("rounded_count"),
        sa.func.min(latest.c.since).label("first_as_of"),
        sa.func.max(latest.c.since).label("last_as_of"),
    )
    query = sa.select(*columns).select_from(latest.join(_IMPORT, _IMPORT.c.id == latest.c.import_id))
    query = query.group_by(*columns[:4]).order_by(latest.c.source_id, latest.c.import_id)
    return _frame(session, query, selection.values)


def known_codes(session: Session, programme: str, system: str, level: str, codes: Collection[str]) -> frozenset[str]:
    """Those of some codes that a position of the programme has at a level, whatever its date."""
    asked = [code for code in codes if _can_be_asked(code)]
    if not asked:
        return frozenset()
    table, those = _T, held(programme, system)
    if level != "project":
        table, those = _TOTAL, kept(programme, system, level)
    column = table.c[LEVELS[level]]
    query = sa.select(column).distinct().where(*those, column.in_(asked))
    return frozenset(session.execute(query).scalars())


def names(session: Session, level: str, codes: Collection[str]) -> dict[str, str]:
    """The names of calls or beneficiaries by code, as far as the store has them."""
    table = _NAMED[level]
    rows = session.execute(sa.select(table.c.code, table.c.name).where(table.c.code.in_(list(codes))))
    return {row[0]: row[1] for row in rows}


def history(session: Session, programme: str, system: str, project: str) -> pd.DataFrame:
    """One row per reference date of a project, the oldest first: all columns of project_position, the names of its call and
    beneficiary, and the file name of its import."""
    joined = (
        _T.join(_IMPORT, _IMPORT.c.id == _T.c.import_id)
        .outerjoin(_CALL, _CALL.c.code == _T.c.call_code)
        .outerjoin(_BENEFICIARY, _BENEFICIARY.c.code == _T.c.beneficiary_code)
    )
    extra = (_CALL.c.name.label("call_name"), _BENEFICIARY.c.name.label("beneficiary_name"), _IMPORT.c.file_name)
    query = sa.select(*_T.c, *extra).select_from(joined)
    return _frame(session, query.where(*held(programme, system), _T.c.project_code == project).order_by(_T.c.as_of))


def places(session: Session, project: str) -> pd.DataFrame:
    """One row per place of a project: territory, region_code, province_code, town_code, name, address, source_id, place,
    import_id."""
    columns = (
        "territory",
        "region_code",
        "province_code",
        "town_code",
        "name",
        "address",
        "source_id",
        "place",
        "import_id",
    )
    query = sa.select(*(_PLACE.c[name] for name in columns))
    return _frame(session, query.where(_PLACE.c.project_code == project, _PLACE.c.valid_to.is_(None)).order_by(_PLACE.c.id))


def _can_be_asked(code: str) -> bool:
    """Whether a text from an address may be a code: no engine takes NUL or half a character."""
    return len(code) <= LONGEST_CODE and "\x00" not in code and not any("\ud800" <= sign <= "\udfff" for sign in code)


_DAYS = ("as_of", "first_as_of", "last_as_of", "started_on", "planned_end_on", "ended_on", "committed_on")
_COUNTS = ("projects", "beneficiaries", "band")


def _frame(session: Session, query: sa.Select[Any], values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The rows of a query with integers that may be missing and dates as dates."""
    result = session.execute(query, values)
    return _frame_of(list(result.keys()), result.all())


def _frame_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    typed = {name: _typed(name, values) for name, values in zip(names, columns, strict=True)}
    return pd.DataFrame(typed, index=range(len(rows)), copy=False)


def _typed(name: str, values: Sequence[Any]) -> Any:
    """One column of a frame. What it is, is said: pandas takes longer to find out than SQLite to read it."""
    if _is_whole(name):
        return _integers(values)
    if name in _DAYS:
        return pd.to_datetime(pd.Series(values, dtype=object))
    return pd.array(values, dtype="str") if set(map(type, values)) <= _TEXT else pd.Series(values)


_TEXT = {str, type(None)}


def _integers(values: Sequence[int | None]) -> Any:
    """What pd.array makes of them with dtype Int64, sooner. What is no integer raises TypeError."""
    if None not in values:
        return pd.arrays.IntegerArray(np.array(array("q", values)), np.zeros(len(values), bool))  # type: ignore[type-var]  # none
    missing = np.array([value is None for value in values], dtype=bool)
    return pd.arrays.IntegerArray(np.array(array("q", [value or 0 for value in values])), missing)


def _is_whole(name: str) -> bool:
    return name in _COUNTS or name.endswith(("_cents", "_count"))
