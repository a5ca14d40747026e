"""The view: what is shown, in codes. It is read from the address and written to it, so that a view is a link."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from data_model.vocabulary import OFF_THE_MAP, REGIONS, UNKNOWN_CODE, Series
from exports.asked import FILTERS
from metrics.commitment_gaps import Sort
from metrics.progress import Scope
from texts import LANGUAGES

Query = dict[str, list[str]]
DEFAULT_LANGUAGE = "it"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SORTS: tuple[Sort, ...] = ("amount", "rate")
LEVELS = ("axis", "call", "beneficiary", "region", "project")
"""Levels at which projects are grouped, in the order in which one goes down (regions stand beside)."""

MOST_CODES = 50
"""More codes of one kind are not read from an address."""

LAST_PAGE = 100_000

TAKEN: dict[str, tuple[str, ...]] = {
    "overview": ("axis", "category"),
    "axes": ("axis", "category"),
    "commitment_gaps": tuple(FILTERS),
    "calls": ("axis",),
    "activities": ("axis",),
    "training": ("axis",),
    "participants": ("axis", "category"),
    "sources": (),
}
"""The filters that change what a page shows of a programme. What these pages show can become a slide; other pages are about
the store."""

Known = Callable[[str, tuple[str, ...]], Collection[str]]
"""Of some codes of a level, those that the programme's projects have."""


def no_projects(_level: str, _codes: tuple[str, ...]) -> Collection[str]:
    """No code is known where a series has no projects."""
    return ()


@dataclass(frozen=True)
class Choices:
    """What may be chosen for one programme and series."""

    series: tuple[Series, ...]
    dates: tuple[date, ...]
    default_date: date
    axes: tuple[str, ...]
    categories: tuple[str, ...]
    levels: tuple[str, ...] = LEVELS[:1]
    """Levels that the series has: only the axes, unless it has projects."""
    known: Known = no_projects


@dataclass(frozen=True)
class View:
    """What is shown. `compared_with` None compares with nothing; empty axes, categories, regions, calls or beneficiaries
    mean all. `project` is the one that is opened; `page` is that of the ranking, from 1."""

    language: str
    programme: str
    series: Series
    as_of: date
    compared_with: date | None = None
    axes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sort: Sort = "amount"
    level: str = LEVELS[0]
    regions: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    project: str | None = None
    page: int = 1

    @property
    def scope(self) -> Scope:
        """The part of the programme that is asked for."""
        return Scope(self.axes, self.categories)

    def query(self) -> Query:
        """The query of the address that opens this view, as codes."""
        found: Query = {
            "lang": [self.language],
            "programme": [self.programme],
            "series": [self.series.value],
            "as_of": [self.as_of.isoformat()],
        }
        if self.compared_with:
            found["compared_with"] = [self.compared_with.isoformat()]
        if self.axes:
            found["axis"] = list(self.axes)
        if self.categories:
            found["category"] = list(self.categories)
        if self.sort != SORTS[0]:
            found["sort"] = [self.sort]
        return found | self._of_projects()

    def _of_projects(self) -> Query:
        """The part of the query that speaks of projects."""
        one = {
            "level": self.level if self.level != LEVELS[0] else None,
            "project": self.project,
            "page": str(self.page) if self.page > 1 else None,
        }
        several = {"region": self.regions, "call": self.calls, "beneficiary": self.beneficiaries}
        return {key: [value] for key, value in one.items() if value is not None} | {
            key: list(codes) for key, codes in several.items() if codes
        }

    def having(self, **changes: object) -> "View":
        """The same view with some things changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace takes the fields by name


@dataclass
class Reading:
    """Reads one address. `problems` are the query keys whose value fell back to the default."""

    query: Query
    problems: list[str] = field(default_factory=list)

    def language(self) -> str:
        """The language asked for, else Italian."""
        return self._one("lang", LANGUAGES, DEFAULT_LANGUAGE)

    def programme(self, known: Iterable[str], default: str) -> str:
        """The programme asked for, else the best documented one."""
        return self._one("programme", tuple(known), default)

    def series(self, known: Iterable[Series], default: Series) -> Series:
        """The series asked for, if the programme has it."""
        return Series(self._one("series", tuple(s.value for s in known), default.value))

    def view(self, language: str, programme: str, series: Series, choices: Choices) -> View:
        """The whole view, given what may be chosen."""
        as_of = self._day("as_of", choices) or choices.default_date
        compared = self._day("compared_with", choices)
        if compared is not None and compared >= as_of:
            self.problems.append("compared_with")
            compared = None
        return View(
            language=language,
            programme=programme,
            series=series,
            as_of=as_of,
            compared_with=compared,
            axes=self._several("axis", choices.axes),
            categories=self._several("category", choices.categories),
            sort=self._one("sort", SORTS, SORTS[0]),  # type: ignore[arg-type]  # one of SORTS by construction
            level=self._one("level", choices.levels, LEVELS[0]),
            regions=self._codes("region", choices),
            calls=self._codes("call", choices),
            beneficiaries=self._codes("beneficiary", choices),
            project=self._project(choices),
            page=self._page(choices),
        )

    def _one(self, key: str, known: tuple[str, ...], default: str) -> str:
        values = self.query.get(key, [])
        if not values:
            return default
        if len(values) == 1 and values[0] in known:
            return values[0]
        self.problems.append(key)
        return default

    def _several(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        values = self.query.get(key, [])
        if any(value not in known for value in values):
            self.problems.append(key)
        return tuple(code for code in known if code in values)

    def _codes(self, key: str, choices: Choices) -> tuple[str, ...]:
        """The codes of a level that projects have, in the order of the address, each once; the others are named."""
        values = tuple(dict.fromkeys(self.query.get(key, [])))
        if not values:
            return ()
        asked = values[:MOST_CODES]
        if len(choices.levels) == 1:
            found: Collection[str] = ()
        else:
            found = (*REGIONS, *OFF_THE_MAP) if key == "region" else {*choices.known(key, asked), UNKNOWN_CODE}
        kept = tuple(code for code in asked if code in found)
        if kept != values:
            self.problems.append(key)
        return kept

    def _project(self, choices: Choices) -> str | None:
        """The one project to be opened, if the programme has it."""
        values = self.query.get("project", [])
        if not values:
            return None
        if len(values) == 1 and values[0] in choices.known("project", (values[0],)):
            return values[0]
        self.problems.append("project")
        return None

    def _page(self, choices: Choices) -> int:
        """The page of the ranking; the page shows its last one where there are fewer."""
        values = self.query.get("page", [])
        if not values:
            return 1
        if len(choices.levels) > 1 and len(values) == 1 and re.fullmatch("[1-9][0-9]{0,5}", values[0]):
            return min(int(values[0]), LAST_PAGE)
        self.problems.append("page")
        return 1

    def _day(self, key: str, choices: Choices) -> date | None:
        """A day between the first and the last that the programme has data for; any other falls back."""
        values = self.query.get(key, [])
        if not values:
            return None
        try:
            day = date.fromisoformat(values[0]) if re.fullmatch(_DAY, values[0]) else None
        except ValueError:
            day = None
        last = max((*choices.dates, choices.default_date))
        if day is None or len(values) > 1 or not choices.dates or not choices.dates[0] <= day <= last:
            self.problems.append(key)
            return None
        return day


def as_query(parameters: Mapping[str, str | list[str]]) -> Query:
    """The query with a list per key."""
    return {key: [value] if isinstance(value, str) else list(value) for key, value in parameters.items()}
