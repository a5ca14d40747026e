"""The Commission's achievements: ESF common indicators (data set aesb-873i).

One row per programme, indicator, axis, investment priority, category of region and year. Values are cumulative.
"""

from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, AxisRecord, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.esif_finance import category
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
MEASURES = {"implemented_value": "indicator_value", "target_value": "indicator_target"}


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row with a value or a target; the rest is skipped: an empty cell is missing, not zero."""

    source = context.required_source()

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        programme, axis, as_of = required(cells, "cci"), required(cells, "priority_code"), year_end(cells, "year")
        place = f"{table.name}:{line}"
        if version := cells.get("ver"):
            place += f" · v{version}"
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
                place=place,
            )
            for column, measure in MEASURES.items()
            if (value := scaled_integer(cells, column, 3)) is not None
        ]
        if not figures:
            return SkippedRow(line, "no_value")
        known = ProgrammeRecord(programme, one_line(cells["title"]), "en", cells["fund"] or None)
        return AcceptedRow(line, (known, AxisRecord(programme, axis), *figures))

    return parse_rows(table, row, SYNONYMS)
