"""OpenCoesione's projects: one row per project at the date that the row carries, in every dialect of the record.

The native CSV, the extended record of 199 columns, its parquet, the zip of a download and what pandas makes of them. What
a row names several of is joined by `:::`, in parallel order. A project of two programmes has one set of amounts: it stays
with the first, and the position names the others.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import NamedTuple

from data_model.records import (
    AcceptedRow,
    AxisRecord,
    ParsedRow,
    PositionRecord,
    ProgrammeRecord,
    ReferenceRecord,
    RefusedRow,
    SkippedRow,
)
from data_model.vocabulary import DateBasis, System
from importers.columns import note_columns
from importers.data_sets import PROJECTS
from importers.opencoesione_columns import (
    BENEFICIARIES,
    DATES,
    MEASURES,
    OTHER_RELEASES,
    PERSONAL,
    READ,
    RECORD,
    SYNONYMS,
    Columns,
)
from importers.opencoesione_values import (
    PARTS,
    Days,
    cents_reader,
    code,
    code_of_name,
    decimal_mark,
    is_personal,
    masked,
    masked_anywhere,
    parts,
    programme_of_name,
    region_of_code,
    region_of_name,
)
from importers.reading import BadValue, Context, Table

_FLAG = Columns._fields.index("flag")
_HOME = slice(Columns._fields.index("programme"), Columns._fields.index("cycle") + 1)
_SYSTEM, _STATED = System.OPENCOESIONE.value, DateBasis.STATED.value
_AMOUNTS = slice(-len(MEASURES), None)
_UNKNOWN_AXIS = ("", "0", "(assente)")
_REMEMBERED = 20_000
"""What a reader remembers of texts that come again; beyond that it starts anew, so that memory stays flat."""


def parse(table: Table, context: Context) -> Iterator[ParsedRow]:
    """One parsed row per project; what is not published or of another programme is skipped."""
    return _Projects(table, context).rows()


class _Key(NamedTuple):
    """The cells that say which programme, axis and fund a project is of."""

    programme: str
    programme_name: str
    axis: str
    axis_name: str
    source: str
    fund: str
    cycle: str


@dataclass(slots=True)
class _Home:
    """Where a project belongs. `place` is that of its programme among those of the row; `fresh` until a row told it."""

    programme: ProgrammeRecord
    axis: AxisRecord | None
    axis_code: str | None
    others: str | None
    fund: str | None
    place: int
    wanted: bool
    several_axes: bool
    fresh: bool = True


class _Homes(dict[tuple[str, ...], _Home]):
    """Homes by the cells that tell them, worked out once each."""

    def __init__(self, context: Context, *, named_only: bool, unnamed: bool) -> None:
        super().__init__()
        self._context = context
        self._named_only = named_only
        self._only = context.required_programme() if unnamed else None

    def __missing__(self, cells: tuple[str, ...]) -> _Home:
        if len(self) > _REMEMBERED:
            self.clear()
        self[cells] = made = self._home(_Key(*cells))
        return made

    def _home(self, key: _Key) -> _Home:
        codes, names = parts(key.programme), parts(key.programme_name)
        if self._only is not None:
            codes = [self._only]
        elif self._named_only:
            codes = [name and programme_of_name(name) for name in names]
        place = next((i for i, found in enumerate(codes) if found), None)
        if place is None:
            raise BadValue(READ.programme_name if self._named_only else READ.programme, "", "missing")
        programme = _within(codes[place], 50, READ.programme)
        axes = parts(key.axis)
        axis = _within(code(_at(axes, place)), 20, READ.axis)
        source = _at(parts(key.source), place)
        others = [other for other in dict.fromkeys(codes) if other and other != programme]
        return _Home(
            programme=ProgrammeRecord(
                programme,
                _at(names, place) or programme,
                "it",
                source if 0 < len(source) <= 20 else None,
                _at(parts(key.cycle), place) or None,
            ),
            axis=None if axis in _UNKNOWN_AXIS else _axis(programme, axis, _at(parts(key.axis_name), place)),
            axis_code=None if axis in _UNKNOWN_AXIS else axis,
            others=";".join(others) or None,
            fund=_at(parts(key.fund), place) or source or None,
            place=place,
            wanted=any(self._context.wants(found) for found in codes if found),
            several_axes=len({a for c, a in zip(codes, axes, strict=False) if c == programme}) > 1,
        )


def _at(values: list[str], place: int) -> str:
    """The value that goes with a place; where there is one for all, that one."""
    return values[place] if place < len(values) else values[0] if len(values) == 1 else ""


def _axis(programme: str, axis: str, name: str) -> AxisRecord:
    """The axis, with its name if that says something: some are a single dot."""
    named = any(letter.isalnum() for letter in name)
    return AxisRecord(programme, axis, name if named else None, "it" if named else None, overwrite=False)


def _within(text: str, length: int, column: str) -> str:
    if len(text) > length:
        raise BadValue(column, text, "too_long")
    return text


class _Places(dict[tuple[str, str, str, str], tuple[str | None, str | None]]):
    """(code of the region, place in words) by the four cells that tell them. A region that is none is noted and unknown."""

    def __init__(self, context: Context, *, by_name: bool) -> None:
        super().__init__()
        self._notes = context.notes
        self._by_name = by_name

    def __missing__(self, cells: tuple[str, str, str, str]) -> tuple[str | None, str | None]:
        if len(self) > _REMEMBERED:
            self.clear()
        levels = [", ".join(dict.fromkeys(part for part in parts(cell) if part)) for cell in cells[1:]]
        self[cells] = made = (self._region(cells), " · ".join(level for level in levels if level) or None)
        return made

    def _region(self, cells: tuple[str, str, str, str]) -> str | None:
        texts, read = (parts(cells[1]), region_of_name) if self._by_name else (parts(cells[0]), region_of_code)
        found = set()
        for text in texts:
            try:
                found.add(read(text))
            except BadValue:
                self._notes.add("unknown_region", text)
        found.discard(None)
        return "MULTI" if len(found) > 1 else next(iter(found), None)


class _Projects:
    """Reads the rows of one table."""

    def __init__(self, table: Table, context: Context) -> None:
        names = [SYNONYMS.get(name, name) for name in table.names]
        self._table, self._context, self._notes = table, context, context.notes
        self._width, self._name, self._rounded = len(names), table.name, table.rounded
        self._columns = self._used(names)
        indexes = {name: index for index, name in reversed(list(enumerate(names)))}
        self._indexes = {field: indexes.get(name, self._width) for field, name in self._columns._asdict().items()}
        self._personal = [indexes[name] for name in PERSONAL if name in indexes]
        has_code, has_name = self._has("programme"), self._has("programme_name")
        self._named_only = has_name and not has_code
        self._homes = _Homes(context, named_only=self._named_only, unnamed=not (has_code or has_name))
        self._places = _Places(context, by_name=not self._has("region"))
        self._cents = cents_reader(decimal_mark(table), rounded=table.rounded)
        self._days = Days(rounded=table.rounded)
        self._source = context.source or PROJECTS.id
        self._as_of = context.as_of if self._has("as_of") else context.required_date()
        self._as_of_basis = context.date_basis.value
        self._told: set[object] = set()
        self._counts = dict.fromkeys(("first_programme", "first_axis", "first_beneficiary", "impossible_day"), 0)
        if table.rounded:
            self._notes.add("rounded_amounts")

    def _has(self, field: str) -> bool:
        return self._indexes[field] < self._width

    def _used(self, names: list[str]) -> Columns:
        """The columns to be read; who stands for the beneficiary is found out and told."""
        there = next((pair for pair in BENEFICIARIES if set(pair) & set(names)), BENEFICIARIES[0])
        if there != BENEFICIARIES[0]:
            self._notes.add("beneficiary_from", there[1].upper())
        used = READ._replace(beneficiary=there[0], beneficiary_name=there[1])
        note_columns(self._table, self._notes, read=set(used), left=(RECORD | OTHER_RELEASES) - set(used), synonyms=SYNONYMS)
        return used

    def rows(self) -> Iterator[ParsedRow]:
        """One parsed row per row of the table, in its order."""
        try:
            for line, picked, written in self._table.picked(tuple(self._indexes.values())):
                if picked is None:
                    cells = self._table.cells_of(written)
                    kept = _without_nul(map(masked_anywhere, cells))
                    yield RefusedRow(line, None, str(len(cells)), "wrong_width", cells=kept)
                    continue
                values = list(map(str.strip, picked))
                try:
                    yield self._row(line, values, written)
                except BadValue as bad:
                    yield self._refused(line, values, written, bad)
        finally:
            for name, count in self._counts.items():
                if count:
                    self._notes.add(name, count=count)

    def _row(self, line: int, values: list[str], written: str) -> ParsedRow:
        """The row as a position, or skipped. Raises BadValue."""
        if "\0" in written:
            raise BadValue("", "", "nul_character")
        home = self._homes[tuple(values[_HOME])]
        if not home.wanted:
            return SkippedRow(line, "other_programme", (), self._readable(values))
        if values[_FLAG] not in ("0", "") and _is_hidden(values[_FLAG]):
            return SkippedRow(line, "not_published", (), self._readable(values))
        cents = [self._cents(text) if text else None for text in values[_AMOUNTS]]
        position = self._position(line, values, home, cents)
        records = (*self._names(home), position) if home.fresh else (position,)
        sums = {name: amount for name, amount in zip(MEASURES, cents, strict=True) if amount is not None}
        return AcceptedRow(line, records, sums, None, partial(self._kept, written))

    def _position(self, line: int, values: list[str], home: _Home, cents: list[int | None]) -> PositionRecord:
        """The project at its date. Raises BadValue."""
        (number, title, _, _, _, _, _, _, _, call, call_name, beneficiary, beneficiary_name, region, region_name, province,
         town, cup, status, theme, _, as_of, started, planned, ended, *_) = values  # fmt: skip
        days = self._days
        day = days[as_of] or self._as_of
        if day is None or not number:
            raise BadValue(READ.code if day else READ.as_of, "", "missing")
        if PARTS in call or PARTS in call_name or call.endswith(".0"):
            call, call_name = code(_at(parts(call), home.place)), _at(parts(call_name), home.place)
        if len(beneficiary) != 11 or PARTS in beneficiary_name or not beneficiary.isdigit():
            beneficiary, beneficiary_name = self._beneficiary(beneficiary, beneficiary_name)
        region_code, place = self._places[region, region_name, province, town]
        dates = (days[started], days[planned], days[ended])
        if home.others or home.several_axes or days.impossible:
            self._count(home, (as_of, started, planned, ended))
        return PositionRecord._make(  # half the time of naming each
            (
                _SYSTEM,
                number,
                day,
                _STATED if as_of else self._as_of_basis,
                home.programme.code,
                title or number,
                self._source,
                f"{self._name}:{line}",
                home.others,
                home.axis_code,
                call or None,
                call_name or None,
                beneficiary or None,
                beneficiary_name or None,
                region_code,
                place,
                cup.replace(PARTS, ";") or None,
                status or None,
                theme.replace(PARTS, ";") or None,
                home.fund,
                *dates,
                None,
                *cents,
                None,
                self._rounded,
            )
        )

    def _count(self, home: _Home, days: tuple[str, ...]) -> None:
        """Count what is worth a warning and does not stop the row."""
        self._counts["first_programme"] += home.others is not None
        self._counts["first_axis"] += home.several_axes
        self._counts["impossible_day"] += sum(day in self._days.impossible for day in days)

    def _names(self, home: _Home) -> Iterator[ReferenceRecord]:
        """The source, programme and axis of a row that no row before it told."""
        home.fresh = False
        axis = home.axis
        told: list[tuple[object, ReferenceRecord | None]] = [
            (PROJECTS.id, None if self._context.source else PROJECTS),
            (home.programme.code, home.programme),
            (axis and (axis.programme_code, axis.code, axis.name is None), axis),
        ]
        for key, record in told:
            if record is not None and key not in self._told:
                self._told.add(key)
                if record is home.programme and self._named_only:
                    self._notes.add("programme_by_name", f"{home.programme.code}: {home.programme.title}")
                yield record

    def _beneficiary(self, codes: str, names: str) -> tuple[str, str]:
        """(code, name) of the first of several beneficiaries; a person, and one without a code, goes by the name."""
        pairs = list(zip_longest(parts(codes), parts(names), fillvalue=""))
        given = [pair for pair in dict.fromkeys(pairs) if any(pair)]
        if not given:
            return "", ""
        self._counts["first_beneficiary"] += len(given) > 1
        found, name = given[0]
        if found and not is_personal(found):
            return code(found), name
        return (code_of_name(name), name) if name else ("", "")

    def _readable(self, values: list[str]) -> dict[str, int]:
        """The cents per measure that can be read, of a row that is not stored."""
        found = {}
        for name, text in zip(MEASURES, values[_AMOUNTS], strict=True):
            try:
                if text:
                    found[name] = self._cents(text)
            except BadValue:
                continue
        return found

    def _refused(self, line: int, values: list[str], written: str, bad: BadValue) -> RefusedRow:
        """The row with the value that is wrong, under the column's name as the file writes it."""
        kept = self._kept(written)
        if bad.reason == "nul_character":
            return RefusedRow(line, None, None, bad.reason, self._readable(values), cells=kept)
        field = self._culprit(values) if not bad.column else Columns._fields[self._columns.index(bad.column)]
        index = self._indexes[field]
        column = self._table.header[index] if index < self._width else self._columns[Columns._fields.index(field)]
        return RefusedRow(line, column, bad.value, bad.reason, self._readable(values), cells=kept)

    def _culprit(self, values: list[str]) -> str:
        """The first field whose text is no day or amount."""
        by_field = dict(zip(Columns._fields, values, strict=True))
        for field in (*DATES, *MEASURES):
            try:
                self._days[by_field[field]] if field in DATES else by_field[field] and self._cents(by_field[field])
            except BadValue:
                return field
        raise AssertionError(values)

    def _kept(self, written: str) -> tuple[str, ...]:
        """The cells as they are kept if the row is refused: without the fiscal codes of persons."""
        cells = self._table.cells_of(written)
        return _without_nul(masked(cell) if index in self._personal else cell for index, cell in enumerate(cells))


def _without_nul(cells: Iterable[str]) -> tuple[str, ...]:
    """The cells with a sign in the place of what no database keeps."""
    return tuple(cell.replace("\0", "␀") for cell in cells)


def _is_hidden(flag: str) -> bool:
    """Whether OpenCoesione keeps a project out of its sums. Raises BadValue."""
    found = re.fullmatch(r"([0-9])([.,]0+)?", flag)
    if found is None:
        raise BadValue(READ.flag, flag, "unknown_code")
    return found[1] != "0"
