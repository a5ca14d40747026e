"""The national series of certified expenditure 2007-2013: one row per month, all programmes together.

The file names no programme: its rows go under the code that the person gives, else under `QSN-2007-2013`, which stands for
all programmes of the national strategic framework and is none of them. Shares come with up to 15 decimals and amounts with
more than cents: both are rounded, and marked as worked out here.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from data_model.records import AcceptedRow, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow, Sums
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.amounts import decimal_number, rounded
from importers.columns import note_columns
from importers.data_sets import NATIONAL, own_source
from importers.reading import BadValue, Context, Table, parse_rows, required

REQUIRED = frozenset(("anno", "mese_num", "spesa_certificata_su_dotazione", "pagamenti_su_dotazione"))
OPTIONAL = ("obiettivo_comunitario_di_spesa_certificata", "pag_ammessi", "dotazione")
UNUSED = ("mese",)
MEASURES = {
    "spesa_certificata_su_dotazione": ("certified_result", Unit.PERCENT),
    "pagamenti_su_dotazione": ("paid_result", Unit.PERCENT),
    "obiettivo_comunitario_di_spesa_certificata": ("certified_target_eu", Unit.PERCENT),
    "pag_ammessi": ("oc_paid_admitted", Unit.EUR),
    "dotazione": ("oc_allocated", Unit.EUR),
}
ALL_PROGRAMMES = "QSN-2007-2013"
_TITLE = "Quadro strategico nazionale 2007-2013, tutti i programmi"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per month with a figure per number; a month without any is skipped."""
    source, known = own_source(context, NATIONAL)
    programme = context.required_programme() if context.programmes else ALL_PROGRAMMES
    made_known = (ProgrammeRecord(programme, _TITLE, "it"),) if programme == ALL_PROGRAMMES else ()
    context.notes.add("no_programme_named", programme)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED)
    given = {column: meaning for column, meaning in MEASURES.items() if column in table.names}

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        as_of, figures = _month_end(cells), []
        for column, (measure, unit) in given.items():
            if not cells[column]:
                continue
            money = unit is Unit.EUR
            value, lost = rounded(decimal_number(column, cells[column], ","), 2 if money else 3)
            if lost:
                context.notes.add("rounded_decimals", column)
            figures.append(
                FigureRecord(
                    programme_code=programme,
                    series=Series.PUBLISHED,
                    subject_kind=SubjectKind.PROGRAMME,
                    subject_code=programme,
                    measure=measure,
                    as_of=as_of,
                    date_basis=DateBasis.ASSUMED,  # the file says the month
                    unit=unit,
                    amount_cents=value if money else None,
                    quantity_thousandths=None if money else value,
                    firmness=Firmness.DERIVED if lost else Firmness.EXACT,
                    wording=cells[column],
                    source_id=source,
                    place=f"{table.name}:{line}",
                )
            )
        if not figures:
            return SkippedRow(line, "no_value")
        return AcceptedRow(line, (*known, *made_known, *figures))

    def amounts(cells: Mapping[str, str]) -> Sums:
        sums = {}
        for column, (measure, unit) in given.items():
            if unit is Unit.EUR and cells[column]:
                try:
                    sums[measure], _ = rounded(decimal_number(column, cells[column], ","), 2)
                except BadValue:
                    continue
        return sums

    return parse_rows(table, row, amounts=amounts)


def _month_end(cells: Mapping[str, str]) -> date:
    """The last day of the month. Raises BadValue."""
    year, month = required(cells, "anno"), required(cells, "mese_num")
    if not (year.isdecimal() and _FIRST_YEAR <= int(year) <= _LAST_YEAR):
        raise BadValue("anno", year, "not_a_date")
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        raise BadValue("mese_num", month, "not_a_date")
    first_of_next = date(int(year) + int(month) // 12, int(month) % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
