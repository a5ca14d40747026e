"""Which project positions a question is about, and the pieces of the statements that ask it.

The words of a statement depend on the shape of a selection alone; what it asks for is bound to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session

from data_model.grains import bit, grain
from data_model.tables import BeneficiaryTotal, ProjectPosition, ProjectTotal
from data_model.vocabulary import UNKNOWN_CODE

LEVELS: Mapping[str, str] = {
    "axis": "axis_code",
    "call": "call_code",
    "beneficiary": "beneficiary_code",
    "region": "region_code",
    "project": "project_code",
}
"""The column of project_position that each level groups by."""

_T: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_TOTAL: sa.Table = ProjectTotal.__table__  # type: ignore[attr-defined]  # as above
_RANKED: sa.Table = BeneficiaryTotal.__table__  # type: ignore[attr-defined]  # as above

PROGRAMME, SYSTEM = sa.bindparam("programme", type_=sa.String()), sa.bindparam("system", type_=sa.String())
_AS_OF = sa.bindparam("as_of", type_=sa.Date())
LIMIT, OFFSET = sa.bindparam("limit", type_=sa.Integer()), sa.bindparam("offset", type_=sa.Integer())
_Bound: TypeAlias = sa.BindParameter[str]
made_once = lru_cache(maxsize=256)
"""Of statements, by what tells their words apart: to write one took SQLAlchemy far longer than SQLite to answer it."""


class Shape(NamedTuple):
    """What tells the statements of selections apart: the columns compared, and which levels are filtered, each with whether
    projects without a code are among those asked for."""

    committed: str
    reported: str
    filters: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Selection:
    """Which positions: of a programme in one system at a date. `committed` and `reported` are the columns that are compared;
    empty filters mean all, `UNKNOWN_CODE` in one means the projects without that code."""

    programme: str
    system: str
    as_of: date
    committed: str
    reported: str
    axes: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(level, codes) of each filter that is set."""
        codes = (self.axes, self.calls, self.beneficiaries, self.regions)
        return tuple((level, asked) for level, asked in zip(LEVELS, codes, strict=False) if asked)

    @property
    def shape(self) -> Shape:
        """What the statement depends on."""
        filters = tuple((level, UNKNOWN_CODE in codes) for level, codes in self.filters)
        return Shape(self.committed, self.reported, filters)

    @property
    def values(self) -> dict[str, Any]:
        """What is bound to the statement."""
        codes = {_codes(level): [code for code in codes if code != UNKNOWN_CODE] for level, codes in self.filters}
        return {"programme": self.programme, "system": self.system, "as_of": self.as_of, **codes}


def held(programme: str | _Bound = PROGRAMME, system: str | _Bound = SYSTEM) -> tuple[sa.ColumnElement[bool], ...]:
    """The positions of a programme in one system that hold now."""
    return (_T.c.programme_code == programme, _T.c.system == system, _T.c.valid_to.is_(None))


def kept(programme: str | _Bound, system: str | _Bound, *levels: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The totals that tell some levels apart, and no more than they must."""
    return (_TOTAL.c.programme_code == programme, _TOTAL.c.system == system, _TOTAL.c.grain == grain(levels))


def rows_of(shape: Shape, level: str = "", *columns_asked: str) -> sa.Subquery:
    """What is summed up for the groups of a level: projects, committed, reported (missing where not given), and the codes of
    the level; of projects their latest rows, of all else the totals."""
    if level != "project":
        return totals_of(shape, level)
    latest = latest_of(shape, LEVELS[level], *columns_asked)
    return sa.select(latest, sa.literal(1).label("projects")).subquery()


def totals_of(shape: Shape, level: str, *columns_asked: str) -> sa.Subquery:
    """The totals of the rows that are the latest at the date, within the filters."""
    c = _TOTAL.c
    those = kept(PROGRAMME, SYSTEM, level, *(name for name, _ in shape.filters))
    columns = [c[name] for name in (*([LEVELS[level]] if level else []), *columns_asked, "projects")]
    amounts = ((shape.committed, "committed"), (shape.reported, "reported"))
    given = [sa.case((c.given.bitwise_and(bit(name)) != 0, c[name])).label(label) for name, label in amounts]
    standing = sa.or_(*(sa.and_(*those, ends) for ends in (c.until.is_(None), c.until > _AS_OF)))  # one index for each
    return sa.select(*columns, *given).where(standing, c.since <= _AS_OF, *_within(c, shape)).subquery("totals")


def latest_of(shape: Shape, *columns_asked: str) -> sa.Subquery:
    """The latest row of each project, within the filters: its code, the amounts compared and the columns asked for. The
    filters come after: a project counts where it is now."""
    those = held()
    known = sa.select(_T.c.project_code, sa.func.max(_T.c.as_of)).where(*those, _T.c.as_of <= _AS_OF)
    newest = known.group_by(_T.c.project_code)  # by the index alone
    columns = [_T.c[name] for name in dict.fromkeys(("project_code", *columns_asked))]
    amounts = [_T.c[shape.committed].label("committed"), _T.c[shape.reported].label("reported")]
    latest = sa.tuple_(_T.c.project_code, _T.c.as_of).in_(newest)
    return sa.select(*columns, *amounts).where(*those, latest, *_within(_T.c, shape)).subquery("latest")


def _within(c: Any, shape: Shape) -> list[sa.ColumnElement[bool]]:
    """The filters, on columns of a table."""
    return [_among(c[LEVELS[level]], level, without) for level, without in shape.filters]


def _among(column: sa.ColumnElement[Any], level: str, without: bool) -> sa.ColumnElement[bool]:
    given = column.in_(sa.bindparam(_codes(level), expanding=True))
    return sa.or_(given, column.is_(None)) if without else given


def _codes(level: str) -> str:
    """The name under which the codes of a filter are bound."""
    return f"{level}_codes"


def sums_of(rows: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    """What is counted of a group: see `groups`. SQL leaves out of a sum what is not given, and a sum of nothing is null."""
    committed, reported = rows.c.committed, rows.c.reported
    both = sa.and_(committed.is_not(None), reported.is_not(None))
    without = sa.and_(committed.is_not(None), reported.is_(None))
    alone = sa.and_(committed.is_(None), reported.is_not(None))

    def amount(value: sa.ColumnElement[Any], condition: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[Any]:
        return whole(sa.func.sum(value if condition is None else sa.case((condition, value))))

    return [
        _counted(rows).label("projects"),
        amount(committed).label("committed_cents"),
        _counted(rows, committed.is_not(None)).label("committed_count"),
        amount(reported).label("reported_cents"),
        _counted(rows, reported.is_not(None)).label("reported_count"),
        amount(committed - reported).label("gap_cents"),
        _counted(rows, both).label("both_count"),
        amount(committed, both).label("both_committed_cents"),
        amount(reported, both).label("both_reported_cents"),
        amount(committed, without).label("without_cents"),
        _counted(rows, without).label("without_count"),
        amount(reported, alone).label("alone_cents"),
    ]


def _counted(rows: sa.Subquery, condition: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[Any]:
    """How many projects; none is 0."""
    number = rows.c.projects if condition is None else sa.case((condition, rows.c.projects))
    return whole(sa.func.coalesce(sa.func.sum(number), 0))


def grouped(shape: Shape, level: str, *own: str) -> sa.Subquery:
    """One row per group of a level: code, the least of `own` columns, what is counted of a group."""
    latest = rows_of(shape, level, *own)
    code = latest.c[LEVELS[level]].label("code")
    least = (sa.func.min(latest.c[name]).label(name) for name in own)
    return sa.select(code, *least, *sums_of(latest)).group_by(code).subquery("grouped")


def widest_first(summed: sa.Subquery, by: str, alphabet: str) -> tuple[sa.ColumnElement[Any], ...]:
    """The order of a ranking of groups: see `groups`."""
    key = share(summed) if by == "rate" else summed.c.gap_cents
    unknown = sa.case((key.is_(None), sa.func.coalesce(summed.c.committed_cents, 0)))
    return (key.is_(None), key.desc(), unknown.desc(), *_by_code(summed, alphabet))


def most_projects_first(summed: sa.Subquery, alphabet: str) -> tuple[sa.ColumnElement[Any], ...]:
    """The order in which groups are offered in a filter."""
    return (summed.c.projects.desc(), *_by_code(summed, alphabet))


def _by_code(summed: sa.Subquery, alphabet: str) -> tuple[sa.ColumnElement[Any], ...]:
    return (summed.c.code.is_(None), sa.collate(summed.c.code, alphabet))


RANKED_BY = ("programme_code", "system", "compared", "gap_place", "projects_place", "beneficiary_code")
"""What tells the kept rows of beneficiaries apart, and orders them."""

SUMS = tuple(c.name for c in _RANKED.c if c.name not in RANKED_BY)
"""What is counted of a group: see `sums_of`."""

COMMITTED, COMPARED = "committed_cents", ("paid_cents", "reported_cents")
"""What the kept ranking of beneficiaries compares."""


def is_ranked(shape: Shape, level: str) -> bool:
    """Whether the groups of a level are kept in their order: beneficiaries of a whole programme are."""
    return level == "beneficiary" and not shape.filters and shape.committed == COMMITTED and shape.reported in COMPARED


def ranked(shape: Shape) -> sa.Subquery:
    """One row per beneficiary as it is kept: code, what is counted of a group, gap_place and projects_place. None where the
    date is earlier than the latest of the programme: what is kept stands for that one."""
    c = _RANKED.c
    later = sa.exists().where(*kept(PROGRAMME, SYSTEM), _TOTAL.c.until.is_(None), _TOTAL.c.since > _AS_OF)
    query = sa.select(c.beneficiary_code.label("code"), c.gap_place, c.projects_place, *(c[name] for name in SUMS))
    those = (c.programme_code == PROGRAMME, c.system == SYSTEM, c.compared == shape.reported)
    return query.where(*those, sa.not_(later)).subquery("ranked")


SILENT = ("projects", "committed_cents", "reported_count", "reported_cents")


def silent_groups(shape: Shape) -> sa.Subquery:
    """One row per beneficiary with commitments and nothing reported: code and the columns of SILENT."""
    latest = rows_of(shape, "beneficiary")
    committed, reported = sa.func.sum(latest.c.committed), sa.func.sum(latest.c.reported)
    query = (
        sa.select(
            latest.c.beneficiary_code.label("code"),
            _counted(latest).label("projects"),
            whole(committed).label("committed_cents"),
            _counted(latest, latest.c.reported.is_not(None)).label("reported_count"),
            whole(reported).label("reported_cents"),
        )
        .where(latest.c.beneficiary_code.is_not(None))
        .group_by(latest.c.beneficiary_code)
        .having(committed > 0, sa.func.coalesce(reported, 0) == 0)
    )
    return query.subquery("silent")


def share(summed: sa.Subquery) -> sa.ColumnElement[Any]:
    """The share of commitments not yet reported, over the projects that give both; null where nothing is committed."""
    committed = sa.cast(summed.c.both_committed_cents, sa.Double)
    return sa.case((summed.c.both_committed_cents > 0, sa.cast(summed.c.gap_cents, sa.Double) / committed))


def whole(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A sum as an integer on both engines; PostgreSQL makes a decimal of it."""
    return sa.cast(value, sa.BigInteger)


def letters(session: Session) -> str:
    """The collation by code points of this engine; PostgreSQL's own depends on the database."""
    return "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
