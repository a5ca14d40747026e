"""What a page needs to know of the run it is part of: the view, the words, the data version."""

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from charts.theme import Look
from data_model.vocabulary import PROGRAMME_WIDE, UNKNOWN_CODE, Firmness, Series
from metrics import frames
from metrics.disagreements import FAMILIES, Disagreement
from metrics.measures import BASES, Basis
from metrics.progress import STAGES, Scope
from metrics.project_totals import Coverage
from metrics.published import Known
from shell import data, kept, taking
from shell.session import own
from shell.view import Choices, View
from texts import Words, words

VERSION = "0.1.0"
_WITHOUT_NAME = {PROGRAMME_WIDE: "axis.programme_wide", UNKNOWN_CODE: "axis.not_given"}
_STATE = "here"


SERIES_WORDS = (
    "committed_word",
    "reported_word",
    "allocated_word",
    "the_allocated",
    "of_allocated",
    "of_committed",
    "of_before",
)
"""How a series calls its stages in a sentence."""


class Reader(NamedTuple):
    """What a piece depends on that no view changes: the data version, and the language it is read in."""

    version: int
    language: str


@dataclass(frozen=True)
class Here:
    """One script run. Frames and names come through it, so that no page repeats version and programme. Two runs are equal
    that show the same view of the same data."""

    view: View
    choices: Choices = field(compare=False)
    version: int
    dark: bool = False
    page: str = ""
    """The page that is shown, by its address."""
    pages: Mapping[str, StreamlitPage] = field(default_factory=dict, compare=False)
    acts: int = field(default=0, compare=False)
    """How many acts the trail has: what is kept by their number is read again after the next."""

    @property
    def w(self) -> Words:
        """The words of the language in use."""
        return words(self.view.language)

    @property
    def reader(self) -> Reader:
        """Under which pieces are kept that are the same in every view."""
        return Reader(self.version, self.view.language)

    @property
    def look(self) -> Look:
        """Language and theme for chart specifications."""
        return Look(self.view.language, self.dark)

    @property
    def basis(self) -> Basis:
        """The series in use and its measures."""
        return BASES[self.view.series]

    def say(self, text: str, language: str = "it") -> str:
        """A text of the data in the reader's language, or as it is where the data hold no translation."""
        return data.translated(text, self.view.language, self.version, language).text

    def programme_name(self, code: str) -> str:
        """The programme's name in the reader's language."""
        title, language = data.programmes(self.version)[code]
        return self.say(title, language)

    def axis_name(self, code: str) -> str:
        """`Asse 3 · Sistemi e modelli …`: the programme's own name of the axis, else its thematic objective."""
        if code in _WITHOUT_NAME:
            return self.w(_WITHOUT_NAME[code])
        name, language, theme = data.axis_names(self.version, self.view.programme).get(code, (None, None, None))
        if name is None and theme is not None and self.w.has(f"theme.{theme}"):
            return self.w("axis.named", code=code, name=self.w(f"theme.{theme}"))
        return (
            self.w("axis.named", code=code, name=self.say(name, language or "it"))
            if name
            else self.w("axis.bare", code=code)
        )

    def axis_short(self, codes: str | Iterable[str]) -> str:
        """`Asse 3`, or `Assi 1 e 2`."""
        several = [codes] if isinstance(codes, str) else list(codes)
        if len(several) == 1:
            return self.w(_WITHOUT_NAME[several[0]]) if several[0] in _WITHOUT_NAME else self.w("axis.bare", code=several[0])
        coded = [code for code in several if code not in _WITHOUT_NAME]
        bare = (
            [self.w("axis.bare" if len(coded) == 1 else "axis.several", code=coded[0], codes=self.w.joined(coded))]
            if coded
            else []
        )
        return self.w.joined([*bare, *(self.w(_WITHOUT_NAME[code]) for code in several if code in _WITHOUT_NAME)])

    def region_name(self, code: object) -> str:
        """The region of a project in words, also where it is none, several or not known."""
        known = isinstance(code, str) and self.w.has(f"region.{code}")
        return self.w(f"region.{code}") if known else self.w("region.unknown")

    def group_name(self, level: str, code: object, name: object = None) -> str:
        """The name of a group of projects: as the data write it, else its code, else that there is none."""
        if level == "region":
            return self.region_name(code)
        if level == "axis":
            return self.axis_name(code if isinstance(code, str) else UNKNOWN_CODE)
        if isinstance(name, str) and name.strip():
            return name
        if isinstance(code, str) and code != UNKNOWN_CODE:
            return code
        return self.w(f"project_gaps.without_{level}")

    def category_name(self, code: object) -> str:
        """The category of region in words."""
        return self.w(f"category.{code}") if isinstance(code, str) else self.w("category.none")

    def measure(self, key: str) -> str:
        """The name of a measure."""
        return self.w(f"measure.{key}.label")

    def in_series(self, key: str, **values: object) -> str:
        """A text that names the stages with the words of the series in use: selected and declared, or committed and
        reported; what it divides by is the allocation only where it is one."""
        series = self.view.series
        words_of_series = {name: self.w(f"series.{series}.{name}") for name in SERIES_WORDS}
        return self.w(key, **words_of_series, **values)

    def by_project(self, key: str, of_projects: str) -> str:
        """The key of a text, or in a series of projects that of its form for sums over them."""
        return of_projects if self.basis.system else key

    def stage(self, stage: str) -> str:
        """The name of a stage in the series in use: selected operations are never called legal commitments."""
        return self.measure(dict(zip(STAGES, self.basis.stages, strict=True))[stage])

    def stage_word(self, stage: str) -> str:
        """The stage in one word: dotazione, selezionato, dichiarato, certificato."""
        if stage == "certified":
            return self.w("stage.certified_word")
        return self.w(f"series.{self.view.series}.{stage}_word")

    def day(self, day: Any, basis: str = "stated") -> str:
        """A reference date with its firmness: `20/06/2019 (data presunta)`, `non datato`."""
        if day is None or pd.isna(day):
            return self.w("number.undated")
        moment = day.date() if isinstance(day, pd.Timestamp) else day
        text = self.w.day(moment if isinstance(moment, date) else None)
        return self.w("date.assumed", day=text) if basis == "assumed" else text

    def days(self, *rows: Mapping[str, Any]) -> str:
        """The reference dates behind some positions: one, or several where they were published at different times."""
        found = {
            (row[f"{stage}_as_of"], row[f"{stage}_date_basis"]): None
            for row in rows
            for stage in STAGES
            if row[f"{stage}_firmness"] != Firmness.NOT_GIVEN
        }
        texts = [self.day(day, str(basis)) for day, basis in sorted(found, key=lambda pair: str(pair[0]), reverse=True)]
        return " / ".join(texts) or self.w.missing

    def source_line(self, source_ids: Iterable[str]) -> str:
        """Publisher and title of each source, joined; titles are quoted as they are."""
        named, ids = data.named_sources(self.version), list(source_ids)
        parts = [
            f"{self.say(publisher)}, {title}" if publisher else title for publisher, title in map(named.__getitem__, ids)
        ]
        line = " · ".join(parts)
        taking.named(ids, line)
        return line

    def source(self, source_id: str) -> str:
        """A source for a table cell: who published it, and the code under which the sources page lists it."""
        publisher, _ = data.named_sources(self.version)[source_id]
        taking.named([source_id])
        return f"{self.say(publisher)} [{source_id}]" if publisher else source_id

    def amount(self, cents: Any, firmness: str) -> str:
        """An amount for a table cell with its firmness; the unit stands in the head."""
        value = None if cents is None or pd.isna(cents) else int(cents)
        return self.w.firm(self.w.euros(value), firmness)

    def millions(self, cents: Any, firmness: str = Firmness.EXACT, decimals: int = 1) -> str:
        """An amount in prose with its firmness."""
        value = None if cents is None or pd.isna(cents) else int(cents)
        return self.w.firm_in_prose(self.w.millions(value, decimals), firmness)

    def positions(self, level: str = "axis", as_of: date | None = None) -> pd.DataFrame:
        """Amounts at each stage for the view's scope, at its reference date or another."""
        v = self.view
        return data.positions(self.version, v.programme, v.series, as_of or v.as_of, level, v.scope)  # type: ignore[arg-type]  # a Level

    def coverage(self, *, whole: bool = False) -> Coverage:
        """How many projects stand behind the sums of the view's scope, or of the whole programme. Of a series without
        projects nothing is known."""
        v = self.view
        if self.basis.system is None:
            return Coverage({}, {}, 0, 0, 0, 0)
        return data.coverage(self.version, v.programme, v.series, v.as_of, Scope() if whole else v.scope)

    def trend(self, level: str = "programme") -> pd.DataFrame:
        """Amounts over time for the view's scope, up to its reference date."""
        v = self.view

        def up_to_the_date() -> pd.DataFrame:
            lines = data.trend(self.version, v.programme, v.series, level, v.scope)  # type: ignore[arg-type]  # a Level
            return frames.where(lines, (day <= v.as_of for day in lines["as_of"]))

        return kept.piece(self, f"trend of {level}", up_to_the_date)

    def link(self, page: str, label: str, view: View) -> None:
        """A link to a page with a view; none where a page is gone through for a piece of it, or is not
        for this person."""
        if taking.now() is None and page in self.pages:
            st.page_link(self.pages[page], label=plain(label), query_params=view.query())

    def known(self) -> Known:
        """Published figures as known at the reference date."""
        return data.documents_at(self.version, self.view.programme, self.view.as_of)

    def call_short(self, kind: str, code: str) -> str:
        """The name of a call before its explanation: `Avviso 4/2016`; its code where no source names it."""
        label = data.labels(self.version, self.view.programme).get((kind, code))
        return code if label is None else re.split(r" - | \(", self.say(label))[0]

    def statements(self) -> pd.DataFrame:
        """Statements on activities as known at the reference date."""

        def known() -> pd.DataFrame:
            stated = data.statements(self.version, self.view.programme)
            return stated[stated["as_of"].isna() | (stated["as_of"] <= pd.Timestamp(self.view.as_of))]

        return kept.piece(self, "statements", known)

    def compared(self) -> list[Disagreement]:
        """The figures on which sources disagree, as known at the reference date."""
        return data.compared_sources(self.version, self.view.programme, self.view.as_of)

    def dispute(self, kind: str, code: str, measure: str, day: date | None = None) -> Disagreement | None:
        """The disagreement of sources on a figure, if there is one; of figures of a date, on that date."""
        wanted = (kind, code, FAMILIES.get(measure, measure))
        found = (d for d in self.compared() if (d.subject_kind, d.subject_code, d.family) == wanted)
        return next((d for d in found if d.as_of in (None, day)), None)


def without_programme(language: str, version: int, pages: Mapping[str, StreamlitPage]) -> Here:
    """A run over a store that knows no programme."""
    today = datetime.now(UTC).date()
    return Here(View(language, "", Series.EC, today), Choices((), (), today, (), ()), version, pages=pages)


def set_here(here: Here) -> None:
    """Give the run to the page that is about to be run."""
    own()[_STATE] = here


def here() -> Here:
    """The run this page is part of."""
    found: Here = own()[_STATE]
    return found


def draw(page: str) -> None:
    """Draw a page for the run it is part of. Streamlit executes the file of a page anew in each run; what is drawn is the
    module, which is imported once and so can keep what it made."""
    importlib.import_module(f"pages.{page}").render(here())


_LINE_ENDS = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@=^\"'/])")


def plain(text: str) -> str:
    """A text of the data as Markdown that shows just its characters: no link, picture, directive or formula."""
    return _SPECIAL.sub(r"\\\1", _LINE_ENDS.sub(" ", text))
