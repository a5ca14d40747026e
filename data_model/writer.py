"""Writes the records of one import, chunk by chunk, and tells what each row did."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from data_model.kinds import FITS, KEYED, REFERENCE, VERSIONED
from data_model.positions import PositionWriter
from data_model.records import (
    AcceptedRow,
    FigureRecord,
    ImportResult,
    ParsedRow,
    PositionRecord,
    ProgrammeRecord,
    Record,
    ReferenceRecord,
    RefusedRow,
    SourceRecord,
    Sums,
    VersionedRecord,
)
from data_model.roles import Actor, require, require_everywhere
from data_model.tables import (
    Programme,
    RejectedRow,
    Source,
)

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
_FORGOTTEN_AT_ONCE = 10_000
"""Rows: SQLite keeps in memory what one statement changes, until it is done."""

_LINE_OF_A_FILE = re.compile(r"[^:]+:[0-9]+")


def _same(columns: Sequence[str], known: Sequence[Any], said: Sequence[Any]) -> bool:
    """Whether two rows say the same. The line of a file at which a row stands is not part of what it says: the next download
    has it elsewhere, and under another name. The page of a document is."""
    if known == said:
        return True
    return all(
        one == other or (name == "place" and _without_line(one) == _without_line(other))
        for name, one, other in zip(columns, known, said, strict=True)
    )


def _without_line(place: str) -> str:
    return _LINE_OF_A_FILE.sub("", place, count=1)


def _positions(rows: list[ParsedRow]) -> Iterator[tuple[int, PositionRecord]]:
    """One (number of the row, position) per position of accepted rows."""
    for number, row in enumerate(rows):
        if isinstance(row, AcceptedRow):
            for record in row.records:
                if isinstance(record, PositionRecord):
                    yield number, record


def _amount(measure: str, cents: int | None) -> Sums:
    return {} if cents is None else {measure: cents}


def add(sums: dict[str, int], more: Sums) -> None:
    """Add one set of sums to another."""
    for key, value in more.items():
        sums[key] = sums.get(key, 0) + value


class Writer:
    """Writes the records of one import and tells for each row whether it was new, changed or known."""

    def __init__(self, session: Session, import_id: int, version: int, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._import_id = import_id
        self._version = version
        self._seen: set[ReferenceRecord] = set()
        self._settled: set[tuple[type[SQLModel], tuple[Any, ...]]] = set()
        self._said: set[tuple[type[Record], str]] = set()
        self._positions = PositionWriter(session, import_id, version)
        self._known: dict[str, set[str]] = {
            "source_id": set(session.execute(sa.select(col(Source.id))).scalars()),
            "programme_code": set(session.execute(sa.select(col(Programme.code))).scalars()),
        }
        self._names: list[ReferenceRecord] = []
        """What refused rows made known and is still to be written."""
        self._places: list[int] = []
        """Numbers within the chunk of the rows that are accepted."""

    @property
    def programmes(self) -> set[str]:
        """The programmes whose positions the import changes."""
        return self._positions.programmes

    def once(self, chunk: list[ParsedRow]) -> list[ParsedRow]:
        """The rows; in place of one whose key an earlier row of the file has, its refusal: two values that both hold now
        would be counted twice. Positions are staged on the way."""
        rows = [self._checked(row) if isinstance(row, AcceptedRow) else row for row in chunk]
        staged = self._fitting(rows, list(_positions(rows)))
        repeated = self._positions.stage(staged) if staged else set()
        for number, record in staged:
            row = rows[number]
            if number in repeated and isinstance(row, AcceptedRow):
                rows[number] = self._refused(row, None, record.project_code, "repeated_key")
        self._places = [number for number, row in enumerate(rows) if isinstance(row, AcceptedRow)]
        return rows

    def _checked(self, row: AcceptedRow) -> ParsedRow:
        """The row, or its refusal where it repeats a key, names what the store does not know or does not fit. Positions are
        looked at by `stage` and `_fitting`, many at a time."""
        if all(type(record) is PositionRecord for record in row.records):
            return row
        for record in row.records:
            if isinstance(record, SourceRecord):
                self._known["source_id"].add(record.id)
            elif isinstance(record, ProgrammeRecord):
                self._known["programme_code"].add(record.code)
        for record in row.records:
            if type(record) is not PositionRecord and (wrong := self._unfit(record)):
                return self._refused(row, *wrong)
        said = {(type(r), r.natural_key()) for r in row.records if type(r) in KEYED}  # type: ignore[union-attr]  # has one
        if said:
            if repeated := said & self._said:
                return self._refused(row, None, min(key for _, key in repeated), "repeated_key")
            self._said |= said
        return row

    def _fitting(self, rows: list[ParsedRow], staged: list[tuple[int, PositionRecord]]) -> list[tuple[int, PositionRecord]]:
        """The positions that the store can hold; in the place of the row of another its refusal. Looked through column by
        column first: there are many, and hardly ever is one wrong."""
        if self._all_fit([record for _, record in staged]):
            return staged
        fitting = []
        for number, record in staged:
            row = rows[number]
            if not isinstance(row, AcceptedRow):
                continue
            if wrong := self._unfit(record):
                rows[number] = self._refused(row, *wrong)
            else:
                fitting.append((number, record))
        return fitting

    def _all_fit(self, records: list[PositionRecord]) -> bool:
        """Whether the store can hold all of them."""
        fit = FITS[PositionRecord]
        columns = dict(zip(PositionRecord._fields, zip(*records, strict=True), strict=False))
        known = all(set(columns.get(name, ())) <= self._known[name] for name, _ in fit.speaks_of)
        return known and all(
            max(map(len, filter(None, columns.get(name, ()))), default=0) <= limit
            for name, limit in zip(fit.columns, fit.limits, strict=True)
        )

    def _refused(self, row: AcceptedRow, column: str | None, value: str, reason: str) -> RefusedRow:
        """The row, refused after all. The names that a position told stay: only the first row of a file tells them."""
        if any(isinstance(record, PositionRecord) for record in row.records):
            self._names += [r for r in row.records if isinstance(r, ReferenceRecord) and self._unfit(r) is None]
        cells = row.cells() if callable(row.cells) else row.cells
        return RefusedRow(row.line, column, value, reason, row.sums, row.part, cells, row.lines)

    def _unfit(self, record: Record) -> tuple[str, str, str] | None:
        """(column, value, reason) of the first value that the store cannot hold."""
        fit = FITS[type(record)]
        for column, reason in fit.speaks_of:
            value = getattr(record, column)
            if value is not None and value not in self._known[column]:
                return column, value, reason
        for column, value, limit in zip(fit.columns, fit.values(record), fit.limits, strict=False):
            if value is not None and len(value) > limit:
                return column, value, "too_long"
        return None

    def write(self, rows: list[AcceptedRow], result: ImportResult) -> list[str]:
        """One outcome per row: new if any record of it is, else changed if any is, else unchanged. Adds up what the store
        held before and holds now."""
        self.make_known(self._names)
        self._names = []
        outcomes: list[set[str]] = [set() for _ in rows]
        versioned: dict[type[Record], list[tuple[int, VersionedRecord]]] = {}
        for index, row in enumerate(rows):
            for record in row.records:
                if isinstance(record, PositionRecord):
                    continue
                if isinstance(record, VersionedRecord):
                    versioned.setdefault(type(record), []).append((index, record))
                elif record not in self._seen:
                    self._seen.add(record)
                    outcomes[index].add(self._reference(record))
        self._session.flush()
        for kind, numbered in versioned.items():
            for index, outcome in self._versioned(VERSIONED[kind], numbered, result):
                outcomes[index].add(outcome)
        self._write_positions(outcomes, result)
        return [NEW if NEW in found else CHANGED if CHANGED in found else UNCHANGED for found in outcomes]

    def _write_positions(self, outcomes: list[set[str]], result: ImportResult) -> None:
        if not self._positions.staged:
            return
        merged, before, after = self._positions.merge()
        for index, number in enumerate(self._places):
            if number in merged:
                outcomes[index].add(merged[number])
        add(result.sums_before_cents, before)
        add(result.sums_stored_cents, after)

    def make_known(self, records: Iterable[ReferenceRecord]) -> None:
        """Write the names that skipped rows carry."""
        for record in records:
            if record not in self._seen:
                self._seen.add(record)
                self._reference(record)

    def _reference(self, record: ReferenceRecord) -> str:
        """Insert or complete one row of a reference table; a value that is None leaves the stored one.

        The first record of a file settles the row and later ones only fill what is empty, so that a file with two
        wordings brought in twice changes nothing.
        """
        table = REFERENCE[type(record)]
        values = asdict(record)
        overwrite = values.pop("overwrite", True)
        key = tuple(values[column.name] for column in sa.inspect(table).primary_key)
        overwrites = overwrite and (table, key) not in self._settled
        self._settled.add((table, key))
        stored = self._session.get(table, key)
        if stored is None:
            self._may(record, overwrites and hasattr(record, "programme_code"))
            self._session.add(table(**values))
            return NEW
        changes = {
            k: v
            for k, v in values.items()
            if v is not None and (getattr(stored, k) is None or (overwrites and getattr(stored, k) != v))
        }
        if not changes:
            return UNCHANGED
        self._may(record, any(getattr(stored, name) is not None for name in changes))
        for name, value in changes.items():
            setattr(stored, name, value)
        return CHANGED

    def _may(self, record: ReferenceRecord, takes_place: bool) -> None:
        """Raises NotAllowed where a name takes the place of what the person may not change. Filling in what is empty is
        allowed to whoever imports: national files name every programme."""
        if not takes_place:
            return
        programme = record.code if isinstance(record, ProgrammeRecord) else getattr(record, "programme_code", None)
        if programme is None:
            require_everywhere(self._session, self._actor, "import")
        else:
            require(self._session, self._actor, "import", programme)

    def _versioned(
        self, table: type[SQLModel], numbered: list[tuple[int, VersionedRecord]], result: ImportResult
    ) -> Iterator[tuple[int, str]]:
        """Close the rows whose content changed and add the new ones; one (row index, outcome) per record.

        What was known already is kept too, as a row that never holds: see data_model.tables.
        """
        known_columns = table.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
        columns = [f.name for f in fields(numbered[0][1]) if f.name in known_columns]
        stored = self._current(table, [record.natural_key() for _, record in numbered], columns)
        added: list[dict[str, Any]] = []
        closed: list[str] = []
        for index, record in numbered:
            key, content = record.natural_key(), tuple(getattr(record, c) for c in columns)
            known = stored.get(key)
            outcome = NEW if known is None else UNCHANGED if _same(columns, known, content) else CHANGED
            if outcome == CHANGED:
                closed.append(key)
            if isinstance(record, FigureRecord):
                add(result.sums_stored_cents, _amount(record.measure, record.amount_cents))
                before = known[columns.index("amount_cents")] if known else None
                add(result.sums_before_cents, _amount(record.measure, before))
            stored[key] = content
            valid_to = self._version if outcome == UNCHANGED else None
            added.append(
                dict(zip(columns, content, strict=True))
                | {"natural_key": key, "import_id": self._import_id, "valid_from": self._version, "valid_to": valid_to}
            )
            yield index, outcome
        if closed:
            c = table.__table__.c  # type: ignore[attr-defined]  # set by SQLModel on tables
            held = sa.and_(c.natural_key.in_(closed), c.valid_to.is_(None))
            self._session.execute(sa.update(table).where(held).values(valid_to=self._version))
        if added:
            self._session.execute(sa.insert(table), added)

    def _current(self, table: type[SQLModel], keys: list[str], columns: list[str]) -> dict[str, tuple[Any, ...]]:
        """Content of the rows that hold now, per natural key."""
        c = table.__table__.c  # type: ignore[attr-defined]  # as above
        query = sa.select(c.natural_key, *(c[name] for name in columns)).where(c.natural_key.in_(keys), c.valid_to.is_(None))
        return {row[0]: tuple(row[1:]) for row in self._session.execute(query)}

    def forget(self) -> None:
        """Take away what the import only said again: an import that changes nothing leaves nothing."""
        self._session.flush()
        tables: list[type[SQLModel]] = [*VERSIONED.values(), RejectedRow]
        for table in tables:
            c = table.__table__.c  # type: ignore[attr-defined]  # as above
            some = sa.select(c.id).where(c.import_id == self._import_id).limit(_FORGOTTEN_AT_ONCE)
            while self._session.connection().execute(sa.delete(table).where(c.id.in_(some))).rowcount:
                continue

    def refuse(self, rows: list[RefusedRow]) -> None:
        """Keep refused rows with their reasons."""
        if rows:
            columns = ("part", "line", "column", "value", "reason")
            kept = [
                {name: getattr(row, name) for name in columns} | {"cells": row.cells and list(row.cells)} for row in rows
            ]
            self._session.execute(sa.insert(RejectedRow), [{"import_id": self._import_id} | row for row in kept])
