"""Every measure, declared once. Its label, definition and legal basis are in texts under the same key."""

from dataclasses import dataclass
from typing import Literal

from data_model.vocabulary import Series, System, Unit

Kind = Literal["amount", "count", "rate", "gap"]


@dataclass(frozen=True)
class Measure:
    """One measure. A rate divides `numerator` by `denominator`; a gap subtracts `denominator` from `numerator`."""

    key: str
    kind: Kind
    unit: Unit
    numerator: str | None = None
    denominator: str | None = None
    cumulative: bool = False


def _amount(key: str, *, cumulative: bool = False) -> Measure:
    return Measure(key, "amount", Unit.EUR, cumulative=cumulative)


def _count(key: str, *, cumulative: bool = False) -> Measure:
    return Measure(key, "count", Unit.COUNT, cumulative=cumulative)


def _given_rate(key: str) -> Measure:
    return Measure(key, "rate", Unit.PERCENT)


def _rate(key: str, numerator: str, denominator: str) -> Measure:
    return Measure(key, "rate", Unit.PERCENT, numerator, denominator)


def _gap(key: str, committed: str, reported: str) -> Measure:
    return Measure(key, "gap", Unit.EUR, committed, reported)


_DECLARED = (
    _amount("allocated"),
    _amount("allocated_eu"),
    _amount("allocated_national"),
    _amount("allocated_by_programme"),
    _amount("allocated_by_fead"),
    _amount("selected", cumulative=True),
    _amount("declared", cumulative=True),
    _amount("committed", cumulative=True),
    _amount("reported", cumulative=True),
    _amount("certified", cumulative=True),
    _amount("granted"),
    _amount("admitted"),
    _amount("committed_binding", cumulative=True),
    _amount("paid", cumulative=True),
    _amount("paid_admitted", cumulative=True),
    _amount("certified_projects", cumulative=True),
    _amount("advances_paid", cumulative=True),
    _amount("amount_admitted"),
    _amount("financing"),
    _amount("unit_grant"),
    _amount("n_plus_3_target"),
    _amount("performance_target"),
    _amount("reported_expenditure_series", cumulative=True),
    _amount("planned_total"),
    _amount("planned_eu"),
    _amount("planned_national"),
    _amount("net_planned_eu"),
    _amount("eu_payments", cumulative=True),
    _amount("eu_pre_financing", cumulative=True),
    _amount("eu_interim_payments", cumulative=True),
    _amount("eu_closure_payment", cumulative=True),
    _amount("eu_decommitted_at_closure", cumulative=True),
    _amount("eu_decommitted_n_plus_3", cumulative=True),
    _amount("oc_allocated"),
    _amount("oc_allocated_eu"),
    _amount("oc_allocated_after_pac"),
    _amount("oc_certified", cumulative=True),
    _amount("oc_paid_admitted", cumulative=True),
    _gap("gap_declared", "selected", "declared"),
    _gap("gap_reported", "committed", "reported"),
    _gap("gap_paid", "committed_binding", "paid"),
    _gap("gap_paid_admitted", "committed_binding", "paid_admitted"),
    _rate("selected_rate", "selected", "allocated"),
    _rate("declared_rate", "declared", "selected"),
    _rate("committed_rate", "committed", "allocated"),
    _rate("reported_rate", "reported", "committed"),
    _rate("certified_rate", "certified", "allocated"),
    _rate("committed_binding_rate", "committed_binding", "granted"),
    _rate("committed_binding_admitted_rate", "committed_binding", "admitted"),
    _rate("paid_rate", "paid", "committed_binding"),
    _rate("paid_admitted_rate", "paid_admitted", "committed_binding"),
    _rate("certified_projects_rate", "certified_projects", "admitted"),
    _rate("started_rate", "projects_started", "projects_approved"),
    _rate("involved_rate", "trainees_involved", "trainees_target"),
    _rate("indicator_rate", "indicator_value", "indicator_target"),
    _rate("eu_payment_rate", "eu_payments", "net_planned_eu"),
    _rate("oc_certified_rate", "oc_certified", "oc_allocated"),
    _given_rate("certified_target_eu"),
    _given_rate("certified_target_national"),
    _given_rate("certified_result"),
    _given_rate("paid_result"),
    _given_rate("commitment_rate"),
    _given_rate("cofinancing_rate"),
    _given_rate("budget_share"),
    _given_rate("eu_share"),
    _given_rate("allocation_weight_residents"),
    _given_rate("allocation_weight_beneficiaries"),
    _count("projects_approved", cumulative=True),
    _count("projects_started", cumulative=True),
    _count("projects_started_series", cumulative=True),
    _count("agreements_signed", cumulative=True),
    _count("operators_covered", cumulative=True),
    _count("operators_target"),
    _count("operations_financed", cumulative=True),
    _count("cities_participating"),
    _count("cities_reporting", cumulative=True),
    _count("schools_target"),
    _count("classes_target"),
    _count("pupils_target"),
    _count("pathways_target"),
    _count("trainees_target"),
    _count("trainees_involved", cumulative=True),
    _count("trainees_by_sex", cumulative=True),
    _count("trainees_by_state", cumulative=True),
    _count("cohorts_planned"),
    _count("participants", cumulative=True),
    _count("participants_target"),
    _count("indicator_value", cumulative=True),
    _count("indicator_target"),
)
MEASURES: dict[str, Measure] = {measure.key: measure for measure in _DECLARED}


@dataclass(frozen=True)
class Basis:
    """One series of financial data: which measure it has at each stage. Two bases never share a label."""

    series: Series
    committed: str
    reported: str
    statement: bool
    """Whether each date is a complete statement of the programme: then one date serves all its figures."""
    allocated: str = "allocated"
    certified: str = "certified"
    committed_rate: str = ""
    """Key of the rate of commitments, where it is not the name of the commitments with `_rate`."""
    system: System | None = None
    """The monitoring system whose project positions it sums; None for published figures."""
    columns: tuple[str | None, ...] = ()
    """Of a monitoring system: the amount of a position at each stage, in the order of `stages`; None where it has none."""

    @property
    def stages(self) -> tuple[str, str, str, str]:
        """Measures from the allocation to certification."""
        return (self.allocated, self.committed, self.reported, self.certified)

    @property
    def rates(self) -> tuple[str, str]:
        """Keys of the rates: commitments on the whole, reporting (or payments) on commitments."""
        return (self.committed_rate or f"{self.committed}_rate", f"{self.reported}_rate")

    @property
    def gap(self) -> str:
        """Key of the gap between commitments and reporting."""
        return f"gap_{self.reported}"


BASES = {
    Series.EC: Basis(Series.EC, "selected", "declared", statement=True),
    Series.PUBLISHED: Basis(Series.PUBLISHED, "committed", "reported", statement=False),
    Series.OC: Basis(
        Series.OC,
        "committed_binding",
        "paid",
        statement=True,
        allocated="granted",
        certified="certified_projects",
        system=System.OPENCOESIONE,
        columns=("granted_cents", "committed_cents", "paid_cents", None),
    ),
    Series.OC_EU: Basis(
        Series.OC_EU,
        "committed_binding",
        "paid_admitted",
        statement=True,
        allocated="admitted",
        certified="certified_projects",
        committed_rate="committed_binding_admitted_rate",
        system=System.OPENCOESIONE,
        columns=("admitted_cents", "committed_cents", "reported_cents", None),
    ),
    Series.PUC: Basis(
        Series.PUC,
        "committed_binding",
        "paid_admitted",
        statement=True,
        allocated="admitted",
        certified="certified_projects",
        committed_rate="committed_binding_admitted_rate",
        system=System.PUC,
        columns=("admitted_cents", "committed_cents", "reported_cents", "certified_cents"),
    ),
}

PARTICIPANT_INDICATORS = ("CO01", "CO03", "CO05")
"""Unemployed, inactive, employed: the only indicators whose sum is the participants; the others repeat the same people."""
