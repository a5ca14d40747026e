"""The Commission's achievements: ESF common indicators (data set aesb-873i).

One row per programme, indicator, axis, investment priority, category of region and year. Values are cumulative.
"""

from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, AxisRecord, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.columns import note_columns
from importers.commission import category, versioned_place, watched
from importers.data_sets import INDICATORS, own_source
from importers.reading import Context, Table, one_line, parse_rows, required, scaled_integer, year_end

REQUIRED = frozenset(
    (
        "cci",
        "title",
        "fund",
        "ind_code",
        "priority_code",
        "investment_priority",
        "category_of_region",
        "year",
        "target_value",
        "implemented_value",
        "measurement_unit",
    )
)
SYNONYMS = {"programme_title": "title"}
OPTIONAL = ("ver",)
UNUSED = (
    "ms",
    "ms_name",
    "indicator_type_code",
    "ind_group_code",
    "ind_group_name",
    "indicator_short_name",
    "indicator_long_name",
    "to",
    "to_short",
    "measure_code",
    "focus_area_code",
    "nominator",
    "denominator",
    "is_division",
    "ir_ver",
    "implemented_nominator",
    "implemented_denominator",
    "visualise_by_to",
    "visualise_by_ms",
    "forecast_value",
    "forecast_nominator",
)
MEASURES = {"implemented_value": "indicator_value", "target_value": "indicator_target"}


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row with a value or a target; the rest is skipped: an empty cell is missing, not zero."""

    source, own = own_source(context, INDICATORS)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED, synonyms=SYNONYMS)

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        programme = required(cells, "cci")
        if not context.wants(programme):
            return SkippedRow(line, "other_programme")
        axis, as_of = required(cells, "priority_code"), year_end(cells, "year")
        figures = [
            FigureRecord(
                programme_code=programme,
                series=Series.EC,
                subject_kind=SubjectKind.INDICATOR,
                subject_code=required(cells, "ind_code"),
                axis_code=axis,
                category_code=category(cells),
                fund_code=cells["fund"] or None,
                breakdown_code=cells["investment_priority"] if cells["investment_priority"] != "VOID" else None,
                measure=measure,
                as_of=as_of,
                date_basis=DateBasis.STATED,
                unit=Unit.COUNT,
                amount_cents=None,
                quantity_thousandths=value,
                firmness=Firmness.EXACT,
                wording=cells[column],
                source_id=source,
                place=versioned_place(table.name, line, cells),
            )
            for column, measure in MEASURES.items()
            if (value := scaled_integer(cells, column, 3)) is not None
        ]
        if not figures:
            return SkippedRow(line, "no_value")
        known = ProgrammeRecord(programme, one_line(cells["title"]), "en", cells["fund"] or None)
        return AcceptedRow(line, (*own, known, AxisRecord(programme, axis), *figures))

    return watched(parse_rows(table, row, SYNONYMS), context.notes)
