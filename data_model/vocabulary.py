"""The closed vocabularies of the store. Words for readers live in texts under the same codes."""

from collections.abc import Iterable
from enum import StrEnum


class Firmness(StrEnum):
    """How firm a number is, from the firmest to the weakest."""

    EXACT = "exact"
    DERIVED = "derived"
    ABOUT = "about"
    AMBIGUOUS = "ambiguous"
    NOT_GIVEN = "not_given"


class DateBasis(StrEnum):
    """Whether the source states the reference date, we assume it, or there is none."""

    STATED = "stated"
    ASSUMED = "assumed"
    UNDATED = "undated"


class Unit(StrEnum):
    """EUR values are integer cents; counts and percentages are integer thousandths."""

    EUR = "EUR"
    COUNT = "count"
    PERCENT = "percent"


class Series(StrEnum):
    """Where a basis of measurement comes from. Two series are never mixed in one chart."""

    EC = "ec"
    PUBLISHED = "published"
    OC = "oc"
    """Project positions of OpenCoesione: commitments against payments."""
    OC_EU = "oc_eu"
    """The same projects: commitments against the payments admitted to the programme."""
    PUC = "puc"
    """Project positions of the national monitoring files."""


class System(StrEnum):
    """The monitoring system that project positions come from."""

    OPENCOESIONE = "oc"
    PUC = "puc"


class SubjectKind(StrEnum):
    """What a figure speaks of."""

    PROGRAMME = "programme"
    AXIS = "axis"
    CATEGORY = "category"
    INDICATOR = "indicator"
    CALL = "call"
    AGREEMENT = "agreement"
    ACTIVITY = "activity"
    TRAINING = "training"
    TARGET = "target"
    SHARE = "share"


class ActivityStatus(StrEnum):
    """Stage of an activity, in the order in which work advances."""

    PLANNED = "planned"
    PROCEDURE_BEING_DEFINED = "procedure_being_defined"
    STARTED = "started"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    COMPLETED = "completed"


class StatusBasis(StrEnum):
    """Whether the source states the status or it was inferred from its words."""

    EXPLICIT = "explicit"
    INFERRED = "inferred"


class DeadlineKind(StrEnum):
    """An extension moves the end of activities; a window says until when to apply."""

    EXTENSION = "extension"
    APPLICATION_WINDOW = "application_window"


class MinuteKind(StrEnum):
    """What is written down during a sitting."""

    DECISION = "decision"
    REMARK = "remark"


CATEGORIES = ("LD", "TR", "MD", "REACT")
"""Codes of the categories of region, in the order of the Regulation; REACT marks REACT-EU money."""

PROGRAMME_WIDE = "PROG"
"""Axis code of what concerns the programme as a whole."""

UNKNOWN_CODE = "-"
"""In a filter: the projects to which their source gives no code of this kind."""

REGIONS = tuple(f"{number:02d}" for number in range(1, 21))
"""ISTAT codes of the Italian regions."""

NATIONAL, ABROAD, SEVERAL_REGIONS = "00", "99", "MULTI"
OFF_THE_MAP = (NATIONAL, ABROAD, SEVERAL_REGIONS, UNKNOWN_CODE)
"""Codes in the place of a region that no region of a map stands for."""

_FIRMEST_FIRST = list(Firmness)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def weakest(firmnesses: Iterable[str]) -> Firmness:
    """The firmness of a figure derived from others: as firm as its weakest input, at best derived."""
    ranks = [_FIRMEST_FIRST.index(Firmness(f)) for f in firmnesses]
    return _FIRMEST_FIRST[max([1, *ranks])]


def axis_order(code: str) -> tuple[int, int, str]:
    """Sort key of an axis code: 1, 2, … 10, then I, II, … X, then the rest by letter."""
    if code.isdigit():
        return (0, int(code), code)
    if code and set(code) <= set(_ROMAN):
        values = [_ROMAN[c] for c in code]
        total = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
        return (1, total, code)
    return (2, 0, code)
