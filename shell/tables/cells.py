"""What all tables share: columns of texts, heads with units, a published number as text."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pandas as pd

from metrics.measures import MEASURES
from metrics.published import Given
from shell.here import Here
from shell.show import Marked

WITH_COMPARISON = ("axes", "commitment_gaps", "calls", "training", "participants", "sources")
"""Pages that have the comparisons of what they show."""

_ROME = ZoneInfo("Europe/Rome")


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
    """A published number with its firmness, without its unit, marked where sources disagree on it."""
    if number.unit == "percent":
        return h.w.firm(h.w.rate(None if number.value is None else number.value / 100_000), str(number.firmness))
    text = h.w.euros(number.value) if number.unit == "EUR" else h.w.thousandths(number.value)
    return marked(h, h.w.firm(text, str(number.firmness)), number.kind, number.code, number.measure, number.as_of)


def marked(h: Here, text: str, kind: str, code: str, measure: str, day: object = None) -> str:
    """The text of a figure; where sources disagree on it, with a mark that leads to the comparison."""
    moment = day.date() if isinstance(day, pd.Timestamp) else day if isinstance(day, date) else None
    found = h.dispute(kind, code, measure, moment)
    if found is None:
        return text
    here = h.page in WITH_COMPARISON
    return Marked(text, h.w("table.disputed"), f"#{found.anchor}" if here else comparison_of(h, found.anchor))


def comparison_of(h: Here, anchor: str) -> str:
    """The address of the comparison of sources on the page that has all of them."""
    return f"sources?{urlencode(h.view.query(), doseq=True)}#{anchor}"


def head(h: Here, measure: str) -> str:
    """The head of a column of a measure, with the unit if it is money."""
    return euro_head(h, h.measure(measure)) if MEASURES[measure].unit == "EUR" else h.measure(measure)


def format_name(h: Here, name: str) -> str:
    """The name of a format in words."""
    return h.w(f"format.{name}") if h.w.has(f"format.{name}") else name


def moment(h: Here, at: datetime) -> str:
    """A moment as people here read it: 30/06/2019 14:05."""
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(_ROME)
    return f"{h.w.day(local.date())} {local:%H:%M}"
