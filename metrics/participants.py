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
    appears until a new one does. Rate only where the parts with a value are those with a target. An indicator that had
    a value before, or has only a target, is there with its value missing.
    """
    day = last_date(figures, as_of)
    values: dict[str, dict[tuple[object, ...], int]] = {}
    dated = (figures["measure"] == "indicator_value") & (figures["as_of"] <= pd.Timestamp(as_of))
    for row in frames.rows(figures[dated]):
        parts = values.setdefault(row.subject_code, {})
        if day is not None and row.as_of == pd.Timestamp(day):
            parts[_part(row)] = int(row.quantity_thousandths)
    targets: dict[str, dict[tuple[object, ...], int]] = {}
    for part, target in _targets(figures, as_of).items():
        targets.setdefault(str(part[0]), {})[part] = target
    records = [_indicator(code, values.get(code, {}), targets.get(code, {}), day) for code in sorted({*values, *targets})]
    frame = pd.DataFrame.from_records(records, columns=["subject_code", "value", "value_as_of", "target", "rate"])
    for name in ("value", "target"):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


def _indicator(
    code: str, values: dict[tuple[object, ...], int], targets: dict[tuple[object, ...], int], day: date | None
) -> tuple[str, int | None, date | None, int | None, float | None]:
    """One indicator: what its parts add up to; the share of the target only where both have the same parts."""
    value = sum(values.values()) if values else None
    target = sum(targets.values()) if targets else None
    share = rate(value, target) if set(values) == set(targets) else None
    return code, None if value is None else value // 1000, day, None if target is None else target // 1000, share


def _targets(figures: pd.DataFrame, as_of: date) -> dict[tuple[object, ...], int]:
    """The target in force at a date per indicator and part."""
    rows = figures[(figures["measure"] == "indicator_target") & (figures["as_of"] <= pd.Timestamp(as_of))]
    ordered = frames.rows(rows.sort_values("as_of", kind="stable"))
    return {_part(row): int(row.quantity_thousandths) for row in ordered}


def _part(row: object) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in ("subject_code", "axis_code", "breakdown_code", "category_code"))
