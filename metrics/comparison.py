"""What differs between two dates and what the difference is made of, reconciling to the cent.

The earlier date counts as it was first said: what the committee saw then. From there a difference is made of
- corrections: what the earlier date was first said to be, against what it holds now;
- reprogramming, of allocations: what a later reference date says of them;
- new data, of all other stages: the same.
Missing on one side stays missing: the parts are known only where all of them are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from data_model.vocabulary import UNKNOWN_CODE, axis_order, weakest
from metrics import frames
from metrics.progress import PAIRS, STAGES, in_order
from metrics.published import Given, Known, all_given

GAP = "gap"
"""In the place of a stage: commitments less what is reported."""

PARTS = ("corrected_cents", "reprogrammed_cents", "new_cents")
PROJECT_PARTS = (
    "corrected_cents",
    "entered_cents",
    "left_cents",
    "changed_cents",
    "given_cents",
    "withdrawn_cents",
)
_ENDS = ("before_cents", "cents", "difference_cents")
_FIRMNESS = ("before_firmness", "firmness")


def as_first_said(figures: pd.DataFrame, corrected: Iterable[Any]) -> pd.DataFrame:
    """The figures with the values that they were first given. `corrected` are those of data_model.history."""
    first = {row.figure_id: row for row in corrected}
    if not first:
        return figures
    said = figures.copy()
    for name, part in (("amount_cents", "first_cents"), ("quantity_thousandths", "first_thousandths")):
        values = [getattr(first[i], part) if i in first else v for i, v in zip(figures["id"], figures[name], strict=True)]
        said[name] = pd.array([None if pd.isna(v) else int(v) for v in values], dtype="Int64")
    return said


@dataclass(frozen=True)
class Split:
    """One value at two dates. `first` is the earlier one as it was first said, `held` as it holds now."""

    first: int | None
    held: int | None
    now: int | None

    @property
    def before(self) -> int | None:
        """What is compared with; missing where the earlier date holds nothing any more."""
        return None if self.held is None else self.held if self.first is None else self.first

    @property
    def corrected(self) -> int | None:
        """What corrections changed of the earlier date."""
        return None if self.held is None or self.before is None else self.held - self.before

    @property
    def later(self) -> int | None:
        """What data of a later reference date add."""
        return None if self.held is None or self.now is None else self.now - self.held

    @property
    def difference(self) -> int | None:
        """The whole difference; missing where one side is."""
        return None if self.before is None or self.now is None else self.now - self.before


def amounts(first: pd.DataFrame, held: pd.DataFrame, now: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row per group and stage, the gap last, that any of three frames of positions gives: the keys, stage, before_cents,
    PARTS, cents, difference_cents, before_firmness and firmness.

    `first` and `held` are the positions of the earlier date, as first said and as they hold now.
    """
    found = [_by_key(frame, keys) for frame in (first, held, now)]
    records: list[dict[str, Any]] = []
    for key in dict.fromkeys(key for by_key in found for key in by_key):
        rows = [by_key.get(key, {}) for by_key in found]
        for stage in (*STAGES, GAP):
            split = Split(*(_cents(row, f"{stage}_cents") for row in rows))
            if split == Split(None, None, None):
                continue
            firm = [row.get(f"{stage}_firmness", "not_given") for row in rows[1:]]
            records.append(dict(zip(keys, key, strict=True)) | {"stage": stage} | _row(stage, split, rows, firm))
    return _frame(records, keys, PARTS)


def _row(stage: str, split: Split, rows: Sequence[Mapping[str, Any]], firm: Sequence[str]) -> dict[str, Any]:
    """The parts of one difference. That of a gap has no reprogramming: it moves what may be spent, not what is."""
    later, nothing = split.later, None if split.later is None else 0
    moved = stage == STAGES[0]
    return {
        "before_cents": split.before,
        "corrected_cents": split.corrected,
        "reprogrammed_cents": later if moved else nothing,
        "new_cents": nothing if moved else later,
        "cents": split.now,
        "difference_cents": split.difference,
        "before_firmness": firm[0] if split.corrected == 0 else weakest(firm[:1]),
        "firmness": firm[1],
    }


def _by_key(frame: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of a frame of positions by their keys, a missing key as None."""
    return {tuple(None if pd.isna(row[k]) else row[k] for k in keys): row for row in frames.records(frame)}


def _cents(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    return None if pd.isna(value) else int(value)


def _frame(records: list[dict[str, Any]], keys: Sequence[str], parts: Sequence[str]) -> pd.DataFrame:
    columns = [*keys, "stage", _ENDS[0], *parts, *_ENDS[1:], *_FIRMNESS]
    frame = pd.DataFrame.from_records(records, columns=columns)
    for name in (*_ENDS, *parts):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return in_order(frame)


# --- rates ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RateChange:
    """A rate at two dates: what the whole moved it by while the part stood still, and what the part moved it by then.

    In this order, because a whole that was small at first would make of any growth of the part a rate of thousands.
    """

    before: Fraction
    now: Fraction
    by_part: Fraction
    by_whole: Fraction

    def in_hundredths(self) -> tuple[int, int, int, int, int]:
        """(before, by_part, by_whole, now, difference) in hundredths of a percentage point. What rounding leaves goes to the
        part, so that what is shown adds up."""
        before, now, whole = (round(value * 10_000) for value in (self.before, self.now, self.by_whole))
        return before, now - before - whole, whole, now, now - before


def rate_change(before: tuple[int | None, int | None], now: tuple[int | None, int | None]) -> RateChange | None:
    """The change of a rate between two (part, whole); None where a number is missing or a whole is zero."""
    if before[0] is None or now[0] is None or not before[1] or not now[1]:
        return None
    first, last = Fraction(before[0], before[1]), Fraction(now[0], now[1])
    still = Fraction(before[0], now[1])
    return RateChange(first, last, last - still, still - first)


def rates(held: pd.DataFrame, now: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row per group and rate that both frames of positions give: the keys, part (the stage), whole, before_part_cents,
    before_whole_cents, part_cents, whole_cents and change (a RateChange). Both dates as they hold now."""
    earlier, later = _by_key(held, keys), _by_key(now, keys)
    records = []
    for key in later:
        for part, whole in PAIRS:
            then, last = (
                tuple(_cents(rows.get(key, {}), f"{part}_{name}_cents") for name in ("part", "whole"))
                for rows in (earlier, later)
            )
            change = rate_change((then[0], then[1]), (last[0], last[1]))
            if change is not None:
                records.append((*key, part, whole, *then, *last, change))
    columns = ["before_part_cents", "before_whole_cents", "part_cents", "whole_cents", "change"]
    return in_order(pd.DataFrame.from_records(records, columns=[*keys, "part", "whole", *columns]))


# --- projects ---------------------------------------------------------------------------------------------------


def of_projects(changes: Iterable[Any], whole: Iterable[Any], axes: Sequence[str] = ()) -> pd.DataFrame:
    """One row per stage for all projects (axis_code missing) and one per axis and stage: before_cents, PROJECT_PARTS, cents,
    difference_cents.

    `changes` and `whole` are those of data_model.history by axis and of all axes; `axes` keeps only these, and then the
    projects that moved between them are among those that left and entered.
    """
    by_axis = {row.axis_code or UNKNOWN_CODE: row for row in changes}
    kept = [code for code in sorted(by_axis, key=axis_order) if not axes or code in axes]
    everything = [by_axis[code] for code in kept] if axes else list(whole)
    groups = [(None, everything), *((code, [by_axis[code]]) for code in kept)]
    records = [
        {"axis_code": code, "stage": stage, **_sums(rows, stage)}
        for code, rows in groups
        for stage in STAGES
        if any(row.given.get((stage, side)) for row in rows for side in ("held", "now"))
    ]
    frame = pd.DataFrame.from_records(records, columns=["axis_code", "stage", _ENDS[0], *PROJECT_PARTS, *_ENDS[1:]])
    for name in (*_ENDS, *PROJECT_PARTS):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


def _sums(rows: Sequence[Any], stage: str) -> dict[str, int | None]:
    """The difference of one stage and its parts. A sum that no project gives is missing, and so are its parts."""

    def cents(kind: str) -> int:
        return sum(row.cents[stage, kind] for row in rows)

    def given(side: str) -> int | None:
        return cents(side) if any(row.given[stage, side] for row in rows) else None

    split = Split(given("before"), given("held"), given("now"))
    whole = split.difference is not None
    parts = {f"{kind}_cents": cents(kind) if whole else None for kind in ("entered", "changed", "given")}
    taken = {f"{kind}_cents": -cents(kind) if whole else None for kind in ("left", "withdrawn")}
    return {
        "before_cents": split.before,
        "corrected_cents": split.corrected if whole else None,
        **parts,
        **taken,
        "cents": split.now,
        "difference_cents": split.difference,
    }


def project_counts(changes: Iterable[Any], axes: Sequence[str] = ()) -> dict[str, int]:
    """How many projects entered, left and stayed, within their axes."""
    kept = [row for row in changes if not axes or (row.axis_code or UNKNOWN_CODE) in axes]
    return {kind: sum(row.projects[kind] for row in kept) for kind in ("entered", "left", "stayed")}


# --- single numbers ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NumberChange:
    """One published number at two dates, in cents or thousandths. `then` and `last` say where each stands; either may be
    missing."""

    subject: str
    measure: str
    cohort: int | None
    split: Split
    then: Given | None
    last: Given | None


def numbers(
    first: Known, held: Known, now: Known, subjects: Iterable[tuple[str, str]], measures: Sequence[str]
) -> list[NumberChange]:
    """One row per subject (kind, code), measure and cohort that either date gives; of several sources the one that the pages
    show. Numbers that no date gives are left out."""
    found = []
    for kind, code in subjects:
        for measure in measures:
            then, last = (_by_cohort(known, kind, code, measure) for known in (held, now))
            said = {g.figure_id: g.value for g in first.numbers(kind, code, measure)}
            for cohort in dict.fromkeys((*then, *last)):
                one, other = then.get(cohort), last.get(cohort)
                split = Split(
                    said.get(one.figure_id) if one else None, one.value if one else None, other.value if other else None
                )
                found.append(NumberChange(code, measure, cohort, split, one, other))
    return found


def _by_cohort(known: Known, kind: str, code: str, measure: str) -> dict[int | None, Given]:
    found: dict[int | None, Given] = {}
    for number in all_given(known, kind, code, measure):
        found.setdefault(number.cohort, number)
    return found


def people(first: Any, held: Any, now: Any) -> list[tuple[str | None, Split]]:
    """(code, split) per participant indicator that either date gives, and (None, split) for their sum where both dates have
    the same indicators. The three are metrics.participants.Participants."""
    sides = (first, held, now)
    parts = [dict(side.parts) for side in sides]
    codes = list(dict.fromkeys(code for side in parts for code in side))
    found: list[tuple[str | None, Split]] = [(code, Split(*(side.get(code) for side in parts))) for code in codes]
    if codes and held.missing == now.missing:
        found.append((None, Split(*(side.value for side in sides))))
    return found
