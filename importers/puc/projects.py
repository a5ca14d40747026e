"""Puts the lines of one project together: its position in each programme, its indicators, and what is left out of it.

Which programme has which money. The programmes of a project are those that AP04 gives as active. The first, by its code, has
what no table divides by programme (FN04, FN06, FN09); FN01, FN05 and FN07 name the programme, and each has its own. So a
project in two programmes has a position in each, and no amount twice; each names the other in `shared_with`.
Commitments are FN05, those admitted to the programme; of a project without any, FN04.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby

from data_model.records import (
    AcceptedRow,
    AxisRecord,
    Notes,
    PositionRecord,
    ProgrammeRecord,
    Record,
    SkippedRow,
    SourceRecord,
)
from data_model.vocabulary import SEVERAL_REGIONS, DateBasis, System
from importers.puc.calls import Calls
from importers.puc.entries import Entry
from importers.puc.indicators import Indicators
from importers.puc.late import Late
from importers.puc.lines import MONEY
from importers.reading import Context

LONGEST_AXIS = 20

INACTIVE, OTHER_PROGRAMME, CANCELLED = "inactive", "other_programme", "cancelled"
_LEVELS = ("FN01", "FN05", "FN07", "FN09")
"""Tables that name the level of the programme, in the order in which they are believed."""


@dataclass
class Setting:
    """What is the same for all projects of a package. `programme`: that of all of them where there is no AP04."""

    context: Context
    source: str
    own_source: SourceRecord | None
    as_of: date
    basis: DateBasis
    file: str
    calls: Calls
    levels: Mapping[str, str]
    persons: list[str]
    indicators: Indicators
    late: Late
    programme: str | None = None
    taught: frozenset[str] = frozenset()
    """The projects that have courses."""
    homes: dict[str, tuple[str | None, str | None, str]] = field(default_factory=dict)
    """Of projects that have courses: programme, axis, and the reason for which the project is left out (or nothing)."""
    named: set[tuple[str, str | None]] = field(default_factory=set)

    @property
    def notes(self) -> Notes:
        """Where is said what was noticed."""
        return self.context.notes

    def remember(self, project: str, programme: str | None, axis: str | None, left_out: str) -> None:
        """Keep what courses need of their project."""
        if project in self.taught:
            self.homes[project] = (programme, axis, left_out)


@dataclass
class Tally:
    """Lines and what they add up to; cents None as long as none gives an amount."""

    lines: int = 0
    cents: int | None = None

    def add(self, cents: int | None) -> None:
        """Count one line more."""
        self.lines += 1
        if cents is not None:
            self.cents = cents + (self.cents or 0)


class Project:
    """The lines of one project, taken table by table."""

    def __init__(self, code: str, setting: Setting) -> None:
        self.code = code
        self._setting = setting
        self.head: Entry | None = None
        self.head_cancelled = False
        self.active: dict[str, int] = {}
        self.inactive: set[str] = set()
        self._calls: list[str] = []
        self._regions: set[str] = set()
        self._beneficiaries: list[tuple[str, str]] = []
        self._state = ("", "")
        self._money: dict[tuple[str, str], Tally] = {}
        self._by_level: dict[tuple[str, str], dict[str, int]] = {}
        self._committed_on: dict[tuple[str, str], str] = {}
        self._indicators: list[Entry] = []
        self._lines: list[tuple[str, int]] = []
        """(table, line) of the few lines that are no amounts: they are refused with the project if it is."""
        self._cancelled: dict[str, Tally] = {}
        self._first_cancelled = 0

    # --- taking lines -----------------------------------------------------------------------------------------

    def take(self, entries: Iterable[Entry]) -> None:
        """All its lines, sorted by table and key. Lines with one key are one record, unless they differ or one cancels."""
        for (code, _), same in groupby(entries, key=lambda e: (e.code, e.key)):
            first, *rest = same
            if first.cancels or (rest and any(entry.cancels for entry in rest)):
                for entry in (first, *rest):
                    self._cancel(entry)
                continue
            if not rest or all(entry.values == first.values for entry in rest):
                self._keep(code, first)
            else:
                self._setting.late.add(code, first.line, "repeated_key")
            for entry in rest:
                self._setting.late.add(code, entry.line, "repeated_key")

    def _cancel(self, entry: Entry) -> None:
        if entry.code == "AP00":
            self.head_cancelled = True
        self._first_cancelled = self._first_cancelled or entry.line
        self._cancelled.setdefault(entry.code, Tally()).add(_cents(entry))

    def _keep(self, code: str, entry: Entry) -> None:
        if code == "AP00":
            self.head = entry
            self._lines.append((code, entry.line))
        elif self.head is None and not self.head_cancelled:
            self._setting.late.add(code, entry.line, "unknown_project")
        elif code in MONEY:
            self._keep_money(code, entry)
        elif code == "IN01":
            self._indicators.append(entry)
        else:
            self._lines.append((code, entry.line))
            self._keep_fact(code, entry)

    def _keep_fact(self, code: str, entry: Entry) -> None:
        if code == "AP01":
            self._calls.append(entry.key)
        elif code == "AP04":
            if entry.values[0] == "2":
                self.inactive.add(entry.key)
            else:
                self.active[entry.key] = entry.line
        elif code == "AP06":
            self._regions.add(entry.values[0])
        elif code == "PR01":
            self._state = max(self._state, (entry.key, entry.values[0]))
        elif code == "SC00" and entry.values[0]:
            self._beneficiaries.append((entry.values[0], entry.values[1]))

    def _keep_money(self, code: str, entry: Entry) -> None:
        _, day, kind, programme, level = entry.values
        owner = self._owner(programme)
        if owner is None:
            self._setting.late.add(code, entry.line, "not_in_ap04" if self.active or self.inactive else "no_programme")
            return
        cents = _cents(entry)
        self._money.setdefault((owner, code), Tally()).add(cents)
        if level:
            levels = self._by_level.setdefault((owner, code), {})
            levels[level] = levels.get(level, 0) + (cents or 0)
        if kind == "I":
            self._committed_on[owner, code] = max(day, self._committed_on.get((owner, code), ""))

    def _owner(self, programme: str) -> str | None:
        """The programme whose money a line is, or the reason for which it is left out; None if it may not be there."""
        if self.head_cancelled:
            return CANCELLED
        if self._setting.programme is not None:
            return self._setting.programme if programme in ("", self._setting.programme) else OTHER_PROGRAMME
        if not self.active:
            return INACTIVE if self.inactive else None
        if programme == "":
            return self.first
        if programme in self.active:
            return programme
        return INACTIVE if programme in self.inactive else None

    # --- giving rows ------------------------------------------------------------------------------------------

    @property
    def first(self) -> str:
        """The programme that has what is not divided."""
        return self._setting.programme or min(self.active)

    @property
    def programmes(self) -> list[str]:
        """Its active programmes, the first one first."""
        return [self._setting.programme] if self._setting.programme is not None else sorted(self.active)

    def rows(self) -> Iterator[AcceptedRow | SkippedRow]:
        """What becomes of it: one row per programme, then what is left out."""
        if self.head_cancelled:
            yield from self._left_out(CANCELLED, sum(t.lines for t in self._cancelled.values()) + self._count(CANCELLED))
            return
        if self.head is not None and self.programmes:
            for programme in self.programmes:
                yield self._row(programme)
            yield from self._part(INACTIVE)
            yield from self._part(OTHER_PROGRAMME)
        elif self.head is not None and self.inactive:
            self._setting.remember(self.code, None, None, INACTIVE)
            yield SkippedRow(self.head.line, INACTIVE, (), self._sums(INACTIVE), self._count(INACTIVE))
        else:
            for code, line in (*self._lines, *(("IN01", entry.line) for entry in self._indicators)):
                self._setting.late.add(code, line, "no_programme")
        yield from self._left_out(CANCELLED, sum(t.lines for t in self._cancelled.values()))

    def _row(self, programme: str) -> AcceptedRow | SkippedRow:
        assert self.head is not None
        first = programme == self.first
        code, line = ("AP00", self.head.line) if first else ("AP04", self.active[programme])
        sums, wanted = self._sums(programme), self._setting.context.wants(programme)
        axis = self._axis(programme) if wanted else None
        if first:
            self._setting.remember(self.code, programme, axis, "" if wanted else OTHER_PROGRAMME)
        if not wanted:
            lines = self._count(programme) if first else 1 + self._money_lines(programme)
            return SkippedRow(line, OTHER_PROGRAMME, (), sums, lines)
        position = self._position(programme, line, axis, code)
        lines = 1 + self._money_lines(programme)
        if first:
            lines = len(self._lines) - (len(self.active) - 1 if self.active else 0) + self._money_lines(programme)
            lines += self._setting.calls.lines(position.call_code)
            for entry in self._indicators:
                self._setting.indicators.add(programme, axis, entry)
        return AcceptedRow(line, (*self._names(programme, axis), position), sums, code, None, lines)

    def _names(self, programme: str, axis: str | None) -> Iterator[Record]:
        """What the first row of a source, a programme, an axis makes known."""
        named = self._setting.named
        if not named and self._setting.own_source is not None:
            yield self._setting.own_source
        if (programme, None) not in named:
            named.add((programme, None))
            yield ProgrammeRecord(programme, programme, "it")
        if axis is not None and (programme, axis) not in named:
            named.add((programme, axis))
            yield AxisRecord(programme, axis)

    def _position(self, programme: str, line: int, axis: str | None, code: str) -> PositionRecord:
        assert self.head is not None
        title, cup, started, planned, ended, local_call = self.head.values
        amounts, others = self._sums(programme), [other for other in self.programmes if other != programme]
        call = self._call or local_call or None
        beneficiary, name = self._beneficiary
        committed_on = self._committed_on.get((programme, "FN05" if self._uses_fn05 else "FN04"))
        if others and programme == self.first:
            self._setting.notes.add("shared_projects", self.code)
        return PositionRecord(
            system=System.PUC,
            project_code=self.code,
            as_of=self._setting.as_of,
            date_basis=self._setting.basis,
            programme_code=programme,
            title=title,
            source_id=self._setting.source,
            place_in_source=f"{self._setting.file}/{code}:{line}",
            shared_with=";".join(others) or None,
            axis_code=axis,
            call_code=call,
            call_name=self._setting.calls.name(call),
            beneficiary_code=beneficiary,
            beneficiary_name=name,
            region_code=SEVERAL_REGIONS if len(self._regions) > 1 else next(iter(self._regions), None),
            cup=cup or None,
            status=self._state[1] or None,
            started_on=_day(started),
            planned_end_on=_day(planned),
            ended_on=_day(ended),
            committed_on=_day(committed_on),
            admitted_cents=amounts.get("admitted"),
            committed_cents=amounts.get("committed"),
            paid_cents=amounts.get("paid"),
            reported_cents=amounts.get("reported"),
            certified_cents=amounts.get("certified"),
        )

    @cached_property
    def _call(self) -> str | None:
        """Of several calls the first by its code, and this is said."""
        if len(self._calls) > 1:
            self._setting.notes.add("several_calls", self.code)
        return min(self._calls, default=None)

    @cached_property
    def _beneficiary(self) -> tuple[str | None, str | None]:
        """Code and name; of a natural person the name only, after a ~. Of several the first by its code; this is said."""
        found = sorted(self._said(code, name) for code, name in self._beneficiaries)
        if len(found) > 1:
            self._setting.notes.add("several_beneficiaries", self.code)
        return found[0] if found else (None, None)

    def _said(self, code: str, name: str) -> tuple[str, str]:
        if not code.startswith("~"):
            return code, name
        person = self._setting.persons[int(code[1:])]
        return f"~{person}"[:120], person

    def _axis(self, programme: str) -> str | None:
        """The level on which the project has most money in the first table that names one."""
        levels = next((found for t in _LEVELS if (found := self._by_level.get((programme, t)))), None)
        if levels is None:
            return None
        axes: dict[str, int] = {}
        for level, cents in levels.items():
            axis = self._setting.levels.get(level, level)
            axes[axis] = axes.get(axis, 0) + cents
        if len(axes) > 1:
            self._setting.notes.add("several_axes", self.code)
        axis = min(axes, key=lambda code: (-axes[code], code))
        if len(axis) > LONGEST_AXIS:
            self._setting.notes.add("axis_not_understood", axis)
            return None
        return axis

    @property
    def _uses_fn05(self) -> bool:
        return any(code == "FN05" and owner not in (INACTIVE, OTHER_PROGRAMME) for owner, code in self._money)

    def _sums(self, owner: str) -> dict[str, int]:
        """Cents by stage of the lines of one owner."""
        found = {code: tally.cents for (whose, code), tally in self._money.items() if whose == owner}
        return self._by_stage(found)

    def _by_stage(self, found: Mapping[str, int | None]) -> dict[str, int]:
        unused = "FN04" if self._uses_fn05 else ""
        sums: dict[str, int] = {}
        for code, cents in found.items():
            if cents is not None and code != unused:
                stage = MONEY[code].stage
                sums[stage] = sums.get(stage, 0) + cents
        return sums

    def _part(self, reason: str) -> Iterator[SkippedRow]:
        """Money of a programme that is left out."""
        if lines := self._money_lines(reason):
            assert self.head is not None
            yield SkippedRow(self.head.line, reason, (), self._sums(reason), lines)

    def _left_out(self, reason: str, lines: int) -> Iterator[SkippedRow]:
        """What was cancelled, line by line or with the whole project."""
        if not lines:
            return
        sums = self._by_stage({code: tally.cents for code, tally in self._cancelled.items() if code in MONEY})
        for stage, cents in self._sums(reason).items():
            sums[stage] = sums.get(stage, 0) + cents
        if self.head_cancelled:
            self._setting.remember(self.code, None, None, CANCELLED)
        yield SkippedRow(self._first_cancelled, reason, (), sums, lines)

    def _money_lines(self, owner: str) -> int:
        return sum(tally.lines for (whose, _), tally in self._money.items() if whose == owner)

    def _count(self, owner: str) -> int:
        """All lines of a project that is left out as a whole."""
        extra = len(self.active) - 1 if self.active and owner in self.active else 0
        return len(self._lines) - extra + len(self._indicators) + self._money_lines(owner)


def project_rows(lines: Iterable[Entry], setting: Setting) -> Iterator[AcceptedRow | SkippedRow]:
    """The rows of all projects, from entries sorted by project, table and key."""
    for code, entries in groupby(lines, key=lambda e: e.project):
        project = Project(code, setting)
        project.take(entries)
        yield from project.rows()


def _cents(entry: Entry) -> int | None:
    return int(entry.values[0]) if entry.code in MONEY and entry.values[0] else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
