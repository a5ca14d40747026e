"""How charts are drawn on the stage of 1920 x 1080 px: type of 24 px or more, larger where there are few rows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from charts.theme import Look

LEAST_TYPE = 24.0
SCALES = ((3, 2.3), (5, 2.0))
"""Up to so many rows are drawn so large; more at LEAST_SCALE, where the 14 px of labels become 24.5."""

LEAST_SCALE = 1.75
WIDTH, HEIGHT, LEAST_ROW = 1776, 530.0, 82.0
"""Pixels of a chart's width, of the height that its rows share, and what each needs for its name and its marks."""


def rows_of(rows: pd.DataFrame) -> int | None:
    """How many rows a chart has below one another; None where it is not made of rows."""
    return int(rows["row"].nunique()) if "row" in rows else None


def look(language: str, rows: pd.DataFrame, *, dark: bool) -> Look:
    """Language, ground and size of type of a chart on the stage."""
    count = rows_of(rows)
    scale = next((scale for most, scale in SCALES if count is not None and count <= most), LEAST_SCALE)
    return Look(language, dark, scale, LEAST_TYPE)


def fitted(spec: Mapping[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """The specification as wide as the stage, with rows as high as there is room for. The width is fixed: a stage in a small
    window is the same picture, only smaller."""
    found = {**spec, "width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    height, count = spec.get("height"), rows_of(rows)
    if isinstance(height, Mapping) and "step" in height and count:
        found["height"] = {"step": min(float(height["step"]), max(HEIGHT / count, LEAST_ROW))}
    return found
