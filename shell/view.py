"""The view: what is shown, in codes. It is read from the address and written to it, so that a view is a link."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from data_model.vocabulary import Series
from metrics.commitment_gaps import Sort
from metrics.progress import Scope
from texts import LANGUAGES

Query = dict[str, list[str]]
DEFAULT_LANGUAGE = "it"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SORTS: tuple[Sort, ...] = ("amount", "rate")


@dataclass(frozen=True)
class Choices:
    """What may be chosen for one programme and series."""

    series: tuple[Series, ...]
    dates: tuple[date, ...]
    default_date: date
    axes: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What is shown. `compared_with` None compares with nothing; empty axes or categories mean all."""

    language: str
    programme: str
    series: Series
    as_of: date
    compared_with: date | None = None
    axes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sort: Sort = "amount"

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
        return found

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
