"""The tables of rows: project positions, as many as there are, and the rows that imports refused."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from data_model import position_rows
from data_model.position_rows import Wanted
from data_model.vocabulary import DateBasis, Firmness
from exports.asked import Asked
from exports.columns import AS_OF, AXIS, DATE_BASIS, FIRMNESS, ORIGIN, PLACE, PROGRAMME, SOURCE, of_measure
from exports.finance import basis_of
from exports.shelf import Shelf, joined
from exports.table import Chunk, Column, ExportTable, Row, Tally
from metrics import progress
from metrics.measures import Basis

_AMOUNTS = (
    ("granted_cents", of_measure("granted_eur", "granted")),
    ("admitted_cents", of_measure("admitted_eur", "admitted")),
    ("committed_cents", of_measure("committed_eur", "committed_binding")),
    ("paid_cents", of_measure("paid_eur", "paid")),
    ("reported_cents", of_measure("reported_eur", "paid_admitted")),
    ("certified_cents", of_measure("certified_eur", "certified_projects")),
)
_STORED = tuple(name for name, _ in _AMOUNTS)
_NAMES = tuple(name.removesuffix("_cents") for name in _STORED)
_FIELDS = (
    ("project_code", Column("project_code", "code", "export.column.project_code")),
    ("title", Column("title", "text", "table.title")),
    ("system", Column("system", "code", "export.column.system", words=lambda code: f"export.system.{code}")),
    ("axis_code", AXIS),
    ("call_code", Column("call_code", "code", "export.column.call_code")),
    ("call_name", Column("call", "text", "export.column.call_name")),
    ("beneficiary_code", Column("beneficiary_code", "code", "export.column.beneficiary_code")),
    ("beneficiary_name", Column("beneficiary", "text", "export.column.beneficiary")),
    (
        "region_code",
        Column("region_code", "code", "export.column.region", words=lambda code: f"region.{code}", keeps_code=True),
    ),
    ("place", Column("territory", "text", "export.column.territory")),
    ("cup", Column("cup", "code", "export.column.cup")),
    ("status", Column("status", "text", "export.column.project_status")),
    ("theme", Column("theme", "text", "export.column.theme")),
    ("fund_code", Column("fund_code", "code", "export.column.fund_code")),
    ("shared_with", Column("shared_with", "code", "export.column.shared_with")),
    ("started_on", Column("started_on", "date", "export.column.started_on")),
    ("planned_end_on", Column("planned_end_on", "date", "export.column.planned_end_on")),
    ("ended_on", Column("ended_on", "date", "export.column.ended_on")),
    ("committed_on", Column("committed_on", "date", "export.column.committed_on")),
)
_READ = (*(name for name, _ in _FIELDS), *_STORED, "as_of", "date_basis", "source_id", "place_in_source", "rounded")
_NOT_GIVEN = Column("not_given", "code", "export.column.not_given", words=lambda code: f"export.column.amount_{code}")


def projects(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per project with its latest position at or before the date, or per project and date for every date."""
    basis = basis_of(asked)
    columns = (
        PROGRAMME,
        *(column for _, column in _FIELDS),
        *(column for _, column in _AMOUNTS),
        of_measure("gap_eur", basis.gap),
        _NOT_GIVEN,
        *ORIGIN,
    )
    wanted = _wanted(asked, basis)
    _, committed, reported, _ = basis.columns
    compared = (_STORED.index(committed or ""), _STORED.index(reported or ""))

    def chunks() -> Iterator[Chunk]:
        for rows in position_rows.position_rows(shelf.session, wanted, _READ):
            yield _projects(asked.programme, compared, tuple(zip(*rows, strict=True)))

    return ExportTable("projects", asked, columns, chunks, lambda: _totals(shelf, wanted, basis))


def _wanted(asked: Asked, basis: Basis) -> Wanted:
    codes = {
        "axis": asked.axes,
        "call": asked.calls,
        "beneficiary": asked.beneficiaries,
        "region": asked.regions,
        "project": (asked.project,) if asked.project else (),
    }
    filters = tuple((level, found) for level, found in codes.items() if found)
    return Wanted(asked.programme, str(basis.system), None if asked.every_date else asked.as_of, filters)


_FIRST, _LAST = len(_FIELDS), len(_FIELDS) + len(_STORED)


def _projects(programme: str, compared: tuple[int, int], read: Sequence[Sequence[Any]]) -> Chunk:
    """The columns of what was read. `compared`: the places of commitments and of what is reported among the amounts."""
    amounts = read[_FIRST:_LAST]
    *origin, rounded = read[_LAST:]
    given = list(zip(*([cents is not None for cents in column] for column in amounts), strict=True))
    return (
        [programme] * len(given),
        *read[:_LAST],
        list(map(progress.gap, amounts[compared[0]], amounts[compared[1]])),
        list(map(_not_given, given)),
        *origin,
        list(map(_firmness, given, rounded)),
    )


@lru_cache(maxsize=1 << len(_STORED))
def _not_given(given: tuple[bool, ...]) -> str | None:
    """The names of the amounts that are not given, in one cell."""
    return joined(name for name, known in zip(_NAMES, given, strict=True) if not known)


@lru_cache(maxsize=2 << len(_STORED))
def _firmness(given: tuple[bool, ...], rounded: bool) -> str:
    return str(Firmness.NOT_GIVEN if not any(given) else Firmness.ABOUT if rounded else Firmness.EXACT)


def _totals(shelf: Shelf, wanted: Wanted, basis: Basis) -> Tally:
    """Rows and sums as the database counts them."""
    _, committed, reported, _ = basis.columns
    pair = ((committed or "", reported or ""),)
    rows, found = position_rows.position_totals(shelf.session, wanted, (*_STORED, *pair))
    tally = Tally(rows)
    for key, (total, missing) in zip((*(column.key for _, column in _AMOUNTS), "gap_eur"), found, strict=True):
        tally.sums[key], tally.missing[key] = total, missing
    return tally


# --- refused rows -----------------------------------------------------------------------------------------------

_REFUSED = (
    Column("file_name", "text", "table.file"),
    Column("format", "code", "table.format"),
    Column("sha256", "code", "table.fingerprint"),
    Column("part", "text", "export.column.part"),
    Column("line", "count", "export.column.line"),
    Column("column", "text", "table.column"),
    Column("value", "text", "table.value"),
    Column("reason", "code", "table.reason", words=lambda code: f"reason.{code}"),
    Column("cells", "text", "export.column.cells"),
    *(AS_OF, DATE_BASIS, SOURCE, PLACE, FIRMNESS),
)


def refused(shelf: Shelf, asked: Asked) -> ExportTable:
    """One row per row that an import refused, of every import that was not taken back. They say nothing: neither a date nor
    a value was taken from them."""

    def chunks() -> Iterator[Chunk]:
        for rows in position_rows.refused_rows(shelf.session):
            yield tuple(zip(*map(_refused, rows), strict=True))

    return ExportTable("rejected_rows", asked, _REFUSED, chunks)


def _refused(row: position_rows.Refused) -> Row:
    cells = None if row.cells is None else json.dumps(row.cells, ensure_ascii=False)
    place = ":".join(str(part) for part in chain((row.file_name,), filter(None, (row.part,)), (row.line,)))
    return (
        *(row.file_name, row.format, row.sha256, row.part, row.line, row.column, row.value, row.reason, cells),
        *(None, str(DateBasis.UNDATED), None, place, str(Firmness.NOT_GIVEN)),
    )
