"""Rows of a frame as plain values. The types of pandas call each cell a union of all scalars, which says nothing."""

from collections import namedtuple
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Each row as a named tuple, its cells under the names of the columns. That of pandas makes a class at each call, which
    takes longer than the rows of a page do."""
    made = _row(tuple(map(str, frame.columns)))
    return map(made._make, zip(*(frame.iloc[:, place] for place in range(len(frame.columns))), strict=True))


@lru_cache(maxsize=512)
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)


def where(frame: pd.DataFrame, wanted: Iterable[bool]) -> pd.DataFrame:
    """The rows that are wanted, one answer each. A plain list will not do: an empty one means no columns to pandas."""
    return frame[pd.Series(list(wanted), index=frame.index, dtype=bool)]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by column name."""
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def first(frame: pd.DataFrame) -> dict[str, Any]:
    """The first row as a dictionary. Raises IndexError on an empty frame."""
    return records(frame.iloc[:1])[0]
