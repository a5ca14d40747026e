"""What all tables share: columns of texts, heads with units, a published number as text."""

from collections.abc import Iterable, Sequence

import pandas as pd

from metrics.measures import MEASURES
from metrics.published import Given
from shell.here import Here


def columns(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> dict[str, list[str]]:
    """Rows of texts as columns under their heads."""
    collected = list(rows)
    return {head: [row[number] for row in collected] for number, head in enumerate(heads)}


def euro_head(h: Here, name: str) -> str:
    """The head of a column of amounts, with the unit."""
    return h.w("table.in_euros", name=name)


def decided(h: Here, wording: object) -> str:
    """The date of a decision as far as it is known: a day, a month in words, or undated."""
    if not isinstance(wording, str):
        return h.w("number.undated")
    return h.w.month(pd.Timestamp(f"{wording}-01")) if len(wording) == 7 else h.w.day(pd.Timestamp(wording).date())


def given(h: Here, number: Given) -> str:
    """A published number with its firmness, without its unit."""
    if number.unit == "percent":
        return h.w.firm(h.w.rate(None if number.value is None else number.value / 100_000), str(number.firmness))
    text = h.w.euros(number.value) if number.unit == "EUR" else h.w.thousandths(number.value)
    return h.w.firm(text, str(number.firmness))


def head(h: Here, measure: str) -> str:
    """The head of a column of a measure, with the unit if it is money."""
    return euro_head(h, h.measure(measure)) if MEASURES[measure].unit == "EUR" else h.measure(measure)
