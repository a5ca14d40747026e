"""Dates of calls: what was decided by a date and what came later."""

from datetime import date

import pandas as pd

from data_model.vocabulary import DeadlineKind


def known_and_later(deadlines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The decisions with `later`: taken after the date. A decision without a date is not called later; one
    of which only the month is known was taken by its end."""
    frame = deadlines.copy()
    month_only = frame["decided_wording"].str.len() == len("YYYY-MM")
    decided = frame["decided_on"].where(~month_only.fillna(False).astype(bool), frame["decided_on"] + pd.offsets.MonthEnd(0))
    frame["later"] = (decided > pd.Timestamp(as_of)).fillna(False).astype(bool)
    return frame


def last_known(deadlines: pd.DataFrame, call: str) -> date | None:
    """The latest extension of a call that was decided by the date the frame was made for."""
    rows = deadlines[(deadlines["call_code"] == call) & ~deadlines["later"] & (deadlines["kind"] == DeadlineKind.EXTENSION)]
    return rows["new_deadline"].max().date() if len(rows) else None
