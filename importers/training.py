"""Training in PUC and SIGMA: FO00 (courses) and SC01 (participants), counted while they are read.

Of a participant nothing is kept: a fiscal code becomes a number under a key that is made for this reading and never leaves
the memory, and only to count a person once per course. Rows of SC01 that are refused keep neither cells nor values.

Few persons could be told from a count. One of less than five is not given. In a breakdown the smallest cell of five or more
is left out with those of less, and all cells that equal it: what is left out then holds two different numbers at least, and
which of them is whose cannot be told, not even by who knows this rule. Where no cell has five, or the course itself has not,
there is no breakdown: the names of its cells would say too much. A course of several years is counted as a whole: SC01 does
not say in which of them a person took part.

Measures: trainees_involved (persons), trainees_by_sex, trainees_by_state (`breakdown_code` as in SESSO and
STATO_PARTECIPANTE; `-` where it is empty, MULTI where rows of one person differ). The codes of the state are those of a
table of the protocol that was not at hand: they are kept as they are.
"""

import re
import secrets
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from data_model.records import (
    AcceptedRow,
    FigureRecord,
    ParsedRow,
    Record,
    RefusedRow,
    SkippedRow,
    SubjectAxisRecord,
    SubjectRecord,
)
from data_model.vocabulary import DateBasis, Firmness, Series, SubjectKind, Unit
from importers.puc import values
from importers.puc.late import Late
from importers.puc.lines import LONGEST_PROJECT, checked_row, refused
from importers.puc.tables import PucTable
from importers.reading import BadValue, one_line

FEWEST = 5
"""Counts below are not given."""

SUPPRESSED = "meno di 5"
SUPPRESSED_CELL = "non indicato: meno di 5, o taciuto perché non si ricavi"

SEVERAL, UNSAID = "MULTI", "-"
_STATE = re.compile(r"[A-Za-z0-9]{1,3}")
_LONGEST_CODE = 60

Course = tuple[str, str]
"""Project, course."""

Home = tuple[str | None, str | None, str]
"""Of a project: programme, axis, and the reason for which it is left out (or nothing)."""


@dataclass
class Year:
    """One line of FO00."""

    line: int
    index: int | None
    title: str
    cancels: bool


@dataclass
class People:
    """The participants of one course while they are counted: sex and state by what stands for a person."""

    seen: dict[int, tuple[str, str]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    lines: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, person: int, sex: str, state: str) -> None:
        """One row; a person who was there before is not counted again."""
        known = self.seen.get(person)
        if known is not None:
            sex, state = (new if new == old else SEVERAL for new, old in zip((sex, state), known, strict=True))
        self.seen[person] = (sex, state)

    def counted(self) -> list[tuple[str, str]]:
        """(sex, state) of each person who was not cancelled."""
        return [found for person, found in self.seen.items() if person not in self.gone]


class Training:
    """The courses of a package."""

    def __init__(self) -> None:
        self._years: dict[Course, list[Year]] = {}
        self._people: dict[Course, People] = {}
        self._named = False
        self._key = secrets.token_bytes(32)

    def load(self, tables: Mapping[str, PucTable]) -> Iterator[RefusedRow]:
        """Read and count; the rows that cannot be taken."""
        if courses := tables.get("FO00"):
            self._named = True
            yield from self._courses(courses)
        if participants := tables.get("SC01"):
            yield from self._participants(participants)

    @property
    def projects(self) -> frozenset[str]:
        """The projects that have courses."""
        return frozenset(project for project, _ in (*self._years, *self._people))

    def rows(self, homes: Mapping[str, Home], about: "About", late: Late) -> Iterator[ParsedRow]:
        """One row per course; `homes` has the projects that are known, empty where the package has no projects at all."""
        for course in sorted({*self._years, *self._people}):
            years = self._years.get(course, [])
            people = self._people.get(course, People())
            if any(year.cancels for year in years) and not (years := self._standing(years)):
                yield SkippedRow(
                    self._years[course][0].line, "cancelled", lines=len(self._years[course]) + len(people.lines)
                )
                continue
            cancelled = len(self._years.get(course, ())) - len(years)
            if cancelled:
                yield SkippedRow(self._years[course][0].line, "cancelled", lines=cancelled)
            yield from self._course(course, years, people, homes, about, late)
        self._people.clear()

    def _standing(self, years: list[Year]) -> list[Year]:
        gone = {year.index for year in years if year.cancels}
        return [year for year in years if year.index not in gone]

    def _course(
        self, course: Course, years: list[Year], people: People, homes: Mapping[str, Home], about: "About", late: Late
    ) -> Iterator[ParsedRow]:
        programme, axis, left_out = homes.get(
            course[0], (about.programme, None, "" if about.programme else "unknown_project")
        )
        line, part = (years[0].line, "FO00") if years else (people.lines[0], "SC01")
        if left_out == "unknown_project":
            for year in years:
                late.add("FO00", year.line, left_out)
            for number in people.lines:
                late.add("SC01", number, left_out)
        elif left_out or programme is None:
            yield SkippedRow(line, left_out or "other_programme", lines=len(years) + len(people.lines))
        else:
            records = (*_subject(programme, axis, course, years), *_figures(programme, axis, course, years, people, about))
            yield AcceptedRow(line, records, {}, part, None, len(years) + len(people.lines))

    # --- reading ----------------------------------------------------------------------------------------------

    def _courses(self, table: PucTable) -> Iterator[RefusedRow]:
        for number, cells in table.rows():
            try:
                row = checked_row(table, cells)
                course, year = _course_of(row, "cod_corso"), _year(row, number)
            except BadValue as bad:
                yield refused(table, number, cells, bad)
                continue
            same = self._years.setdefault(course, [])
            if any(other.index == year.index and other.cancels == year.cancels for other in same):
                yield refused(table, number, cells, BadValue("indice_annualita", row["indice_annualita"], "repeated_key"))
            else:
                same.append(year)

    def _participants(self, table: PucTable) -> Iterator[RefusedRow]:
        for number, cells in table.rows():
            try:
                row = checked_row(table, cells)
                course, person = _course_of(row, "codice_corso"), self._person(row)
                sex, state, gone = _sex(row), _state(row), values.cancels(row)
                if self._named and course not in self._years:
                    raise BadValue("codice_corso", "", "unknown_course")
            except BadValue as bad:
                yield refused(table, number, cells, bad)
                continue
            people = self._people.setdefault(course, People())
            people.lines.append(number)
            if gone:
                people.gone.add(person)
            else:
                people.add(person, sex, state)

    def _person(self, row: Mapping[str, str]) -> int:
        """What stands for a person while they are counted. Raises BadValue, without the value."""
        code = row["codice_fiscale"].upper()
        if not code or "*" in code:
            raise BadValue("codice_fiscale", "", "missing")
        return int.from_bytes(blake2b(code.encode(), key=self._key, digest_size=8).digest())


@dataclass(frozen=True)
class About:
    """What is the same for all figures. `programme`: that of a package without projects."""

    source: str
    as_of: date
    basis: DateBasis
    place: str
    programme: str | None = None


def _course_of(row: Mapping[str, str], column: str) -> Course:
    """Project and course. Raises BadValue; a fiscal code in the place of a course is none."""
    project, course = values.text(row, "cod_locale_progetto", LONGEST_PROJECT), values.text(row, column, _LONGEST_CODE)
    if values.PERSON.fullmatch(course):
        raise BadValue(column, "", "unknown_code")
    return project, course


def _year(row: Mapping[str, str], number: int) -> Year:
    index = row["indice_annualita"].lstrip("0")
    if index and not (index.isdecimal() and len(index) <= 2):
        raise BadValue("indice_annualita", row["indice_annualita"], "not_a_number")
    title = one_line(row["titolo_corso"])
    return Year(number, int(index) if index else None, title, values.cancels(row))


def _sex(row: Mapping[str, str]) -> str:
    sex = row["sesso"].upper()
    if sex not in ("M", "F", ""):
        raise BadValue("sesso", "", "unknown_code")
    return sex or UNSAID


def _state(row: Mapping[str, str]) -> str:
    state = row["stato_partecipante"]
    if state and not _STATE.fullmatch(state):
        raise BadValue("stato_partecipante", "", "unknown_code")
    return state.upper() or UNSAID


# --- records ----------------------------------------------------------------------------------------------------


def subject_code(course: Course) -> str:
    """Project and course; where that is too long, the beginning of it and what tells it from others."""
    whole = "/".join(course)
    if len(whole) <= _LONGEST_CODE:
        return whole
    return f"{whole[:43]}~{blake2b(whole.encode(), digest_size=8).hexdigest()}"


def _subject(programme: str, axis: str | None, course: Course, years: list[Year]) -> Iterator[Record]:
    title = min((year.title for year in years if year.title), default=course[1])
    yield SubjectRecord(programme, SubjectKind.TRAINING, subject_code(course), title)
    if axis is not None:
        yield SubjectAxisRecord(programme, SubjectKind.TRAINING, subject_code(course), axis)


def _figures(
    programme: str, axis: str | None, course: Course, years: list[Year], people: People, about: About
) -> Iterator[Record]:
    """The counts of a course. A course without participants has none: it is not said that nobody took part."""
    counted = people.counted()
    if not counted:
        return

    def figure(measure: str, count: int | None, breakdown: str | None, hidden: str) -> FigureRecord:
        return FigureRecord(
            programme_code=programme,
            series=Series.PUC,
            subject_kind=SubjectKind.TRAINING,
            subject_code=subject_code(course),
            axis_code=axis,
            breakdown_code=breakdown,
            cohort=years[0].index if len(years) == 1 else None,
            measure=measure,
            unit=Unit.COUNT,
            amount_cents=None,
            quantity_thousandths=None if count is None else count * 1000,
            firmness=Firmness.NOT_GIVEN if count is None else Firmness.DERIVED,
            wording=hidden if count is None else str(count),
            source_id=about.source,
            place=about.place,
            as_of=about.as_of,
            date_basis=about.basis,
        )

    total = None if len(counted) < FEWEST else len(counted)
    yield figure("trainees_involved", total, None, SUPPRESSED)
    for measure, index in (("trainees_by_sex", 0), ("trainees_by_state", 1)):
        cells = Counter(found[index] for found in counted)
        for code, count in sorted(shown(cells).items()):
            yield figure(measure, count, code, SUPPRESSED_CELL)


def shown(cells: Mapping[str, int]) -> dict[str, int | None]:
    """The cells of a breakdown, None for those that may not be shown; empty where none of them may even be named."""
    enough = [count for count in cells.values() if count >= FEWEST]
    if len(enough) == len(cells):
        return dict(cells)
    if not enough:
        return {}
    return {code: None if count <= min(enough) else count for code, count in cells.items()}
