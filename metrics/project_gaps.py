"""Gaps between commitments and what is paid or reported, of projects and their groups.

A gap is known for the projects that give both amounts; the commitments of those that give no payment stand beside it.
Null is not zero: a group whose projects give nothing has no gap. One that was paid more than committed has a negative one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from data_model.vocabulary import OFF_THE_MAP, REGIONS, UNKNOWN_CODE, Firmness
from metrics import frames

BANDS = ("under_1", "1_to_2", "2_to_3", "over_3", "undated")
"""How long ago the money of a gap was committed, in completed years."""

MAP_CLASSES = 5
SILENCES = ("zero", "partly", "none")
"""All projects report zero; some zero and some nothing; no project gives an amount."""


def with_rates(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups (data_model.project_queries.framed) with reported_rate and unreported_rate over the projects that give both
    amounts, missing where nothing is committed, and the firmness of their sums."""
    added = [_rates(group) for group in frames.records(groups)]
    return groups.assign(**{name: [group[name] for group in added] for name in _RATES})


def with_rate(sums: Mapping[str, int | None]) -> dict[str, Any]:
    """The same of one group as it is read (data_model.project_queries.groups, totals)."""
    return {**sums, **_rates(sums)}


_SUMS = ("committed", "reported", "gap")
_RATES = ("reported_rate", "unreported_rate", *(f"{amount}_firmness" for amount in _SUMS))


def _rates(sums: Mapping[str, Any]) -> dict[str, Any]:
    rate = share(sums["both_reported_cents"], sums["both_committed_cents"])
    missing = [pd.isna(sums[f"{amount}_cents"]) for amount in _SUMS]
    firmness = [str(Firmness.NOT_GIVEN if lacks else Firmness.DERIVED) for lacks in missing]
    return dict(zip(_RATES, (rate, None if rate is None else 1 - rate, *firmness), strict=True))


def share(part: Any, whole: Any) -> float | None:
    """The share 0–1, more where more was paid than committed; None where either is missing or the whole is not positive."""
    if pd.isna(part) or pd.isna(whole) or int(whole) <= 0:
        return None
    return int(part) / int(whole)


def without_amounts(row: Mapping[str, Any]) -> tuple[int, int]:
    """How many projects of a group give no commitment, and how many no reported amount."""
    return int(row["projects"] - row["committed_count"]), int(row["projects"] - row["reported_count"])


# --- age --------------------------------------------------------------------------------------------------------


def cutoffs(as_of: date) -> tuple[date, date, date]:
    """The days one, two and three years before a date. What was committed on such a day is that many years old."""
    return (_years_before(as_of, 1), _years_before(as_of, 2), _years_before(as_of, 3))


def _years_before(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28) if leap_day else day.replace(year=day.year - years)


def by_age(ages: pd.DataFrame) -> pd.DataFrame:
    """One row per band, in their order: band, projects, gap_cents (zero where no project has that age), share of all gaps.

    `ages` has one row per band and date it is counted from (data_model.project_queries.ages).
    """
    records: list[dict[str, Any]] = []
    for number, band in enumerate(BANDS):
        rows = ages[ages["band"].isna()] if band == "undated" else ages[(ages["band"] == number).fillna(False)]
        cents, projects = int(rows["gap_cents"].sum()), int(rows["projects"].sum())
        records.append({"band": band, "projects": projects, "gap_cents": cents})
    whole = sum(record["gap_cents"] for record in records)
    for record in records:
        record["share"] = share(record["gap_cents"], whole)
    return pd.DataFrame.from_records(records, columns=["band", "projects", "gap_cents", "share"])


def counted_from(ages: pd.DataFrame) -> dict[str, int]:
    """Projects per date that ages are counted from: committed_on, started_on."""
    dated = ages[ages["counted_from"].notna()]
    return {str(name): int(rows["projects"].sum()) for name, rows in dated.groupby("counted_from")}


# --- map --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unmapped:
    """What no region of the map stands for: per code, and in all. Shares are of the whole gap, or of all commitments."""

    parts: tuple[tuple[str, int, int | None, int | None], ...]
    """(code, projects, gap in cents, commitments in cents)."""
    projects: int
    gap_cents: int | None
    gap_share: float | None
    committed_cents: int | None
    committed_share: float | None


def unmapped(regions: pd.DataFrame) -> Unmapped:
    """The part of the groups by region that cannot be drawn: national, abroad, several regions, unknown."""
    codes = [code if isinstance(code, str) else UNKNOWN_CODE for code in regions["code"]]
    off = frames.where(regions, (code not in REGIONS for code in codes))
    parts = tuple(
        (str(code), int(r.projects), _whole(r.gap_cents), _whole(r.committed_cents))
        for code, r in zip((c for c in codes if c not in REGIONS), frames.rows(off), strict=True)
    )
    ordered = tuple(sorted(parts, key=lambda part: _OFF_ORDER.get(part[0], len(_OFF_ORDER))))
    gap, committed = (_whole(off[name].sum(min_count=1)) for name in ("gap_cents", "committed_cents"))
    return Unmapped(
        ordered,
        int(off["projects"].sum()),
        gap,
        share(gap, regions["gap_cents"].sum()),
        committed,
        share(committed, regions["committed_cents"].sum()),
    )


_OFF_ORDER = {code: place for place, code in enumerate(OFF_THE_MAP)}


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def step_of(regions: pd.DataFrame) -> int | None:
    """The width in cents of the classes of the map: a round amount of which at most five reach the widest gap of a region.
    None where no region has a gap above zero."""
    gaps = [int(r.gap_cents) for r in frames.rows(regions) if r.code in REGIONS and pd.notna(r.gap_cents)]
    top = max(gaps, default=0)
    if top <= 0:
        return None
    unit = 1_000  # ten euro
    while True:
        for tenths in (10, 20, 25, 50):
            step = unit * tenths // 10
            if step * MAP_CLASSES >= top:
                return step
        unit *= 10


def class_of(gap_cents: int, step: int | None) -> int:
    """The class of a gap, from 1: above zero up to one step, up to two, …; 0 for a gap of zero or below."""
    return 0 if step is None or gap_cents <= 0 else -(-gap_cents // step)


def on_the_map(regions: pd.DataFrame) -> pd.DataFrame:
    """One row per Italian region, also those without projects: code, projects, gap_cents, class_number; the last two are
    missing where no gap is known."""
    step = step_of(regions)
    found = {r.code: r for r in frames.rows(regions) if isinstance(r.code, str)}
    records = []
    for code in REGIONS:
        row = found.get(code)
        gap = None if row is None else _whole(row.gap_cents)
        number = None if gap is None else class_of(gap, step)
        records.append({"code": code, "projects": int(row.projects) if row else 0, "gap_cents": gap, "class_number": number})
    frame = pd.DataFrame.from_records(records)
    for name in ("gap_cents", "class_number"):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


# --- silence ----------------------------------------------------------------------------------------------------


def silence(projects: int, reported_count: int) -> str:
    """The kind of silence of a beneficiary whose amounts, if any, sum up to zero."""
    if reported_count == 0:
        return "none"
    return "zero" if reported_count == projects else "partly"


# --- one project ------------------------------------------------------------------------------------------------


def gap_of(row: Mapping[str, Any], committed: str, reported: str) -> int | None:
    """The gap of one position, from the columns that are compared; None where one is not given."""
    if pd.isna(row[committed]) or pd.isna(row[reported]):
        return None
    return int(row[committed]) - int(row[reported])


def firmness_of(row: Mapping[str, Any]) -> Firmness:
    """How firm the amounts of a position are: those that its source rounds are only about."""
    return Firmness.ABOUT if row["rounded"] else Firmness.EXACT


def history_lines(history: pd.DataFrame, committed: str, reported: str) -> pd.DataFrame:
    """One row per reference date and stage that the project gives, the oldest first; columns as metrics.progress.trend."""
    records: list[dict[str, Any]] = []
    before: dict[str, int] = {}
    for row in frames.records(history.sort_values("as_of")):
        for stage, column in (("committed", committed), ("reported", reported)):
            if pd.isna(row[column]):
                continue
            cents = int(row[column])
            fell = before[stage] - cents if cents < before.get(stage, cents) else None
            day, firmness = pd.Timestamp(row["as_of"]).date(), str(firmness_of(row))
            records.append({"as_of": day, "stage": stage, "cents": cents, "firmness": firmness, "fell_by_cents": fell})
            before[stage] = cents
    return pd.DataFrame.from_records(records, columns=["as_of", "stage", "cents", "firmness", "fell_by_cents"])
