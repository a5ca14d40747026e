"""Rows as they are sent to the browser. A frame that is kept is turned into Arrow once, not in each run that shows it."""

import weakref

import pandas as pd
import pyarrow as pa

_MADE: dict[int, tuple[weakref.ref[pd.DataFrame], pa.Table]] = {}


def made(frame: pd.DataFrame) -> pa.Table:
    """The rows of a frame with its index, as Streamlit would make them itself."""
    return pa.Table.from_pandas(frame)


def of(frame: pd.DataFrame) -> pa.Table:
    """The same, made once for a frame and held as long as the frame is."""
    key = id(frame)
    found = _MADE.get(key)
    if found is not None and found[0]() is frame:
        return found[1]
    table = made(frame)
    _MADE[key] = (weakref.ref(frame, lambda _: _MADE.pop(key, None)), table)
    return table
