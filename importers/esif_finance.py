"""The Commission's finance implementation by axis and year (data set 99js-gm52), API or browser header.

One row per programme, axis, thematic objective, category of region and year. Amounts are cumulative.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from data_model.records import AcceptedRow, AxisRecord, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.columns import note_columns
from importers.commission import category, versioned_place, watched
from importers.data_sets import FINANCE, own_source
from importers.reading import BadValue, Context, Table, cents, one_line, parse_rows, readable_cents, required, year_end

REQUIRED = frozenset(
    (
        "cci",
        "title",
        "fund",
        "priority",
        "to",
        "category_of_region",
        "year",
        "eu_amount",
        "national_amount",
        "total_amount",
        "total_eligible_cost",
        "total_eligible_expenditure",
    )
)
SYNONYMS = {
    "programme_title": "title",
    "to_code": "to",
    "eafrd_measure_code": "eafrd_measure",
    "eafrd_focus_area_code": "eafrd_fa",
    "total_eligible_costs": "total_eligible_cost",
    "total_eligible_expenditures": "total_eligible_expenditure",
}
OPTIONAL = ("ver", "reference_date")
UNUSED = (
    "ms",
    "ms_name",
    "to_short",
    "to_long",
    "eafrd_measure",
    "measure_short_description",
    "eafrd_fa",
    "focus_area_short_description",
    "eu_co_financing",
    "ir_last_version",
)
MEASURES = {
    "total_amount": "allocated",
    "eu_amount": "allocated_eu",
    "national_amount": "allocated_national",
    "total_eligible_cost": "selected",
    "total_eligible_expenditure": "declared",
}
_ROME = ZoneInfo("Europe/Rome")


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row of the file, with five figures; an empty cell is a figure not given, so that no sum can
    pass over it."""

    source, known = own_source(context, FINANCE)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED, synonyms=SYNONYMS)

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        programme, axis = required(cells, "cci"), required(cells, "priority")
        if not context.wants(programme):
            return SkippedRow(line, "other_programme")
        as_of, basis = reference_date(cells)
        figures = [
            FigureRecord(
                programme_code=programme,
                series=Series.EC,
                subject_kind=SubjectKind.AXIS,
                subject_code=axis,
                axis_code=axis,
                category_code=category(cells),
                fund_code=cells["fund"] or None,
                breakdown_code=cells["to"] or None,
                measure=measure,
                as_of=as_of,
                date_basis=basis,
                unit=Unit.EUR,
                amount_cents=cents(cells, column),
                quantity_thousandths=None,
                firmness=Firmness.EXACT if cells[column] else Firmness.NOT_GIVEN,
                wording=cells[column],
                source_id=source,
                place=versioned_place(table.name, line, cells),
            )
            for column, measure in MEASURES.items()
        ]
        return AcceptedRow(
            line,
            (
                *known,
                ProgrammeRecord(programme, one_line(cells["title"]), "en", cells["fund"] or None),
                AxisRecord(programme, axis, theme_code=cells["to"] or None),
                *figures,
            ),
        )

    rows = parse_rows(table, row, SYNONYMS, lambda cells: readable_cents(cells, MEASURES))
    return watched(rows, context.notes)


def reference_date(cells: Mapping[str, str]) -> tuple[date, DateBasis]:
    """The reference date, in Rome: copies of the file carry 23:00Z of the day before. Raises BadValue.

    Where the file leaves it empty, the end of the year is assumed.
    """
    assumed, text = year_end(cells, "year"), cells.get("reference_date", "")
    if not text:
        return assumed, DateBasis.ASSUMED
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise BadValue("reference_date", text, "not_a_date") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # else this machine's own zone would decide
    if moment.hour == 0 and moment.tzinfo == UTC:
        return moment.date(), DateBasis.STATED  # a bare day, not shifted by anybody
    return moment.astimezone(_ROME).date(), DateBasis.STATED
