"""What the cells of our templates mean: the words they may hold, and what every row says of its source and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from data_model.vocabulary import (
    ActivityStatus,
    DateBasis,
    DeadlineKind,
    Firmness,
    StatusBasis,
    SubjectKind,
    Unit,
)
from importers.reading import BadValue, required

Row = Mapping[str, str]
_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True)
class Said:
    """What every row says: of which programme, in which place of which source."""

    programme: str
    source: str
    place: str


FIRMNESSES = {
    "esatto": Firmness.EXACT,
    "derivato": Firmness.DERIVED,
    "circa": Firmness.ABOUT,
    "ambiguo": Firmness.AMBIGUOUS,
    "non dato": Firmness.NOT_GIVEN,
}
KINDS = {
    "programma": SubjectKind.PROGRAMME,
    "asse": SubjectKind.AXIS,
    "categoria": SubjectKind.CATEGORY,
    "indicatore": SubjectKind.INDICATOR,
    "avviso": SubjectKind.CALL,
    "convenzione": SubjectKind.AGREEMENT,
    "intervento": SubjectKind.ACTIVITY,
    "formazione": SubjectKind.TRAINING,
    "obiettivo": SubjectKind.TARGET,
    "quota": SubjectKind.SHARE,
}
STATUSES = {
    "previsto": ActivityStatus.PLANNED,
    "in definizione": ActivityStatus.PROCEDURE_BEING_DEFINED,
    "avviato": ActivityStatus.STARTED,
    "in corso": ActivityStatus.IN_PROGRESS,
    "prorogato": ActivityStatus.EXTENDED,
    "concluso": ActivityStatus.COMPLETED,
}
STATUS_BASES = {"detto": StatusBasis.EXPLICIT, "dedotto": StatusBasis.INFERRED}
DEADLINE_KINDS = {"proroga": DeadlineKind.EXTENSION, "finestra": DeadlineKind.APPLICATION_WINDOW}
PERSONS = {
    "obiettivo": "trainees_target",
    "coinvolti": "trainees_involved",
    "annualità previste": "cohorts_planned",
}
"""What a number of the table of cohorts counts, and the measure it is."""

_YES = {"sì": True, "si": True, "no": False}

_AMOUNTS = (
    "allocated",
    "allocated_eu",
    "allocated_national",
    "allocated_by_programme",
    "allocated_by_fead",
    "committed",
    "reported",
    "certified",
    "advances_paid",
    "amount_admitted",
    "financing",
    "unit_grant",
)
_PERCENTAGES = (
    "commitment_rate",
    "cofinancing_rate",
    "budget_share",
    "eu_share",
    "allocation_weight_residents",
    "allocation_weight_beneficiaries",
)
_COUNTS = (
    "projects_approved",
    "projects_started",
    "agreements_signed",
    "operators_covered",
    "operations_financed",
    "cities_participating",
    "cities_reporting",
    "trainees_involved",
    "cohorts_planned",
    "participants",
    "indicator_value",
)
TARGETS = {
    "n_plus_3_target": Unit.EUR,
    "performance_target": Unit.EUR,
    "indicator_target": Unit.COUNT,
    "participants_target": Unit.COUNT,
    "trainees_target": Unit.COUNT,
    "operators_target": Unit.COUNT,
    "schools_target": Unit.COUNT,
    "classes_target": Unit.COUNT,
    "pupils_target": Unit.COUNT,
    "pathways_target": Unit.COUNT,
}
"""The measures that are targets, with their unit."""

MEASURES = {
    **dict.fromkeys(_AMOUNTS, Unit.EUR),
    **dict.fromkeys(_PERCENTAGES, Unit.PERCENT),
    **dict.fromkeys(_COUNTS, Unit.COUNT),
}
"""The measures of published figures that a person may fill in, with their unit; rates that are computed here are not."""


def chosen(cells: Row, column: str, words: Mapping[str, _Code]) -> _Code:
    """The code of a word of the template, in any case; the code itself is understood too. Raises BadValue."""
    text = required(cells, column)
    folded = text.lower()
    known = dict(words) | {str(code): code for code in words.values()}
    if folded not in known:
        raise BadValue(column, text, "unknown_code")
    return known[folded]


def date_basis(cells: Row, *, dated: bool) -> DateBasis:
    """Whether the source states the date, the person assumed it, or there is none. Raises BadValue."""
    assumed = cells["data_presunta"]
    if assumed and assumed.lower() not in _YES:
        raise BadValue("data_presunta", assumed, "unknown_code")
    if not dated:
        return DateBasis.UNDATED
    return DateBasis.ASSUMED if _YES.get(assumed.lower()) else DateBasis.STATED
