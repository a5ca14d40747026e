"""The Commission's payments to programmes (data set gayr-92qh): what the Union planned and paid, cumulative by year.

One row per programme, fund, category of region and year. Years are never added. The releases differ: an older one writes
some names in the singular, and gives the allocation before decommitment.
"""

from collections.abc import Iterator, Mapping

from data_model.records import AcceptedRow, FigureRecord, ParsedRow, ProgrammeRecord, SkippedRow
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.columns import note_columns
from importers.commission import category, watched
from importers.data_sets import PAYMENTS, own_source
from importers.esif_planned import OUTERMOST
from importers.reading import Context, Table, cents, one_line, parse_rows, readable_cents, required, year_end

REQUIRED = frozenset(
    ("cci", "title", "fund", "category_of_region", "year", "net_pre_financing", "net_interim_payments", "total_net_payments")
)
SYNONYMS = {
    "programme_title": "title",
    "net_interim_payment": "net_interim_payments",
    "total_net_payment": "total_net_payments",
    "cumulative_interim_payment": "cumulative_interim_payments",
    "recovery_of_expense": "recovery_of_expenses",
    "n_3_de_commitment_amount": "n_3_decommitment_amount",
}
MEASURES = {
    "total_net_payments": "eu_payments",
    "net_pre_financing": "eu_pre_financing",
    "net_interim_payments": "eu_interim_payments",
    "payment_at_closure": "eu_closure_payment",
    "net_planned_eu_amount": "net_planned_eu",
    "de_commitments_at_closure": "eu_decommitted_at_closure",
    "n_3_decommitment_amount": "eu_decommitted_n_plus_3",
}
OPTIONAL = ("net_planned_eu_amount", "payment_at_closure", "de_commitments_at_closure", "is_latest_period")
OLDER = ("n_3_decommitment_amount",)
"""Read where an older release has it; a newer one does not lack it."""

UNUSED = (
    *OLDER,
    "ms",
    "ms_name",
    "planned_eu_amount",
    "rec_at_closure",
    "cumulative_initial_pre_financing",
    "cumulative_additional_initial_pre_financing",
    "recovery_of_initial_pre_financing",
    "cumulative_annual_pre_financing",
    "pre_financing_covered_by_expenditure",
    "pf_covered_by_expenditure_at_closure_clearing",
    "recovery_of_annual_pre_financing",
    "recovery_of_pf_at_closure",
    "net_initial_pre_financing",
    "net_annual_pre_financing",
    "cumulative_interim_payments",
    "recovery_of_expenses",
    "recovery_of_expenses_at_closure",
    "eu_payment_rate",
    "eu_payment_rate_on_planned_eu_amount",
)


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per row of the file, with a figure per amount; an empty cell is a figure not given."""
    source, known = own_source(context, PAYMENTS)
    note_columns(table, context.notes, read=(*REQUIRED, *OPTIONAL), left=UNUSED, synonyms=SYNONYMS)
    names = {SYNONYMS.get(name, name) for name in table.names}
    given = {column: measure for column, measure in MEASURES.items() if column in names}

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        programme = required(cells, "cci")
        if not context.wants(programme):
            return SkippedRow(line, "other_programme")
        region, latest = category(cells, OUTERMOST), cells.get("is_latest_period") == "Y"
        figures = [
            FigureRecord(
                programme_code=programme,
                series=Series.EC,
                subject_kind=SubjectKind.PROGRAMME if region is None else SubjectKind.CATEGORY,
                subject_code=programme if region is None else region,
                category_code=region,
                fund_code=required(cells, "fund"),
                measure=measure,
                as_of=year_end(cells, "year"),
                date_basis=DateBasis.ASSUMED if latest else DateBasis.STATED,  # the year may not be over
                unit=Unit.EUR,
                amount_cents=cents(cells, column),
                quantity_thousandths=None,
                firmness=Firmness.EXACT if cells[column] else Firmness.NOT_GIVEN,
                wording=cells[column],
                source_id=source,
                place=f"{table.name}:{line}",
            )
            for column, measure in given.items()
        ]
        return AcceptedRow(line, (*known, ProgrammeRecord(programme, one_line(cells["title"]), "en"), *figures))

    rows = parse_rows(table, row, SYNONYMS, lambda cells: readable_cents(cells, given))
    return watched(rows, context.notes)
