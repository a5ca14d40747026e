"""What the pages read, cached by data version and plain values: never by a frame."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial

import pandas as pd

from data_model import news, project_queries, project_totals, queries, snapshots
from data_model.news import Received
from data_model.snapshots import FrozenStore
from data_model.store import ROOT, Store, default_url, open_store
from data_model.vocabulary import CATEGORIES, UNKNOWN_CODE, Series, SubjectKind, axis_order
from metrics import choosing, frames, participants, progress, published, training
from metrics import project_totals as totals
from metrics.disagreements import Disagreement, disagreements
from metrics.measures import BASES
from metrics.progress import Level, Scope
from shell import person
from shell.access import Mode, current
from shell.kept import kept
from shell.view import LEVELS, Choices

_FINANCE_KINDS = (SubjectKind.PROGRAMME, SubjectKind.AXIS, SubjectKind.CATEGORY)


@lru_cache(maxsize=8)
def _opened(url: str) -> Store:
    """The store, migrated, with the sample in it if it was empty and AVANZAMENTO_SAMPLE is not 0."""
    store = open_store(url)
    if os.environ.get("AVANZAMENTO_SAMPLE", "1") != "0" and store.data_version() == 0:
        _fill(store)
    return store


def _fill(store: Store) -> None:
    """Bring the sample in. A public server holds no code that imports: there a process of its own does it and ends."""
    if current().mode is Mode.PUBLIC:
        as_local = os.environ | {"AVANZAMENTO_MODE": Mode.LOCAL}
        subprocess.run(
            [sys.executable, "-m", "exports", "sitting", "--list"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            env=as_local,
        )
        return
    from importers.sample import load_sample  # noqa: PLC0415  # as said above

    with store.writing() as session:
        load_sample(session)  # looks again: another process may have been first


def store() -> Store:
    """The store of this process, for who acts in this session: who may not write gets connections that cannot. Raises
    StoreUnavailable."""
    whole = _opened(default_url())
    return whole if person.actor().writes else whole.read_only


def frozen_version(snapshot_id: int) -> int:
    """What a snapshot is called where the data are asked for by their version: whatever takes a version reads it then."""
    return -snapshot_id


def store_of(version: int) -> Store:
    """The store that holds a version of the data: the snapshot of a sitting, or the live store for the version of now."""
    return store() if version >= 0 else _snapshot(default_url(), -version)


@lru_cache(maxsize=16)
def _snapshot(_url: str, snapshot_id: int) -> FrozenStore:
    with store().reading() as session:
        return FrozenStore(snapshots.read(session, snapshot_id))


def data_version(version: int) -> int:
    """The data version in the count of the store, also of what is frozen."""
    return version if version >= 0 else store_of(version).data_version()


@dataclass(frozen=True)
class Name:
    """A name in the reader's language, with the language it is really in and the original."""

    text: str
    language: str
    original: str


@kept
def programmes(version: int) -> dict[str, tuple[str, str]]:
    """(title, its language) per programme, the best documented first."""
    with store_of(version).reading() as session:
        frame = queries.programmes(session)
    return {row.code: (row.title, row.title_language) for row in frames.rows(frame)}


@kept
def programme_kinds(version: int) -> dict[str, str]:
    """What is known of each programme at best: published (documents), ec (the Commission), oc or puc (projects only)."""
    with store_of(version).reading() as session:
        frame = queries.programmes(session)
    return {row.code: row.kind for row in frames.rows(frame)}


@kept
def axis_names(version: int, programme: str) -> dict[str, tuple[str | None, str | None, str | None]]:
    """(name, its language, thematic objective) per axis, in the order of the programme."""
    with store_of(version).reading() as session:
        frame = queries.axes(session, programme)
    clean = frame.astype(object).where(frame.notna(), None)
    return {row.code: (row.name, row.name_language, row.theme_code) for row in frames.rows(clean)}


@kept
def translations(version: int, language: str) -> dict[str, str]:
    """Translated text per text of the data."""
    with store_of(version).reading() as session:
        return queries.translations(session, language)


@kept
def finance(version: int, programme: str, series: Series) -> pd.DataFrame:
    """One row per financial figure of a programme and series, at the level it was published at; of a series of projects one
    row per reference date, axis, source and measure, with the sums made here."""
    basis = BASES[series]
    if basis.system:
        return totals.as_figures(statements_of_projects(version, programme, series), basis, queries.FIGURE_COLUMNS)
    with store_of(version).reading() as session:
        return queries.figures(session, programme, series=series, kinds=_FINANCE_KINDS, measures=basis.stages)


@kept
def statements_of_projects(version: int, programme: str, series: Series) -> pd.DataFrame:
    """One row per reference date, axis, source and stage of a programme's projects: see metrics.project_totals."""
    basis = BASES[series]
    with store_of(version).reading() as session:
        steps = project_totals.steps(session, programme, str(basis.system), totals.columns_of(basis), totals.pairs_of(basis))
    return totals.statements(steps, basis)


@kept
def coverage(version: int, programme: str, series: Series, as_of: date, scope: Scope) -> totals.Coverage:
    """How many projects stand behind the sums of a date and scope."""
    return totals.coverage(statements_of_projects(version, programme, series), as_of, scope)


@kept
def projects_per_date(version: int, programme: str, series: Series, as_of: date, scope: Scope) -> dict[date, int]:
    """The projects known at each reference date up to a date."""
    return totals.projects_per_date(statements_of_projects(version, programme, series), as_of, scope)


@kept
def lots(version: int, programme: str, system: str) -> list[project_totals.Lot]:
    """The project rows of a programme per import and source."""
    with store_of(version).reading() as session:
        return project_totals.lots(session, programme, system)


@kept
def project_count(version: int, programme: str, system: str) -> int:
    """The projects that the store has of a programme in one system."""
    with store_of(version).reading() as session:
        return project_totals.project_count(session, programme, system)


@kept
def choices(version: int, programme: str, series: Series) -> Choices:
    """What may be chosen for a programme and series. Dates are those of all its figures and statements; the axes of a series
    of projects are those that its projects have."""
    with store_of(version).reading() as session:
        figures = queries.figures(session, programme)
        statements = queries.activities(session, programme)
    amounts = finance(version, programme, series)
    by_project = BASES[series].system is not None
    amounts_on = progress.dates(amounts) if by_project else []
    days = sorted({*progress.dates(figures), *progress.dates(statements), *amounts_on})
    default = max(progress.dates(amounts) or days or [datetime.now(UTC).date()])
    present = set() if by_project else set(figures["category_code"].dropna())
    axes = _axes_of_projects(version, programme, series) if by_project else tuple(axis_names(version, programme))
    return Choices(
        series=series_of(version, programme),
        dates=tuple(days),
        default_date=default,
        axes=axes,
        categories=tuple(code for code in CATEGORIES if code in present),
        levels=LEVELS if BASES[series].system else LEVELS[:1],
        known=partial(known_codes, version, programme, series),
    )


@kept
def filter_counts(
    version: int, programme: str, series: Series, as_of: date, scope: Scope
) -> tuple[dict[str, int], dict[str, int]]:
    """Per axis and per category of region: the figures of the series, and the figures and statements of documents, known at
    a date; each under what is chosen of the other. Of series without projects."""
    basis = BASES[series]
    amounts = progress.at_date(finance(version, programme, series), as_of, basis)
    known = pd.concat([amounts, documents_at(version, programme, as_of).frame]).drop_duplicates("id")
    stated = statements(version, programme)
    stated = stated[stated["as_of"].isna() | (stated["as_of"] <= pd.Timestamp(as_of))]
    named = subjects(version, programme)
    of_subject = dict(zip(zip(named["kind"], named["code"], strict=True), named["axis_codes"], strict=True))
    return choosing.axes(known, stated, of_subject, scope.categories), choosing.categories(known, scope.axes)


def _axes_of_projects(version: int, programme: str, series: Series) -> tuple[str, ...]:
    """In the order of the programme; the place of those without an axis is the last."""
    found = set(statements_of_projects(version, programme, series)["axis_code"])
    return tuple(sorted(found, key=lambda code: (code == UNKNOWN_CODE, axis_order(code))))


@kept
def known_codes(version: int, programme: str, series: Series, level: str, codes: tuple[str, ...]) -> frozenset[str]:
    """Of some codes of a level, those that the programme's projects have; none where the series has no projects."""
    system = BASES[series].system
    if system is None:
        return frozenset()
    with store_of(version).reading() as session:
        return project_queries.known_codes(session, programme, system, level, codes)


@kept
def series_of(version: int, programme: str) -> tuple[Series, ...]:
    """The series that have amounts of a programme; the Commission's first, if it has any, those of projects last.

    Payments admitted to the programme make a series only where any project of OpenCoesione gives them.
    """
    with store_of(version).reading() as session:
        systems = project_totals.systems(session, programme)
    wanted = {(basis.system, basis.series) for basis in BASES.values() if basis.system}
    by_project = {
        s for system, s in wanted if any(known == system and (admitted or s != Series.OC_EU) for known, admitted in systems)
    }
    figures = {s for s in Series if BASES[s].system is None and not finance(version, programme, s).empty}
    return tuple(s for s in Series if s in figures | by_project) or (Series.EC,)


@kept
def positions(version: int, programme: str, series: Series, as_of: date, level: Level, scope: Scope) -> pd.DataFrame:
    """Amounts at each stage, rates and gap: see metrics.progress.positions."""
    return progress.positions(finance(version, programme, series), BASES[series], as_of, level, scope)


@kept
def trend(version: int, programme: str, series: Series, level: Level, scope: Scope) -> pd.DataFrame:
    """Amounts over time: see metrics.progress.trend."""
    return progress.trend(finance(version, programme, series), BASES[series], level, scope)


@kept
def finance_sources(version: int, programme: str, series: Series) -> tuple[str, ...]:
    """The sources of the financial figures of a programme and series."""
    return tuple(sorted(set(finance(version, programme, series)["source_id"])))


@kept
def documents(version: int, programme: str) -> pd.DataFrame:
    """One row per published figure of a programme."""
    with store_of(version).reading() as session:
        return queries.figures(session, programme, series=Series.PUBLISHED)


@kept
def documents_at(version: int, programme: str, as_of: date) -> published.Known:
    """The published figures as they were known at a date."""
    return published.known_at(documents(version, programme), as_of)


@kept
def course_figures(version: int, programme: str, as_of: date) -> pd.DataFrame:
    """One row per count of the monitoring files on a course, as known at a date."""
    with store_of(version).reading() as session:
        frame = queries.figures(session, programme, series=Series.PUC, kinds=(SubjectKind.TRAINING,))
    return training.as_stated(published.known_at(frame, as_of).frame)


@kept
def indicator_figures(version: int, programme: str, scope: Scope) -> pd.DataFrame:
    """One row per figure of a common indicator within a scope."""
    with store_of(version).reading() as session:
        frame = queries.figures(session, programme, series=Series.EC, kinds=(SubjectKind.INDICATOR,))
    return participants.select(frame, scope)


@kept
def all_figures(version: int, programme: str) -> pd.DataFrame:
    """One row per figure of a programme, whatever it speaks of."""
    with store_of(version).reading() as session:
        return queries.figures(session, programme)


@kept
def subjects(version: int, programme: str) -> pd.DataFrame:
    """One row per call, agreement, activity, training course, target or share."""
    with store_of(version).reading() as session:
        return queries.subjects(session, programme)


@kept
def labels(version: int, programme: str) -> dict[tuple[str, str], str]:
    """The names of the subjects, by kind and code."""
    named = subjects(version, programme)
    return dict(zip(zip(named["kind"], named["code"], strict=True), named["label"], strict=True))


@kept
def statements(version: int, programme: str) -> pd.DataFrame:
    """One row per statement about an activity."""
    with store_of(version).reading() as session:
        return queries.activities(session, programme)


@kept
def deadlines(version: int, programme: str) -> pd.DataFrame:
    """One row per decision on a date of a call."""
    with store_of(version).reading() as session:
        return queries.deadlines(session, programme)


@kept
def sources(version: int) -> pd.DataFrame:
    """One row per source, its id as index."""
    with store_of(version).reading() as session:
        return queries.sources(session).set_index("id", drop=False)


@kept
def named_sources(version: int) -> dict[str, tuple[str | None, str]]:
    """(publisher, if one is named, title) per source."""
    rows = frames.rows(sources(version))
    return {row.id: (row.publisher if isinstance(row.publisher, str) else None, row.title) for row in rows}


@kept
def remarks(version: int) -> pd.DataFrame:
    """One row per slip in the wording of a source."""
    with store_of(version).reading() as session:
        return queries.remarks(session)


@kept
def imports(version: int) -> pd.DataFrame:
    """One row per import, the newest first."""
    with store_of(version).reading() as session:
        return queries.imports(session)


@kept
def received(version: int) -> list[Received]:
    """One entry per programme, source and import whose rows hold, the latest import first."""
    with store_of(version).reading() as session:
        return news.received(session)


@kept
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
