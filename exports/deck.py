"""A sitting as its files need it: slides with what they draw, say and quote. Frozen: nothing here is read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from exports.pictures import Numbers

REGIONS = {"it": "IT", "en": "GB"}
"""The country whose form of a language a file is in."""


@dataclass(frozen=True)
class Chart:
    """A chart of a slide. `kind` names its builder (`bullets.bullets`), `words` are what the builder was given, `rows` what
    it draws; `spec` is its Vega-Lite specification without data, for paper (white, no tooltips needed)."""

    kind: str
    words: Mapping[str, Any]
    spec: Mapping[str, Any]
    rows: pd.DataFrame


@dataclass(frozen=True)
class Slide:
    """One message: a title that is its finding, a chart or a table or a text, and where it comes from.

    `foot` are the lines below: notes, source, date of the data, filters in words. `alternative` says the chart in words.
    """

    code: str
    section: str
    title: str
    subtitle: str
    foot: Sequence[str]
    alternative: str
    chart: Chart | None = None
    table: Numbers | None = None
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Minute:
    """A decision or a remark of the sitting. `slide` is the code of the slide that was shown, if one was."""

    kind: str
    text: str
    said_at: datetime
    slide: str | None = None


@dataclass(frozen=True)
class Source:
    """A source that the figures of the slides come from."""

    code: str
    title: str
    publisher: str | None
    day: date | None
    address: str | None


@dataclass(frozen=True)
class Deck:
    """The whole sitting. `day` is that of the meeting, `data_version` and `frozen_at` those of its figures; `definitions`
    are (name, definition) of each measure that its slides speak of."""

    code: str
    name: str
    programme: str
    programme_name: str
    day: date
    place: str
    language: str
    data_version: int
    frozen_at: datetime
    slides: Sequence[Slide]
    minutes: Sequence[Minute] = ()
    sources: Sequence[Source] = ()
    definitions: Sequence[tuple[str, str]] = ()
