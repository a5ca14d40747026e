"""Figures on which sources disagree, side by side with the difference. The app never picks one silently."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit, weakest
from metrics import frames
from metrics.measures import MEASURES, PARTICIPANT_INDICATORS
from metrics.participants import participants

FAMILIES: dict[str, str] = {
    "selected": "commitments",
    "committed": "commitments",
    "declared": "expenditure",
    "reported": "expenditure",
    "certified": "expenditure",
}
"""Measures that readers compare although they are not the same thing: shown side by side, each under its own name."""

_AT_ONE_DATE = {SubjectKind.PROGRAMME, SubjectKind.AXIS, SubjectKind.CATEGORY}
_MEASURES_COMPARED = (
    "allocated",
    "selected",
    "committed",
    "declared",
    "reported",
    "certified",
    "participants",
    "cities_participating",
    "trainees_target",
    "projects_approved",
)


@dataclass(frozen=True)
class Voice:
    """What one source says. `value` is cents for EUR, thousandths else; `parts` > 1 marks a sum made here."""

    measure: str
    value: int
    unit: str
    firmness: Firmness
    wording: str
    as_of: date | None
    date_basis: str
    source_id: str
    place: str
    parts: int = 1
    note: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """One thing on which voices differ, and the widest difference between two of them."""

    family: str
    subject_kind: str
    subject_code: str
    as_of: date | None
    voices: tuple[Voice, ...]
    difference: int

    @property
    def anchor(self) -> str:
        """A name for the place of a page where it stands, in letters, digits and hyphens."""
        parts = (self.subject_kind, self.subject_code, self.family, self.as_of.isoformat() if self.as_of else "")
        return re.sub(r"[^a-z0-9]+", "-", "-".join(("sources", *parts)).lower()).strip("-")


def disagreements(figures: pd.DataFrame, subjects: pd.DataFrame) -> list[Disagreement]:
    """All disagreements among the figures of one programme, in the order of their subjects.

    Amounts of the programme, its axes and categories change with time, and so does all that is cumulative: only figures
    of one date are compared. The rest of what belongs to a call or an activity is compared whatever its date. Rounded
    wordings agree with what rounds to them.
    """
    topics: dict[tuple[str, str, str, date | None], list[Voice]] = {}
    for kind, code, voice in _voices(figures, subjects):
        day = voice.as_of if kind in _AT_ONE_DATE or MEASURES[voice.measure].cumulative else None
        topics.setdefault((FAMILIES.get(voice.measure, voice.measure), kind, code, day), []).append(voice)
    found = []
    for topic, voices in topics.items():
        distinct = _distinct(voices)
        independent = len({v.source_id for v in voices}) > 1 or len({v.parts > 1 for v in voices}) > 1
        if independent and any(not agree(a, b) for a in distinct for b in distinct):
            found.append(Disagreement(*topic, distinct, distinct[0].value - distinct[-1].value))
    return sorted(found, key=lambda d: (d.subject_kind, d.subject_code, d.family, d.as_of or date.min))


def _voices(figures: pd.DataFrame, subjects: pd.DataFrame) -> Iterable[tuple[str, str, Voice]]:
    """(kind, code, voice) for every value that may be compared: single figures, and sums of the parts of one source."""
    rows = figures[figures["measure"].isin(_MEASURES_COMPARED) & (figures["firmness"] != Firmness.NOT_GIVEN)]
    statements = rows[rows["series"] == "ec"]
    published = rows[rows["series"] == "published"]
    for row in frames.rows(published):
        yield row.subject_kind, "" if row.subject_kind == SubjectKind.PROGRAMME else row.subject_code, _voice(row)
    for axis in (True, False):
        for (day, measure, *code), parts in _grouped(statements, axis=axis):
            kind = SubjectKind.AXIS if axis else SubjectKind.PROGRAMME
            yield kind, code[0] if axis else "", _sum(parts, measure, day)
    yield from _sums_of_parts(published, subjects)
    yield from _participants(figures)


def _grouped(statements: pd.DataFrame, *, axis: bool) -> Iterable[tuple[tuple[Any, ...], list[Any]]]:
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in frames.rows(statements):
        groups.setdefault((row.as_of, row.measure, *([row.axis_code] if axis else [])), []).append(row)
    return groups.items()


def _sums_of_parts(published: pd.DataFrame, subjects: pd.DataFrame) -> Iterable[tuple[str, str, Voice]]:
    """Sums over the parts of a subject by axis, where one source gives at least two of them."""
    parents = {
        (s.kind, s.code): s.parent_code
        for s in frames.rows(subjects)
        if isinstance(s.parent_code, str) and len(s.axis_codes) == 1
    }
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in frames.rows(published):
        parent = parents.get((row.subject_kind, row.subject_code))
        if parent is not None:
            day = None if pd.isna(row.as_of) else row.as_of
            groups.setdefault((row.subject_kind, parent, row.measure, row.source_id, day), []).append(row)
    for (kind, parent, measure, _, day), rows in groups.items():
        if len(rows) > 1:
            yield kind, parent, _sum(rows, measure, day)


def _participants(figures: pd.DataFrame) -> Iterable[tuple[str, str, Voice]]:
    """CO01 + CO03 + CO05 on each date for which some source publishes participants."""
    published = figures[(figures["measure"] == "participants") & figures["as_of"].notna()]
    common = figures[figures["series"] == Series.EC]  # monitoring files may count other people under the same codes
    for day in {stamp.date() for stamp in published["as_of"]}:
        counted = participants(common, day)
        if counted.value is None:
            continue
        rows = common[
            common["subject_code"].isin(PARTICIPANT_INDICATORS)
            & (common["measure"] == "indicator_value")
            & (common["as_of"] == pd.Timestamp(day))
        ]
        source = rows.iloc[0]
        yield (
            SubjectKind.PROGRAMME,
            "",
            Voice(
                "participants",
                counted.value * 1000,
                Unit.COUNT,
                Firmness.DERIVED,
                " + ".join(f"{code} {value}" for code, value in counted.parts),
                day,
                DateBasis.STATED,
                source["source_id"],
                source["place"].split(":")[0],
                parts=len(rows),
                missing=counted.missing,
            ),
        )


def _voice(row: Any) -> Voice:
    value = row.amount_cents if row.unit == Unit.EUR else row.quantity_thousandths
    return Voice(
        row.measure,
        int(value),
        row.unit,
        Firmness(row.firmness),
        row.wording,
        None if pd.isna(row.as_of) else row.as_of.date(),
        row.date_basis,
        row.source_id,
        row.place,
        note=row.note if isinstance(row.note, str) else None,
    )


def _sum(rows: list[Any], measure: str, day: Any) -> Voice:
    if len(rows) == 1:
        return _voice(rows[0])
    first = rows[0]
    value = sum(int(r.amount_cents if r.unit == Unit.EUR else r.quantity_thousandths) for r in rows)
    return Voice(
        measure,
        value,
        first.unit,
        weakest(r.firmness for r in rows),
        " + ".join(r.wording for r in rows[:3]),
        None if day is None or pd.isna(day) else day.date(),
        first.date_basis,
        first.source_id,
        first.place.split(":")[0],
        parts=len(rows),
    )


def _distinct(voices: list[Voice]) -> tuple[Voice, ...]:
    """The voices in falling order of value, one per source, measure and value."""
    unique = {(v.source_id, v.measure, v.value): v for v in voices}
    return tuple(sorted(unique.values(), key=lambda v: (-v.value, v.source_id)))


def agree(a: Voice, b: Voice) -> bool:
    """Whether two voices can both be right: equal values, or a rounded wording and what it may stand for."""
    if a.value == b.value:
        return True
    return any(_stands_for(x, y) for x, y in ((a, b), (b, a)) if x.firmness is Firmness.ABOUT)


def _stands_for(rounded: Voice, other: Voice) -> bool:
    """Whether a rounded wording covers a value: half a unit of its last digit either way; upwards only after `over`."""
    step = _last_digit(rounded)
    difference = other.value - rounded.value
    if re.search(r"\b(oltre|over|at least|more than)\b", rounded.wording, re.IGNORECASE):
        return 0 <= difference < step
    if re.search(r"\b(quasi|almost)\b", rounded.wording, re.IGNORECASE):
        return -step < difference <= 0
    return 2 * abs(difference) <= step


def _last_digit(rounded: Voice) -> int:
    """The weight of the last digit that the wording gives, in the unit of the value."""
    scale = 1_000_000 if re.search(r"M€|M EUR|Meuro|mili|milli", rounded.wording, re.IGNORECASE) else 1
    scale = 1_000_000_000 if re.search(r"miliard|billion", rounded.wording, re.IGNORECASE) else scale
    decimals = re.search(r"\d[.,](\d{1,2})(?!\d)", rounded.wording)
    unit = 100 if rounded.unit == Unit.EUR else 1000
    digits = len(decimals.group(1)) if decimals else 0
    return scale * unit // int("1" + "0" * digits)
