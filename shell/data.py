"""What the pages read, cached by data version and plain values: never by a frame."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import pandas as pd
import streamlit as st

from data_model import queries
from data_model.importing import is_empty
from data_model.store import Store, default_url, open_store
from data_model.vocabulary import CATEGORIES, Series, SubjectKind
from importers.sample import load_sample
from metrics import frames, participants, progress, published
from metrics.disagreements import Disagreement, disagreements
from metrics.measures import BASES
from metrics.progress import Level, Scope
from shell.view import Choices

_FINANCE_KINDS = (SubjectKind.PROGRAMME, SubjectKind.AXIS, SubjectKind.CATEGORY)


@lru_cache(maxsize=8)
def _opened(url: str) -> Store:
    """The store, migrated, with the sample in it if it was empty and AVANZAMENTO_SAMPLE is not 0."""
    store = open_store(url)
    if os.environ.get("AVANZAMENTO_SAMPLE", "1") != "0":
        with store.reading() as session:
            empty = is_empty(session)
        if empty:
            with store.writing() as session:
                load_sample(session)  # looks again: another process may have been first
    return store


def store() -> Store:
    """The store of this process. Raises StoreUnavailable."""
    return _opened(default_url())


@dataclass(frozen=True)
class Name:
    """A name in the reader's language, with the language it is really in and the original."""

    text: str
    language: str
    original: str


_cached = st.cache_data(show_spinner=False, max_entries=256)
_shared = st.cache_resource(show_spinner=False, max_entries=256)
"""For what nobody changes, such as dictionaries of names: given out as it is, where `_cached` would copy it each time."""


@_shared
def programmes(version: int) -> dict[str, tuple[str, str]]:
    """(title, its language) per programme, the best documented first."""
    with store().reading() as session:
        frame = queries.programmes(session)
    return {row.code: (row.title, row.title_language) for row in frames.rows(frame)}


@_shared
def axis_names(version: int, programme: str) -> dict[str, tuple[str | None, str | None, str | None]]:
    """(name, its language, thematic objective) per axis, in the order of the programme."""
    with store().reading() as session:
        frame = queries.axes(session, programme)
    clean = frame.astype(object).where(frame.notna(), None)
    return {row.code: (row.name, row.name_language, row.theme_code) for row in frames.rows(clean)}


@_shared
def translations(version: int, language: str) -> dict[str, str]:
    """Translated text per text of the data."""
    with store().reading() as session:
        return queries.translations(session, language)


@_cached
def finance(version: int, programme: str, series: Series) -> pd.DataFrame:
    """One row per financial figure of a programme and series, at the level it was published at."""
    with store().reading() as session:
        return queries.figures(session, programme, series=series, kinds=_FINANCE_KINDS, measures=BASES[series].stages)


@_shared
def choices(version: int, programme: str, series: Series) -> Choices:
    """What may be chosen for a programme and series. Dates are those of all its figures and statements."""
    with store().reading() as session:
        figures = queries.figures(session, programme)
        statements = queries.activities(session, programme)
    amounts = finance(version, programme, series)
    days = sorted({*progress.dates(figures), *progress.dates(statements)})
    default = max(progress.dates(amounts) or days or [datetime.now(UTC).date()])
    present = set(figures["category_code"].dropna())
    return Choices(
        series=series_of(version, programme),
        dates=tuple(days),
        default_date=default,
        axes=tuple(axis_names(version, programme)),
        categories=tuple(code for code in CATEGORIES if code in present),
    )


@_shared
def series_of(version: int, programme: str) -> tuple[Series, ...]:
    """The series that have financial figures of a programme; the Commission's first, if it has any."""
    return tuple(s for s in Series if not finance(version, programme, s).empty) or (Series.EC,)


@_cached
def positions(version: int, programme: str, series: Series, as_of: date, level: Level, scope: Scope) -> pd.DataFrame:
    """Amounts at each stage, rates and gap: see metrics.progress.positions."""
    return progress.positions(finance(version, programme, series), BASES[series], as_of, level, scope)


@_cached
def trend(version: int, programme: str, series: Series, level: Level, scope: Scope) -> pd.DataFrame:
    """Amounts over time: see metrics.progress.trend."""
    return progress.trend(finance(version, programme, series), BASES[series], level, scope)


@_shared
def finance_sources(version: int, programme: str, series: Series) -> tuple[str, ...]:
    """The sources of the financial figures of a programme and series."""
    return tuple(sorted(set(finance(version, programme, series)["source_id"])))


@_cached
def documents(version: int, programme: str) -> pd.DataFrame:
    """One row per published figure of a programme."""
    with store().reading() as session:
        return queries.figures(session, programme, series=Series.PUBLISHED)


@_shared
def documents_at(version: int, programme: str, as_of: date) -> published.Known:
    """The published figures as they were known at a date."""
    return published.known_at(documents(version, programme), as_of)


@_cached
def indicator_figures(version: int, programme: str, scope: Scope) -> pd.DataFrame:
    """One row per figure of a common indicator within a scope."""
    with store().reading() as session:
        frame = queries.figures(session, programme, series=Series.EC, kinds=(SubjectKind.INDICATOR,))
    return participants.select(frame, scope)


@_cached
def all_figures(version: int, programme: str) -> pd.DataFrame:
    """One row per figure of a programme, whatever it speaks of."""
    with store().reading() as session:
        return queries.figures(session, programme)


@_cached
def subjects(version: int, programme: str) -> pd.DataFrame:
    """One row per call, agreement, activity, training course, target or share."""
    with store().reading() as session:
        return queries.subjects(session, programme)


@_cached
def statements(version: int, programme: str) -> pd.DataFrame:
    """One row per statement about an activity."""
    with store().reading() as session:
        return queries.activities(session, programme)


@_cached
def deadlines(version: int, programme: str) -> pd.DataFrame:
    """One row per decision on a date of a call."""
    with store().reading() as session:
        return queries.deadlines(session, programme)


@_cached
def sources(version: int) -> pd.DataFrame:
    """One row per source, its id as index."""
    with store().reading() as session:
        return queries.sources(session).set_index("id", drop=False)


@_cached
def remarks(version: int) -> pd.DataFrame:
    """One row per slip in the wording of a source."""
    with store().reading() as session:
        return queries.remarks(session)


@_cached
def imports(version: int) -> pd.DataFrame:
    """One row per import, the newest first."""
    with store().reading() as session:
        return queries.imports(session)


@_shared
def compared_sources(version: int, programme: str, as_of: date) -> list[Disagreement]:
    """The figures of a programme on which sources disagree, among those known at a date."""
    figures = all_figures(version, programme)
    known = figures[figures["as_of"].isna() | (figures["as_of"] <= pd.Timestamp(as_of))]
    return disagreements(known, subjects(version, programme))


def translated(text: str, language: str, version: int, original_language: str = "it") -> Name:
    """A text of the data in a language: translated where the data hold a translation, else as it is."""
    found: Mapping[str, str] = translations(version, language)
    if text in found:  # asked first: a misprint of the source has a translation into its own language
        return Name(found[text], language, text)
    return Name(text, original_language, text)
