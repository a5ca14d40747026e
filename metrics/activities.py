"""The state of play of activities: who is at which stage, as stated or as inferred from the source's words."""

from typing import Any

import pandas as pd

from data_model.vocabulary import ActivityStatus, StatusBasis
from metrics import frames

STAGES = tuple(ActivityStatus)


def on_axes(statements: pd.DataFrame, axes: tuple[str, ...]) -> pd.DataFrame:
    """The statements that concern any of the axes; all of them when none is asked for."""
    if not axes:
        return statements
    return frames.where(statements, (bool(set(codes.split(";")) & set(axes)) for codes in statements["axis_codes"]))


def state_of_play(statements: pd.DataFrame) -> pd.DataFrame:
    """One row per beneficiary and stage that has activities, in the order of the source: beneficiary, status, activities
    (count), inferred (count), names (the activities)."""
    cells: dict[tuple[str, str], list[Any]] = {}
    for row in frames.rows(statements):
        cells.setdefault((row.beneficiary, row.status), []).append(row)
    records = [
        (beneficiary, str(status), len(found), _inferred(found), tuple(row.activity for row in found))
        for beneficiary in dict.fromkeys(statements["beneficiary"])
        for status in STAGES
        if (found := cells.get((beneficiary, str(status))))
    ]
    return pd.DataFrame.from_records(records, columns=["beneficiary", "status", "activities", "inferred", "names"])


def _inferred(statements: list[Any]) -> int:
    return sum(row.status_basis == StatusBasis.INFERRED for row in statements)


def count_by_status(statements: pd.DataFrame) -> dict[str, int]:
    """Number of activities per stage, in the order in which work advances; stages without any are left out."""
    counts = statements["status"].value_counts()
    return {str(status): int(counts[status]) for status in STAGES if status in counts}


def count_inferred(statements: pd.DataFrame) -> int:
    """Number of activities whose stage the source does not state in so many words."""
    return int((statements["status_basis"] == StatusBasis.INFERRED).sum())
