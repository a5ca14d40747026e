"""What may be filtered by: the axes and categories that something is known of under the other filters, and how much."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from metrics import frames

SubjectAxes = Mapping[tuple[str, str], tuple[str, ...]]
"""The axes of each subject (kind and code)."""


def axes(
    figures: pd.DataFrame, statements: pd.DataFrame, of_subject: SubjectAxes, categories: Collection[str]
) -> dict[str, int]:
    """Figures and statements per axis; those of a call of two axes count for each. Statements have no category of region:
    they count only where none is chosen."""
    said = _axes_said(frames.rows(statements)) if not categories else iter(())
    found: dict[str, int] = {}
    for code in (*_axes_of(frames.rows(figures), of_subject, categories), *said):
        found[code] = found.get(code, 0) + 1
    return found


def categories(figures: pd.DataFrame, chosen_axes: Collection[str]) -> dict[str, int]:
    """Figures per category of region."""
    found: dict[str, int] = {}
    for row in frames.rows(figures):
        if isinstance(row.category_code, str) and (not chosen_axes or row.axis_code in chosen_axes):
            found[row.category_code] = found.get(row.category_code, 0) + 1
    return found


def _axes_of(rows: Iterable[Any], of_subject: SubjectAxes, categories: Collection[str]) -> Iterator[str]:
    for row in rows:
        if categories and row.category_code not in categories:
            continue
        if isinstance(row.axis_code, str):
            yield row.axis_code
        else:
            yield from of_subject.get((row.subject_kind, row.subject_code), ())


def _axes_said(rows: Iterable[Any]) -> Iterator[str]:
    for row in rows:
        yield from filter(None, row.axis_codes.split(";"))
