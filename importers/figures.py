"""Published figures, one row each, with the source's own words: the reference file `facts.csv` of a programme.

Firmness is read from the wording and the note, by the rule of the reference data (see `firmness`).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

from data_model.records import (
    AcceptedRow,
    AxisRecord,
    FigureRecord,
    ParsedRow,
    ProgrammeRecord,
    SkippedRow,
    SubjectRecord,
    Sums,
)
from data_model.vocabulary import CATEGORIES, DateBasis, Firmness, Series, SubjectKind, Unit
from importers.reading import (
    BadValue,
    Context,
    Table,
    cents,
    iso_date,
    one_line,
    parse_rows,
    readable_cents,
    required,
    scaled_integer,
)

REQUIRED = frozenset(
    (
        "id",
        "as_of",
        "scope_type",
        "scope_code",
        "scope_label_it",
        "measure",
        "value",
        "unit",
        "precision",
        "source_id",
        "locator",
        "note",
    )
)
KINDS = {
    "programme": SubjectKind.PROGRAMME,
    "axis": SubjectKind.AXIS,
    "priority_region_category": SubjectKind.SHARE,
    "notice": SubjectKind.CALL,
    "convention": SubjectKind.AGREEMENT,
    "activity": SubjectKind.ACTIVITY,
    "training": SubjectKind.TRAINING,
    "target": SubjectKind.TARGET,
    "indicator": SubjectKind.INDICATOR,
}
MEASURES = {
    "budget_total": "allocated",
    "budget_eu": "allocated_eu",
    "budget_national": "allocated_national",
    "budget_pon": "allocated_by_programme",
    "budget_fead": "allocated_by_fead",
    "commitment": "committed",
    "reported_expenditure": "reported",
    "certified_expenditure": "certified",
    "eligible_expenditure_ec": "declared",
    "indicator_implemented": "indicator_value",
    "conventions_signed": "agreements_signed",
    "annualities_planned": "cohorts_planned",
    "trainees_enrolled": "trainees_involved",
} | {
    name: name
    for name in (
        "projects_approved",
        "projects_started",
        "operators_covered",
        "operators_target",
        "cities_participating",
        "cities_reporting",
        "trainees_target",
        "commitment_rate",
        "operations_financed",
        "participants",
        "advances_paid",
        "amount_admitted",
        "allocation_weight_residents",
        "allocation_weight_beneficiaries",
        "cofinancing_rate",
        "budget_share",
        "participants_target",
        "eu_share",
        "financing",
        "schools_target",
        "classes_target",
        "pupils_target",
        "pathways_target",
        "unit_grant",
        "n_plus_3_target",
        "indicator_target",
        "projects_started_series",
        "reported_expenditure_series",
    )
}
UNITS = {"EUR": Unit.EUR, "count": Unit.COUNT, "percent": Unit.PERCENT}

_ABOUT = re.compile(r"\b(circa|oltre|quasi|almost|some|at least|over|about)\b", re.IGNORECASE)
_ROUNDED = re.compile(r"M€|Meuro|\bM EUR\b|milion|million|miliard|billion|\bmila\b", re.IGNORECASE)
_TO_THE_EURO = re.compile(r"\d{3}\.\d{3}(\.\d{3}|\s*euro|,)")
_DATE_ASSUMED = re.compile(r"non indica la data|non dice la data|data non dichiarata", re.IGNORECASE)
_COHORT = re.compile(r"\b(prima|seconda|terza|quarta|quinta)\s+annualit", re.IGNORECASE)
_ORDINALS = ("prima", "seconda", "terza", "quarta", "quinta")

_T = TypeVar("_T")


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One accepted row per figure; rows of repeated sources are check totals and are skipped."""
    programme = context.required_programme()
    assumed = _assumed_dates(table)

    def row(line: int, cells: Mapping[str, str]) -> ParsedRow:
        source = required(cells, "source_id")
        if source in context.repeated_sources:
            return SkippedRow(line, "check_total", _axis_name(cells, programme))
        as_of = iso_date(cells, "as_of")
        unit = _known(cells, "unit", UNITS)
        kind, axis, category = _subject(cells, programme)
        amount = cents(cells, "value") if unit is Unit.EUR else None
        quantity = scaled_integer(cells, "value", 3) if unit is not Unit.EUR else None
        code, label = required(cells, "scope_code"), one_line(required(cells, "scope_label_it"))
        figure = FigureRecord(
            programme_code=programme,
            series=Series.PUBLISHED,
            subject_kind=kind,
            subject_code=code,
            axis_code=axis,
            category_code=category,
            cohort=_cohort(cells["note"]) if kind is SubjectKind.TRAINING else None,
            measure=_known(cells, "measure", MEASURES),
            as_of=as_of,
            date_basis=_date_basis(source, as_of, assumed),
            unit=unit,
            amount_cents=amount,
            quantity_thousandths=quantity,
            firmness=firmness(cells["precision"], cells["note"], given=amount is not None or quantity is not None),
            wording=required(cells, "precision"),
            source_id=source,
            place=one_line(required(cells, "locator")),
            note=one_line(cells["note"]) or None,
        )
        return AcceptedRow(line, (*_known_things(figure, label), figure))

    def amounts(cells: Mapping[str, str]) -> Sums:
        measure = MEASURES.get(cells["measure"])
        return readable_cents(cells, {"value": measure}) if measure and cells["unit"] == Unit.EUR else {}

    return parse_rows(table, row, amounts=amounts)


def firmness(wording: str, note: str, *, given: bool) -> Firmness:
    """How firm a figure is, from the source's wording and the note of whoever recorded it."""
    if not given or note.startswith("VALORE PERDUTO"):
        return Firmness.NOT_GIVEN
    if note.startswith("AMBIGUO"):
        return Firmness.AMBIGUOUS
    if note.startswith("SOMMA DERIVATA"):
        return Firmness.DERIVED
    if _ABOUT.search(wording):
        return Firmness.ABOUT
    if _ROUNDED.search(wording) and not _TO_THE_EURO.search(wording):
        return Firmness.ABOUT
    return Firmness.EXACT


def _assumed_dates(table: Table) -> frozenset[tuple[str, str]]:
    """The (source, date) pairs of which some note says that the source does not state the date."""
    at = {name: index for index, name in enumerate(table.names)}
    return frozenset(
        (cells[at["source_id"]], cells[at["as_of"]])
        for _, cells in table.rows()
        if len(cells) == len(at) and _DATE_ASSUMED.search(cells[at["note"]])
    )


def _date_basis(source: str, as_of: date | None, assumed: frozenset[tuple[str, str]]) -> DateBasis:
    if as_of is None:
        return DateBasis.UNDATED
    return DateBasis.ASSUMED if (source, as_of.isoformat()) in assumed else DateBasis.STATED


def _known(cells: Mapping[str, str], column: str, table: Mapping[str, _T]) -> _T:
    text = required(cells, column)
    if text not in table:
        raise BadValue(column, text, "unknown_code")
    return table[text]


def _subject(cells: Mapping[str, str], programme: str) -> tuple[SubjectKind, str | None, str | None]:
    """Kind of the subject, its axis and its category of region."""
    kind, code = _known(cells, "scope_type", KINDS), required(cells, "scope_code")
    if kind is SubjectKind.AXIS:
        return kind, code, None
    if kind is SubjectKind.SHARE and code in CATEGORIES:
        return SubjectKind.CATEGORY, None, code
    if kind is SubjectKind.PROGRAMME and code != programme:
        return SubjectKind.SHARE, None, None
    return kind, None, None


def _known_things(figure: FigureRecord, label: str) -> tuple[ProgrammeRecord | AxisRecord | SubjectRecord, ...]:
    """What the row makes known besides its figure: the programme's name, the axis's name or the subject."""
    programme = figure.programme_code
    if figure.subject_kind == SubjectKind.PROGRAMME:
        return (ProgrammeRecord(programme, label, "it", overwrite=True),)
    if figure.subject_kind == SubjectKind.AXIS:
        return (_axis(programme, figure.subject_code, label),)
    if figure.subject_kind == SubjectKind.CATEGORY:
        return ()
    return (SubjectRecord(programme, figure.subject_kind, figure.subject_code, label),)


def _axis(programme: str, code: str, label: str) -> AxisRecord:
    """The axis with its bare name: the label is `Asse 3 - Sistemi e modelli …`."""
    return AxisRecord(programme, code, name=re.sub(r"^Asse \S+ - ", "", label), name_language="it")


def _axis_name(cells: Mapping[str, str], programme: str) -> tuple[AxisRecord, ...]:
    """The name of the axis that a check total carries, if it is one of an axis."""
    if cells["scope_type"] != "axis":
        return ()
    return (_axis(programme, required(cells, "scope_code"), one_line(required(cells, "scope_label_it"))),)


def _cohort(note: str) -> int | None:
    """The cohort that the note names in words, 1 for the first."""
    found = _COHORT.search(note)
    return _ORDINALS.index(found.group(1).lower()) + 1 if found else None
