"""Dates of calls: what was decided by a date and what came later."""

from datetime import date

import pandas as pd

from data_model.vocabulary import DeadlineKind


def known_and_later(deadlines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The decisions with `later`: taken after the date. A decision without a date is not called later."""
    frame = deadlines.copy()
    frame["later"] = (frame["decided_on"] > pd.Timestamp(as_of)).fillna(False).astype(bool)
    return frame


def last_known(deadlines: pd.DataFrame, call: str) -> date | None:
    """The latest extension of a call that was decided by the date the frame was made for."""
    rows = deadlines[(deadlines["call_code"] == call) & ~deadlines["later"] & (deadlines["kind"] == DeadlineKind.EXTENSION)]
    return rows["new_deadline"].max().date() if len(rows) else None
