"""The gap between what is committed and what is reported, ranked."""

from typing import Literal

import pandas as pd

Sort = Literal["amount", "rate"]


def ranked(positions: pd.DataFrame, by: Sort) -> pd.DataFrame:
    """The positions with a known gap, the widest first: by euro, or by the share of commitments not yet reported.

    Groups with nothing committed have no gap to report and are left out; so are those whose gap is unknown.
    """
    known = positions[positions["gap_cents"].notna() & (positions["committed_cents"] > 0)].copy()
    known["unreported_rate"] = [1 - rate for rate in known["reported_rate"]]
    column = "gap_cents" if by == "amount" else "unreported_rate"
    return known.sort_values(column, ascending=False, kind="stable").reset_index(drop=True)


def unknown(positions: pd.DataFrame) -> pd.DataFrame:
    """The positions whose gap cannot be computed because commitments or reported expenditure are not given."""
    return positions[positions["gap_cents"].isna()].reset_index(drop=True)


def nothing_committed(positions: pd.DataFrame) -> pd.DataFrame:
    """The positions with zero commitments: zero, not missing."""
    return positions[positions["committed_cents"].eq(0).fillna(False)].reset_index(drop=True)
