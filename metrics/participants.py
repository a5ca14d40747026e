"""The common indicators: values against targets, and the participants, who are CO01 + CO03 + CO05 and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from metrics import frames
from metrics.measures import PARTICIPANT_INDICATORS
from metrics.progress import Scope, dates, rate


@dataclass(frozen=True)
class Participants:
    """Participants at a date. `missing` are the indicators without any value there; `value` None: none has one."""

    as_of: date
    value: int | None
    missing: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]


def select(figures: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The indicator figures of a scope."""
    rows = figures
    if scope.axes:
        rows = rows[rows["axis_code"].isin(scope.axes)]
    if scope.categories:
        rows = rows[rows["category_code"].isin(scope.categories)]
    return rows


def last_date(figures: pd.DataFrame, as_of: date) -> date | None:
    """The last date at or before `as_of` on which any indicator has a value."""
    known = [day for day in dates(figures[figures["measure"] == "indicator_value"]) if day <= as_of]
    return known[-1] if known else None


def participants(figures: pd.DataFrame, day: date) -> Participants:
    """Participants on a reference date: the sum of the indicators that have a value there, naming those that have none."""
    rows = figures[(figures["measure"] == "indicator_value") & (figures["as_of"] == pd.Timestamp(day))]
    parts = [
        (code, int(values.sum()) // 1000)
        for code in PARTICIPANT_INDICATORS
        if not (values := rows.loc[rows["subject_code"] == code, "quantity_thousandths"]).empty
    ]
    missing = tuple(code for code in PARTICIPANT_INDICATORS if code not in dict(parts))
    return Participants(day, sum(v for _, v in parts) if parts else None, missing, tuple(parts))


def participants_over_time(figures: pd.DataFrame, as_of: date) -> list[Participants]:
    """Participants per reference date up to `as_of`, the oldest first; dates on which no part has a value are left out."""
    days = [day for day in dates(figures[figures["measure"] == "indicator_value"]) if day <= as_of]
    return [found for day in days if (found := participants(figures, day)).value is not None]


def participants_by(figures: pd.DataFrame, day: date, keys: Sequence[str]) -> pd.DataFrame:
    """One row per group and participant indicator that has a value on the date: the keys, subject_code, value (persons)."""
    rows = figures[
        (figures["measure"] == "indicator_value")
        & (figures["as_of"] == pd.Timestamp(day))
        & figures["subject_code"].isin(PARTICIPANT_INDICATORS)
    ]
    sums = rows.groupby([*keys, "subject_code"], dropna=False)["quantity_thousandths"].sum() // 1000
    return sums.rename("value").reset_index()


def indicators(figures: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per indicator at a date: subject_code, value, value_as_of, target, rate (persons or projects).

    A value is the sum over axes and categories on the last date with values; a target holds from the year it first
    appears until a new one does. Rate only where every part with a value has a target too.
    """
    day = last_date(figures, as_of)
    values = figures[(figures["measure"] == "indicator_value") & (figures["as_of"] == pd.Timestamp(day or as_of))]
    targets = _targets(figures, as_of)
    records = []
    for code, rows in values.groupby("subject_code"):
        value = int(rows["quantity_thousandths"].sum())
        keys = {_part(row) for row in frames.rows(rows)}
        found = {part: target for part, target in targets.items() if part[0] == code}
        target = sum(found.values()) if found else None
        complete = target is not None and keys <= set(found)
        records.append(
            (
                code,
                value // 1000,
                day,
                target // 1000 if target is not None else None,
                rate(value, target) if complete else None,
            )
        )
    frame = pd.DataFrame.from_records(records, columns=["subject_code", "value", "value_as_of", "target", "rate"])
    frame["target"] = pd.array(frame["target"].tolist(), dtype="Int64")
    return frame


def _targets(figures: pd.DataFrame, as_of: date) -> dict[tuple[object, ...], int]:
    """The target in force at a date per indicator and part."""
    rows = figures[(figures["measure"] == "indicator_target") & (figures["as_of"] <= pd.Timestamp(as_of))]
    ordered = frames.rows(rows.sort_values("as_of", kind="stable"))
    return {_part(row): int(row.quantity_thousandths) for row in ordered}


def _part(row: object) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in ("subject_code", "axis_code", "breakdown_code", "category_code"))
