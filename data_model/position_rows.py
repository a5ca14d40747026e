"""Project positions and refused rows one by one, for files: read in chunks, so that a million of them need little room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session

from data_model.selection import LEVELS, letters
from data_model.tables import Beneficiary, Call, Import, ProjectPosition, RejectedRow
from data_model.vocabulary import UNKNOWN_CODE

CHUNK = 200
"""Rows that are given out at a time: of more the values no longer stand in the processor's cache when they are written."""

FETCHED = 1_000
"""Rows that a database sends at a time."""

Reading: TypeAlias = Session
"""A session that reads, as rooms call it that do not know the database."""

_POSITION: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_BENEFICIARY: sa.Table = Beneficiary.__table__  # type: ignore[attr-defined]  # as above
_CALL: sa.Table = Call.__table__  # type: ignore[attr-defined]  # as above
_IMPORT: sa.Table = Import.__table__  # type: ignore[attr-defined]  # as above
_REJECTED: sa.Table = RejectedRow.__table__  # type: ignore[attr-defined]  # as above
NAMES = {"call_name": _CALL.c.name, "beneficiary_name": _BENEFICIARY.c.name}
"""Columns that position_rows can give besides those of project_position."""


@dataclass(frozen=True)
class Wanted:
    """Which positions: of a programme in one system; of each project the latest at or before `as_of`, or without it those of
    every date. `filters` are levels of project_queries with their codes; UNKNOWN_CODE means those without one."""

    programme: str
    system: str
    as_of: date | None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


def position_rows(session: Session, wanted: Wanted, columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
    """The positions by project and date, in chunks of rows with the columns in the order given, as the engine gives them.

    SQLite sorts in memory, so it is asked for the order that the index for reading has.
    """
    joined = _POSITION.outerjoin(_CALL, _CALL.c.code == _POSITION.c.call_code).outerjoin(
        _BENEFICIARY, _BENEFICIARY.c.code == _POSITION.c.beneficiary_code
    )
    asked = [NAMES[name] if name in NAMES else _POSITION.c[name] for name in columns]
    query = sa.select(*asked).select_from(joined).where(*_held(_POSITION.c, wanted), *_within(_POSITION.c, wanted))
    if wanted.as_of is not None:
        later = _POSITION.alias("later")
        same = later.c.project_code == _POSITION.c.project_code
        query = query.where(~sa.exists().where(*_held(later.c, wanted), same, later.c.as_of > _POSITION.c.as_of))
    code = sa.collate(_POSITION.c.project_code, letters(session))
    yield from _in_chunks(session, query.order_by(code, _POSITION.c.as_of))


def position_totals(
    session: Session, wanted: Wanted, amounts: Sequence[str | tuple[str, str]]
) -> tuple[int, list[tuple[int, int]]]:
    """How many positions there are, and per amount its sum in cents and in how many of them it is not given. A pair is the
    first amount less the second, given where both are."""
    chosen = _chosen(wanted)
    c = _POSITION.c
    columns = [c[name] if isinstance(name, str) else c[name[0]] - c[name[1]] for name in amounts]
    counted = [part for column in columns for part in (sa.func.coalesce(sa.func.sum(column), 0), sa.func.count(column))]
    query = sa.select(sa.func.count(), *counted).select_from(_POSITION.join(chosen, chosen.c.id == _POSITION.c.id))
    rows, *numbers = (int(number) for number in session.execute(query).one())
    return rows, [(numbers[place], rows - numbers[place + 1]) for place in range(0, len(numbers), 2)]


class Refused(NamedTuple):
    """One refused row of an import that was not taken back."""

    file_name: str
    format: str
    sha256: str
    part: str | None
    line: int
    column: str | None
    value: str | None
    reason: str
    cells: list[str] | None


def refused_rows(session: Session) -> Iterator[list[Refused]]:
    """The refused rows in the order of imports and lines, in chunks."""
    i, r = _IMPORT.c, _REJECTED.c
    columns = (i.file_name, i.format, i.sha256, r.part, r.line, r.column, r.value, r.reason, r.cells)
    query = sa.select(*columns).select_from(_REJECTED.join(_IMPORT, i.id == r.import_id))
    query = query.where(i.undone_at_version.is_(None)).order_by(i.id, r.id)
    for rows in _in_chunks(session, query):
        yield [Refused(*row) for row in rows]


def _in_chunks(session: Session, query: sa.Select[Any]) -> Iterator[list[Sequence[Any]]]:
    """The rows as the engine gives them."""
    result = session.execute(query, execution_options={"stream_results": True, "yield_per": FETCHED})
    for rows in result.partitions(CHUNK):
        yield list(rows)


def _held(c: Any, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    held = [c.programme_code == wanted.programme, c.system == wanted.system, c.valid_to.is_(None)]
    return held if wanted.as_of is None else [*held, c.as_of <= wanted.as_of]


def _within(c: Any, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    return [_among(c[LEVELS[level]], codes) for level, codes in wanted.filters]


def _chosen(wanted: Wanted) -> sa.Subquery:
    """The numbers of the positions. The filters come after: a project counts where it is now."""
    c = _POSITION.c
    newest = sa.func.row_number().over(partition_by=c.project_code, order_by=c.as_of.desc()).label("newest")
    columns = [c.id, *(c[LEVELS[level]] for level, _ in wanted.filters)]
    if wanted.as_of is None:
        rows = sa.select(*columns).where(*_held(c, wanted)).subquery()
        return sa.select(rows.c.id).where(*_within(rows.c, wanted)).subquery("chosen")
    rows = sa.select(*columns, newest).where(*_held(c, wanted)).subquery()
    return sa.select(rows.c.id).where(rows.c.newest == 1, *_within(rows.c, wanted)).subquery("chosen")


def _among(column: sa.ColumnElement[Any], codes: tuple[str, ...]) -> sa.ColumnElement[bool]:
    given = column.in_([code for code in codes if code != UNKNOWN_CODE])
    return sa.or_(given, column.is_(None)) if UNKNOWN_CODE in codes else given
