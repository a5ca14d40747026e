"""Rows of a frame as plain values. The types of pandas call each cell a union of all scalars, which says nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Each row as a named tuple, its cells under the names of the columns."""
    return iter(frame.itertuples(index=False))


def where(frame: pd.DataFrame, wanted: Iterable[bool]) -> pd.DataFrame:
    """The rows that are wanted, one answer each. A plain list will not do: an empty one means no columns to pandas."""
    return frame[pd.Series(list(wanted), index=frame.index, dtype=bool)]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by column name."""
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def first(frame: pd.DataFrame) -> dict[str, Any]:
    """The first row as a dictionary. Raises IndexError on an empty frame."""
    return records(frame.iloc[:1])[0]
