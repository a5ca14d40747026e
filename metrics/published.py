"""Published figures of calls, agreements, activities and training: what is given, what is missing and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from data_model.vocabulary import Firmness, Series, weakest
from metrics import frames
from metrics.measures import BASES
from metrics.progress import latest_per_figure, rate

Number = int | None


@dataclass(frozen=True)
class Given:
    """One published number as it stands at a date. `value` is cents or thousandths; None is missing."""

    value: Number
    firmness: Firmness
    unit: str
    as_of: date | None
    date_basis: str
    wording: str
    source_id: str
    place: str
    note: str | None
    figure_id: int
    cohort: int | None = None
    kind: str = ""
    code: str = ""
    measure: str = ""


class Known:
    """The published figures as they stand at a date: the frame, and its numbers by subject and measure."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._numbers: dict[tuple[str, str, str], list[Given]] = {}
        for row in frames.rows(frame):
            self._numbers.setdefault((row.subject_kind, row.subject_code, row.measure), []).append(_given(row))

    def numbers(self, kind: str, code: str, measure: str) -> list[Given]:
        """The numbers of all sources on one thing, in no order; none if no source gives it."""
        return self._numbers.get((kind, code, measure), [])


def known_at(figures: pd.DataFrame, as_of: date) -> Known:
    """The latest of each figure and source at or before a date, and the undated ones."""
    return Known(latest_per_figure(figures[figures["as_of"].isna() | (figures["as_of"] <= pd.Timestamp(as_of))]))


def given(known: Known, kind: str, code: str, measure: str) -> Given | None:
    """The most recent figure of a subject and measure, the firmest first on one date; None if no source has it."""
    found = all_given(known, kind, code, measure)
    return found[0] if found else None


def all_given(known: Known, kind: str, code: str, measure: str) -> list[Given]:
    """All sources' figures of a subject and measure: dated ones first, the most recent first, then the firmest."""
    order = list(Firmness)
    return sorted(
        known.numbers(kind, code, measure),
        key=lambda g: (g.as_of is None, -(g.as_of or date.min).toordinal(), order.index(g.firmness)),
    )


def _given(row: Any) -> Given:
    value = row.amount_cents if row.unit == "EUR" else row.quantity_thousandths
    return Given(
        None if pd.isna(value) else int(value),
        Firmness(row.firmness),
        row.unit,
        None if pd.isna(row.as_of) else row.as_of.date(),
        row.date_basis,
        row.wording,
        row.source_id,
        row.place,
        row.note if isinstance(row.note, str) else None,
        int(row.id),
        None if pd.isna(row.cohort) else int(row.cohort),
        row.subject_kind,
        row.subject_code,
        row.measure,
    )


def subject_gaps(known: Known, subjects: pd.DataFrame, kinds: Iterable[str]) -> pd.DataFrame:
    """One row per subject of the kinds: committed, reported, gap (cents), reported_rate, firmness and what is missing.

    Columns: kind, code, label, parent_code, axis_codes, allocated_cents, allocated_firmness, committed_cents,
    committed_firmness, reported_cents, reported_firmness, gap_cents, gap_firmness, reported_rate, missing (the measures
    no source gives), lost (the source had them, the values did not survive), as_of, date_basis, source_ids.
    """
    basis = BASES[Series.PUBLISHED]
    records = []
    for subject in frames.rows(subjects[subjects["kind"].isin(list(kinds))]):
        committed = given(known, subject.kind, subject.code, basis.committed)
        reported = all_given(known, subject.kind, subject.code, basis.reported)
        numbers = {
            "allocated": given(known, subject.kind, subject.code, "allocated"),
            basis.committed: committed,
            basis.reported: _of_the_same_source(committed, reported) if committed else next(iter(reported), None),
        }
        lost = given(known, subject.kind, subject.code, "reported_expenditure_series")
        records.append(_subject_gap(subject, numbers, lost is not None and lost.firmness is Firmness.NOT_GIVEN))
    frame = pd.DataFrame.from_records(records, columns=_GAP_COLUMNS)
    for name in [column for column in frame.columns if str(column).endswith("_cents")]:
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


_GAP_COLUMNS = (
    "kind",
    "code",
    "label",
    "parent_code",
    "axis_codes",
    "allocated_cents",
    "allocated_firmness",
    "committed_cents",
    "committed_firmness",
    "reported_cents",
    "reported_firmness",
    "gap_cents",
    "gap_firmness",
    "reported_rate",
    "missing",
    "lost",
    "as_of",
    "date_basis",
    "source_ids",
)


def _subject_gap(subject: Any, numbers: dict[str, Given | None], lost: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        name: getattr(subject, name) for name in ("kind", "code", "label", "parent_code", "axis_codes")
    }
    for measure, number in numbers.items():
        record[f"{measure}_cents"] = number.value if number else None
        record[f"{measure}_firmness"] = number.firmness if number else Firmness.NOT_GIVEN
    committed, reported = numbers["committed"], numbers["reported"]
    complete = committed and reported and committed.value is not None and reported.value is not None
    record["gap_cents"] = committed.value - reported.value if complete else None  # type: ignore[union-attr,operator]  # complete says so
    record["gap_firmness"] = weakest((record["committed_firmness"], record["reported_firmness"]))
    record["reported_rate"] = rate(record["reported_cents"], record["committed_cents"])
    record["missing"] = tuple(m for m in ("committed", "reported") if record[f"{m}_cents"] is None)
    record["lost"] = lost
    last = max((n.as_of for n in (committed, reported) if n and n.as_of), default=None)
    record["as_of"] = last
    record["date_basis"] = next((n.date_basis for n in (committed, reported) if n and n.as_of == last), "undated")
    record["source_ids"] = tuple(sorted({n.source_id for n in numbers.values() if n}))
    return record


@dataclass(frozen=True)
class Share:
    """A part of a whole with how firm it is, such as projects started of projects approved."""

    part: Given
    whole: Given
    rate: float | None
    firmness: Firmness
    remaining: Number


def share(known: Known, kind: str, code: str, part: str, whole: str) -> Share | None:
    """Part and whole of a subject at a date, the whole as the part's own source gives it if it does; None unless both
    are given."""
    first = given(known, kind, code, part)
    second = _of_the_same_source(first, all_given(known, kind, code, whole)) if first else None
    if first is None or second is None:
        return None
    remaining = second.value - first.value if first.value is not None and second.value is not None else None
    return Share(first, second, rate(first.value, second.value), _together(first, second), remaining)


def _of_the_same_source(number: Given, others: list[Given]) -> Given | None:
    """The one of some numbers that goes with another: of its source and date, of its source, else the first."""
    same = [other for other in others if other.source_id == number.source_id]
    of_its_day = [other for other in same if other.as_of == number.as_of]
    return next(iter(of_its_day or same or others), None)


def _together(*numbers: Given) -> Firmness:
    return weakest(number.firmness for number in numbers)
