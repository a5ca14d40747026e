"""Amounts of a programme whose data are project positions: each reference date is a complete statement of them.

A sum is over the projects that give the amount, and says how many of how many they are. A rate or a gap is over the
projects that give both amounts: what a project does not give is not zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from data_model.vocabulary import UNKNOWN_CODE, DateBasis, Firmness, SubjectKind, Unit
from metrics import frames
from metrics.measures import Basis
from metrics.progress import PAIRS, STAGES, Scope

DATES = 24
"""Reference dates that are shown at most, the latest ones."""

_CENTS = ("amount_cents", "paired_cents", "base_cents")


class Coverage(NamedTuple):
    """How many projects stand behind the sums of a date: those that give each stage, those that give a stage and the one
    it is compared with, all of them, and those whose source rounds."""

    given: Mapping[str, int]
    paired: Mapping[str, int]
    projects: int
    rounded: int
    unpaid_cents: int
    """Commitments of the projects that do not say what was paid or reported of them."""
    unpaid_projects: int


def columns_of(basis: Basis) -> dict[str, str]:
    """The amount of a position at each stage that the system of a basis gives."""
    return {stage: name for stage, name in zip(STAGES, basis.columns, strict=True) if name}


def pairs_of(basis: Basis) -> tuple[tuple[str, str], ...]:
    """The stages of a basis that are compared, part before whole."""
    known = columns_of(basis)
    return tuple(pair for pair in PAIRS if set(pair) <= set(known))


def statements(steps: Iterable[Any], basis: Basis) -> pd.DataFrame:
    """One row per reference date, axis, source and stage of the basis, the dates and groups that hold no project left out.

    Columns: as_of, axis_code (UNKNOWN_CODE where no project of the row gives one), source_id, stage, measure, amount_cents
    (missing where no project gives it), given, projects, rounded, assumed, paired_cents, base_cents, paired.
    `steps` are those of data_model.project_totals.
    """
    by_day: dict[date, list[tuple[Any, int]]] = {}
    for step in steps:
        by_day.setdefault(step.since, []).append((step, 1))
        if step.until:
            by_day.setdefault(step.until, []).append((step, -1))
    sums: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    counts: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    records: list[dict[str, Any]] = []
    shown = set(sorted(by_day)[-DATES:])
    for day in sorted(by_day):
        for step, sign in by_day[day]:
            key = (step.axis_code or UNKNOWN_CODE, step.source_id)
            _add(sums.setdefault(key, {}), step.sums, sign)
            _add(counts.setdefault(key, {}), step.counts, sign)
        if day in shown:
            records += [row for key in counts for row in _rows(day, key, sums[key], counts[key], basis)]
    frame = pd.DataFrame.from_records(records, columns=_COLUMNS)
    for name in _CENTS:
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


_COLUMNS = [
    "as_of",
    "axis_code",
    "source_id",
    "stage",
    "measure",
    "amount_cents",
    "given",
    "projects",
    "rounded",
    "assumed",
    "paired_cents",
    "base_cents",
    "paired",
]


def _add(totals: dict[tuple[str, ...], int], changes: Mapping[tuple[str, ...], int], sign: int) -> None:
    for key, value in changes.items():
        totals[key] = totals.get(key, 0) + sign * value


def _rows(
    day: date,
    key: tuple[str, str],
    sums: Mapping[tuple[str, ...], int],
    counts: Mapping[tuple[str, ...], int],
    basis: Basis,
) -> list[dict[str, Any]]:
    """The stages of one axis and source on one day."""
    if not counts["projects",]:
        return []
    wholes = dict(pairs_of(basis))
    measures = dict(zip(STAGES, basis.stages, strict=True))
    rows = []
    for stage in columns_of(basis):
        pair = (stage, wholes[stage]) if stage in wholes else None
        paired = counts[pair] if pair else 0
        rows.append(
            {
                "as_of": day,
                "axis_code": key[0],
                "source_id": key[1],
                "stage": stage,
                "measure": measures[stage],
                "amount_cents": sums[stage,] if counts[stage,] else None,
                "given": counts[stage,],
                "projects": counts["projects",],
                "rounded": counts["rounded",],
                "assumed": counts["assumed",],
                "paired_cents": sums[pair] if pair and paired else None,
                "base_cents": sums[pair[1], pair[0]] if pair and paired else None,
                "paired": paired,
            }
        )
    return rows


def as_figures(totals: pd.DataFrame, basis: Basis, columns: Sequence[str]) -> pd.DataFrame:
    """The amounts that any project gives, in the columns of figures and with paired_cents and base_cents beside them.

    A date at which no project gives any amount keeps its rows, without amounts: the date before must not stand for it.
    Numbers of figures that are made here are negative: they are never those of a figure of the store.
    """
    has_amount = totals["given"] > 0
    silent = ~totals["as_of"].isin(totals[has_amount]["as_of"])
    given = totals[has_amount | silent].reset_index(drop=True)
    frame = pd.DataFrame(index=given.index, columns=list(columns), dtype=object)
    frame["id"] = [-1 - number for number in given.index]
    for name in ("axis_code", "measure", "as_of", "amount_cents", "source_id"):
        frame[name] = given[name]
    frame["series"] = str(basis.series)
    frame["subject_kind"] = str(SubjectKind.AXIS)
    frame["subject_code"] = given["axis_code"]
    frame["date_basis"] = [str(DateBasis.ASSUMED if row.assumed else DateBasis.STATED) for row in frames.rows(given)]
    frame["unit"] = str(Unit.EUR)
    frame["firmness"] = [str(Firmness.DERIVED if row.given else Firmness.NOT_GIVEN) for row in frames.rows(given)]
    frame["wording"] = [f"{row.given} / {row.projects}" for row in frames.rows(given)]
    frame["place"] = ""
    for name in ("paired_cents", "base_cents"):
        frame[name] = given[name]
    return frame


def coverage(totals: pd.DataFrame, as_of: date, scope: Scope) -> Coverage:
    """How many projects stand behind the sums of a scope, in the last statement at or before a date."""
    known = totals[totals["as_of"] <= pd.Timestamp(as_of)]
    last = known[known["as_of"] == known["as_of"].max()]
    if scope.axes:
        last = last[last["axis_code"].isin(scope.axes)]
    by_stage = {str(stage): rows for stage, rows in last.groupby("stage")}
    given = {stage: int(rows["given"].sum()) for stage, rows in by_stage.items()}
    paired = {stage: int(rows["paired"].sum()) for stage, rows in by_stage.items()}
    first = next(iter(by_stage.values()), last)
    committed, reported = by_stage.get("committed", last), by_stage.get("reported", last)
    return Coverage(
        given,
        paired,
        int(first["projects"].sum()),
        int(first["rounded"].sum()),
        int(committed["amount_cents"].sum()) - int(reported["base_cents"].sum()),
        given.get("committed", 0) - paired.get("reported", 0),
    )


def projects_per_date(totals: pd.DataFrame, as_of: date, scope: Scope) -> dict[date, int]:
    """The projects known at each reference date up to a date, the oldest first: a rise may just be projects that came."""
    rows = totals[(totals["as_of"] <= pd.Timestamp(as_of)) & (totals["stage"] == "committed")]
    if scope.axes:
        rows = rows[rows["axis_code"].isin(scope.axes)]
    found: dict[date, int] = {}
    for row in frames.rows(rows):
        day = row.as_of.date()
        found[day] = found.get(day, 0) + int(row.projects)
    return found
