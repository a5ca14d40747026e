"""Allocations of programmes as OpenCoesione publishes them, one column per amount and date: `dotazioni` of 2014-2020, and
allocations, certified expenditure and targets of 2007-2013.

The measures are of their own: they stand beside the Commission's allocations and those of the documents, and enter no sum of
theirs. An empty cell is a date on which the source says nothing, so it gives no figure.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from data_model.records import AcceptedRow, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow, SourceRecord, Sums
from data_model.vocabulary import Firmness, Series, SubjectKind, Unit
from importers.amounts import decimal_number, grouped_number, rounded
from importers.columns import note_columns
from importers.data_sets import ALLOCATIONS, CERTIFIED, own_source
from importers.reading import BadValue, Context, Table, UnreadableFile, one_line, parse_rows, required

REQUIRED = frozenset(("oc_codice_programma", "oc_descrizione_programma", "fondo", "oc_area_obiettivo_ue"))
REQUIRED_2007 = frozenset(
    ("dps_codice_programma", "dps_descrizione_programma", "qsn_fondo_comunitario", "qsn_area_obiettivo_ue")
)
_TO_2014 = {
    "dps_codice_programma": "oc_codice_programma",
    "dps_descrizione_programma": "oc_descrizione_programma",
    "qsn_fondo_comunitario": "fondo",
    "qsn_area_obiettivo_ue": "oc_area_obiettivo_ue",
}
MEASURES = {
    "dotazione_totale_programma": ("oc_allocated", Unit.EUR),
    "dotazione_ue_programma": ("oc_allocated_eu", Unit.EUR),
    "dotazione_totale_programma_post_pac": ("oc_allocated_after_pac", Unit.EUR),
    "spesa_certificata_totale": ("oc_certified", Unit.EUR),
    "target_ue": ("certified_target_eu", Unit.PERCENT),
    "target_nazionale": ("certified_target_national", Unit.PERCENT),
    "risultato": ("certified_result", Unit.PERCENT),
}
CATEGORIES = {"Regioni meno sviluppate": "LD", "Regioni in transizione": "TR", "Regioni più sviluppate": "MD"}
WHOLE_COUNTRY = frozenset(("", "Italia"))
OBJECTIVES_2007 = frozenset(("CONV", "CRO"))
"""Convergence, competitiveness and employment: a programme of 2007-2013 has one."""

_DATED = re.compile(r"(.+)_([0-9]{8})")
_PREFIX, _TOTAL = "CCI ", "totale"
_ZERO_FOR_O = re.compile(r"([0-9]{4}[A-Z]{2}[0-9]{2}[A-Z0-9]{2})0P([0-9]{3})")
"""A code of a programme ends in OP and three digits, never in zero and P: the zero is a slip that would make the programme
another one, of which nobody has heard."""


class _Column(NamedTuple):
    """One amount at one date."""

    name: str
    measure: str
    unit: Unit
    as_of: date


class _Part(NamedTuple):
    """What the amounts of a row belong to."""

    programme: str
    fund: str
    category: str | None
    objective: str | None


Number = Callable[[str, str], Decimal]


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """2014-2020: one accepted row per programme, fund and category of region, with a figure per amount and date."""
    return _parse(table, context, ALLOCATIONS, {}, grouped_number)


def parse_2007(table: Table, context: Context) -> Iterator[ParsedRow]:
    """2007-2013: one accepted row per programme, with a figure per amount or percentage and date; the total is skipped."""
    return _parse(table, context, CERTIFIED, _TO_2014, _point)


def _point(column: str, text: str) -> Decimal:
    return decimal_number(column, text, ".")


def _parse(
    table: Table, context: Context, data_set: SourceRecord, renamed: Mapping[str, str], number: Number
) -> Iterator[ParsedRow]:
    source, known = own_source(context, data_set)
    dated = _columns(table, context)
    carried = _Carried()

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        written = one_line(cells["oc_codice_programma"]).removeprefix(_PREFIX)
        if not written and cells["oc_descrizione_programma"].casefold() == _TOTAL:
            return SkippedRow(line, "total_row")
        fund, area = carried.down(line, cells)
        programme = _without_slip(required({"oc_codice_programma": written}, "oc_codice_programma"))
        place = f"{table.name}:{line}"
        if programme != written:
            context.notes.add("programme_code_mended", f"{written} → {programme}")
            place += f" · {written}"
        if not context.wants(programme):
            return SkippedRow(line, "other_programme")
        part = _Part(programme, required({"fondo": fund}, "fondo"), *_region(area))
        figures = [_figure(column, text, part, number, source, place) for column in dated if (text := cells[column.name])]
        if not figures:
            return SkippedRow(line, "no_value")
        lost = sum(figure.firmness is Firmness.DERIVED for figure in figures)
        if lost:
            context.notes.add("rounded_decimals", table.name, lost)
        title = one_line(required(cells, "oc_descrizione_programma"))
        return AcceptedRow(line, (*known, ProgrammeRecord(programme, title, "it"), *figures))

    return parse_rows(table, row, renamed, lambda cells: _sums(cells, dated, number))


def _sums(cells: Mapping[str, str], dated: Sequence[_Column], number: Number) -> Sums:
    """The cents per measure, all dates together; what cannot be read is in no sum."""
    sums: dict[str, int] = {}
    for column in dated:
        if column.unit is Unit.EUR and cells[column.name]:
            try:
                value, _ = rounded(number(column.name, cells[column.name]), 2)
            except BadValue:
                continue
            sums[column.measure] = sums.get(column.measure, 0) + value
    return sums


def _columns(table: Table, context: Context) -> list[_Column]:
    """The columns with an amount and a date. Raises UnreadableFile where there is none."""
    dated = []
    for name in table.names:
        found = _DATED.fullmatch(name)
        if found and found[1] in MEASURES and (day := _day(found[2])):
            dated.append(_Column(name, *MEASURES[found[1]], day))
    if not dated:
        raise UnreadableFile("no_dated_columns", table.name)
    names = [column.name for column in dated]
    known = REQUIRED if "fondo" in table.names else REQUIRED_2007
    note_columns(table, context.notes, read=(*known, *names), left=())
    return dated


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class _Carried:
    """Fund and area of the row above: within a programme an empty cell means the same.

    Only of the row directly above: where that one could not be read, nothing says what it meant.
    """

    def __init__(self) -> None:
        self._line = 0
        self._programme = self._fund = self._area = ""

    def down(self, line: int, cells: Mapping[str, str]) -> tuple[str, str]:
        """(fund, area) of a row, what is empty filled from above."""
        if line != self._line + 1 or cells["oc_codice_programma"] != self._programme:
            self._programme, self._fund, self._area = cells["oc_codice_programma"], "", ""
        self._line = line
        self._fund = cells["fondo"] or self._fund
        self._area = cells["oc_area_obiettivo_ue"] or self._area
        return self._fund, self._area


def _without_slip(code: str) -> str:
    return _ZERO_FOR_O.sub(r"\1OP\2", code) if _ZERO_FOR_O.fullmatch(code) else code


def _region(area: str) -> tuple[str | None, str | None]:
    """(category of region, objective of 2007-2013) of an area. Raises BadValue."""
    if area in CATEGORIES:
        return CATEGORIES[area], None
    if area in OBJECTIVES_2007:
        return None, area
    if area in WHOLE_COUNTRY:
        return None, None
    raise BadValue("oc_area_obiettivo_ue", area, "unknown_code")


def _figure(column: _Column, text: str, part: _Part, number: Number, source: str, place: str) -> FigureRecord:
    """One amount or percentage. Raises BadValue."""
    money = column.unit is Unit.EUR
    value, lost = rounded(number(column.name, text), 2 if money else 3)
    return FigureRecord(
        programme_code=part.programme,
        series=Series.PUBLISHED,
        subject_kind=SubjectKind.PROGRAMME if part.category is None else SubjectKind.CATEGORY,
        subject_code=part.category or part.programme,
        category_code=part.category,
        fund_code=part.fund,
        breakdown_code=part.objective,
        measure=column.measure,
        as_of=column.as_of,
        unit=column.unit,
        amount_cents=value if money else None,
        quantity_thousandths=None if money else value,
        firmness=Firmness.DERIVED if lost else Firmness.EXACT,
        wording=text,
        source_id=source,
        place=place,
    )
