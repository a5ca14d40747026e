"""The Commission's planned finance (data set e4v6-qrrq), native or API header: the financial plans in force.

One row per programme, fund, axis, thematic objective, category of region and, for EAFRD, measure and focus area; EMFF and
technical assistance of EAFRD have no axis. The file has no date: it is the one that the person gives, else the figures are
undated. Its measures are of their own, so that a plan is never added to the allocations of the finance implementation.
"""

from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, AxisRecord, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow
from data_model.vocabulary import Firmness, Series, SubjectKind, Unit
from importers.columns import note_columns
from importers.commission import category, versioned_place, watched
from importers.data_sets import PLANNED, own_source
from importers.reading import Context, Table, cents, one_line, parse_rows, readable_cents, required

REQUIRED = frozenset(
    (
        "cci",
        "title",
        "fund",
        "priority",
        "to",
        "category_of_region",
        "eafrd_measure",
        "eafrd_fa",
        "eu_amount",
        "national_amount",
        "total_amount",
    )
)
WITHOUT = frozenset(("year", "total_eligible_cost"))
"""Columns of the finance implementation, which has all the others too."""

SYNONYMS = {
    "programme_title": "title",
    "to_code": "to",
    "eafrd_measure_code": "eafrd_measure",
    "eafrd_focus_area_code": "eafrd_fa",
}
OPTIONAL = ("ver",)
UNUSED = (
    "ms",
    "ms_name",
    "to_short",
    "to_long",
    "measure_short_description",
    "focus_area_short_description",
    "eu_co_financing",
)
MEASURES = {"total_amount": "planned_total", "eu_amount": "planned_eu", "national_amount": "planned_national"}
OUTERMOST = {"Outermost or Northern Sparsely Populated": "OUT"}
"""A category that no Italian programme has."""


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row of the file, with three figures; an empty cell is a figure not given."""
    source, known = own_source(context, PLANNED)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED, synonyms=SYNONYMS)

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        programme, axis = required(cells, "cci"), cells["priority"] or None
        if not context.wants(programme):
            return SkippedRow(line, "other_programme")
        figures = [
            FigureRecord(
                programme_code=programme,
                series=Series.EC,
                subject_kind=SubjectKind.PROGRAMME if axis is None else SubjectKind.AXIS,
                subject_code=axis or programme,
                axis_code=axis,
                category_code=category(cells, OUTERMOST),
                fund_code=cells["fund"] or None,
                breakdown_code=breakdown(cells),
                measure=measure,
                as_of=context.as_of,
                date_basis=context.date_basis,
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
        axes = () if axis is None else (AxisRecord(programme, axis),)
        return AcceptedRow(line, (*known, ProgrammeRecord(programme, one_line(cells["title"]), "en"), *axes, *figures))

    rows = parse_rows(table, row, SYNONYMS, lambda cells: readable_cents(cells, MEASURES))
    return watched(rows, context.notes)


def breakdown(cells: Mapping[str, str]) -> str | None:
    """Thematic objective, EAFRD measure and focus area, of those that apply: `09`, `06/M13/FA_P4`."""
    theme = cells["to"].zfill(2) if cells["to"].isdigit() else cells["to"]  # copies lose the leading zero
    parts = (theme, cells["eafrd_measure"], cells["eafrd_fa"])
    return "/".join(part for part in parts if part not in ("", "VOID")) or None
