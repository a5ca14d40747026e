"""The state of play of activities: who is at which stage, as stated or as inferred from the source's words."""

import pandas as pd

from data_model.vocabulary import ActivityStatus, StatusBasis

STAGES = tuple(ActivityStatus)


def on_axes(statements: pd.DataFrame, axes: tuple[str, ...]) -> pd.DataFrame:
    """The statements that concern any of the axes; all of them when none is asked for."""
    if not axes:
        return statements
    return statements[[bool(set(codes.split(";")) & set(axes)) for codes in statements["axis_codes"]]]


def state_of_play(statements: pd.DataFrame) -> pd.DataFrame:
    """One row per beneficiary and stage that has activities, in the order of the source: beneficiary, status, activities
    (count), inferred (count), names (the activities)."""
    records = []
    for beneficiary in dict.fromkeys(statements["beneficiary"]):
        own = statements[statements["beneficiary"] == beneficiary]
        for status in STAGES:
            rows = own[own["status"] == status]
            if len(rows):
                inferred = int((rows["status_basis"] == StatusBasis.INFERRED).sum())
                records.append((beneficiary, str(status), len(rows), inferred, tuple(rows["activity"])))
    return pd.DataFrame.from_records(records, columns=["beneficiary", "status", "activities", "inferred", "names"])


def count_by_status(statements: pd.DataFrame) -> dict[str, int]:
    """Number of activities per stage, in the order in which work advances; stages without any are left out."""
    counts = statements["status"].value_counts()
    return {str(status): int(counts[status]) for status in STAGES if status in counts}


def count_inferred(statements: pd.DataFrame) -> int:
    """Number of activities whose stage the source does not state in so many words."""
    return int((statements["status_basis"] == StatusBasis.INFERRED).sum())
