"""Writes project positions in bulk: a chunk is compared with what the store holds under its keys and added by one statement.

Row by row, half a million rows would take half an hour; so a chunk is taken column by column, and each driver is given the
rows in its fastest way.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from data_model.records import PositionRecord
from data_model.tables import Beneficiary, Call, ProjectPosition

MEASURES = ("granted", "admitted", "committed", "paid", "reported", "certified")
"""Stages of a project's money: the columns with `_cents`, and the keys of an import's sums."""

_FIELDS = PositionRecord._fields
_NAMES = ("call_name", "beneficiary_name")
_SAID = tuple(name for name in _FIELDS if name not in _NAMES)
"""Columns of the table that a record fills."""

_COMPARED = tuple(name for name in _SAID if name != "place_in_source")
"""What makes a position another one. Not its line: a later file has the same project elsewhere."""

_compared = itemgetter(*(_FIELDS.index(name) for name in _COMPARED))

_TABLE: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_COLUMNS = ("natural_key", *_SAID, "import_id", "valid_from", "valid_to")

_NULLABLE = frozenset(name for name in _COLUMNS if _TABLE.c[name].nullable)

_BESIDES = ("id", "natural_key", "import_id")
_KNOWN = sa.select(*(_TABLE.c[name] for name in (*_BESIDES, *_COMPARED))).where(
    _TABLE.c.natural_key.in_(sa.bindparam("keys", expanding=True)),
    sa.or_(_TABLE.c.valid_to.is_(None), _TABLE.c.import_id == sa.bindparam("import_id")),
)
"""What holds now under some keys, and what an import has brought under them."""

Numbered = Sequence[tuple[int, PositionRecord]]
Columns = Mapping[str, Sequence[Any]]
"""The values of a chunk by column, in the order of its rows."""

_REMEMBERED = 20_000
"""Names that a writer remembers to have written; beyond that it starts anew, so that memory stays flat."""


class PositionWriter:
    """Merges chunks of positions into the store, for one import."""

    def __init__(self, session: Session, import_id: int, version: int) -> None:
        self._session = session
        self._import_id = import_id
        self._version = version
        self.programmes: set[str] = set()
        """Whose totals are no longer those that are kept."""
        self._staged: dict[str, tuple[int, PositionRecord]] = {}
        self._held: dict[str, sa.Row[Any]] = {}
        self._beneficiaries = _Names(Beneficiary.__table__)  # type: ignore[attr-defined]  # as above
        self._calls = _Names(Call.__table__)  # type: ignore[attr-defined]  # as above

    @property
    def staged(self) -> bool:
        """Whether something is staged and not merged yet."""
        return bool(self._staged)

    def stage(self, numbered: Numbered) -> set[int]:
        """Take a chunk and look up what the store holds under its keys; the numbers of those whose key this import has
        brought before."""
        repeated: set[int] = set()
        self._staged = {}
        for row in numbered:
            if self._staged.setdefault(row[1].natural_key(), row) is not row:
                repeated.add(row[0])
        parameters = {"keys": list(self._staged), "import_id": self._import_id}
        known = self._session.connection().execute(_KNOWN, parameters).all()
        for row in known:
            if row.import_id == self._import_id and row.natural_key in self._staged:
                repeated.add(self._staged.pop(row.natural_key)[0])
        self._held = {row.natural_key: row for row in known if row.natural_key in self._staged}
        return repeated

    def merge(self) -> tuple[dict[int, str], dict[str, int], dict[str, int]]:
        """Write what is staged: the outcome per number (`new`, `changed`, `unchanged`), the sums per measure that the
        store held under these keys before, and those that it holds now."""
        connection = self._session.connection()
        self._staged = dict(sorted(self._staged.items()))  # rows that are near in the indexes: a sixth of an import's time
        outcomes = [self._outcome(key, record) for key, (_, record) in self._staged.items()]
        self._touch(outcomes)
        self._close(connection, outcomes)
        records = [record for _, record in self._staged.values()]
        columns: dict[str, Sequence[Any]] = dict(zip(_FIELDS, zip(*records, strict=True), strict=True))
        columns["natural_key"] = list(self._staged)
        columns["import_id"] = [self._import_id] * len(records)
        columns["valid_from"] = [self._version] * len(records)
        # what is held unchanged is kept as a row that never holds: see data_model.tables
        columns["valid_to"] = [self._version if outcome == "unchanged" else None for outcome in outcomes]
        _copy(connection, columns)
        for names, what in ((self._beneficiaries, "beneficiary"), (self._calls, "call")):
            names.write(connection, zip(columns[f"{what}_code"], columns[f"{what}_name"], columns["as_of"], strict=True))
        held = zip(*self._held.values(), strict=True)
        before = _sums(dict(zip((*_BESIDES, *_COMPARED), held, strict=False)))
        numbers = [number for number, _ in self._staged.values()]
        self._staged, self._held = {}, {}
        return dict(zip(numbers, outcomes, strict=True)), before, _sums(columns)

    def _outcome(self, key: str, record: PositionRecord) -> str:
        held = self._held.get(key)
        if held is None:
            return "new"
        return "unchanged" if held[len(_BESIDES) :] == _compared(record) else "changed"

    def _touch(self, outcomes: list[str]) -> None:
        for (key, (_, record)), outcome in zip(self._staged.items(), outcomes, strict=True):
            if outcome != "unchanged":
                self.programmes.add(record.programme_code)
            if outcome == "changed":
                self.programmes.add(self._held[key].programme_code)

    def _close(self, connection: sa.Connection, outcomes: list[str]) -> None:
        """Let what is changed hold no longer."""
        closed = [self._held[key].id for key, outcome in zip(self._staged, outcomes, strict=True) if outcome == "changed"]
        if closed:
            connection.execute(sa.update(_TABLE).where(_TABLE.c.id.in_(closed)).values(valid_to=self._version))


def _sums(columns: Columns) -> dict[str, int]:
    """The sum per measure that a chunk gives."""
    found: dict[str, int] = {}
    for name in MEASURES:
        given = [cents for cents in columns.get(f"{name}_cents", ()) if cents is not None]
        if given:
            found[name] = sum(given)
    return found


def _copy(connection: sa.Connection, columns: Columns) -> None:
    """Add rows in the fastest way that each driver has: COPY, or parameters straight from tuples."""
    names = ", ".join(_COLUMNS)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY project_position ({names}) FROM STDIN") as copy:
            for row in zip(*(columns[name] for name in _COLUMNS), strict=True):
                copy.write_row(row)
        return
    places = ", ".join("?" * len(_COLUMNS))
    rows = list(zip(*(_for_sqlite(columns[name], nullable=name in _NULLABLE) for name in _COLUMNS), strict=True))
    connection.exec_driver_sql(f"INSERT INTO project_position ({names}) VALUES ({places})", rows)


_NULL = math.nan
"""SQLite keeps a float that is no number as NULL; its driver takes the time of a whole row to bind a few None."""


def _for_sqlite(column: Sequence[Any], *, nullable: bool) -> Iterable[Any]:
    """A column as SQLAlchemy keeps it in SQLite: dates as text, truth as a number."""
    some = next((value for value in column if value is not None), None)
    if some is None:
        return repeat(_NULL, len(column))
    if isinstance(some, date):
        texts = {day: day.isoformat() for day in set(column) if day is not None}
        return [texts.get(day, _NULL) for day in column]
    if isinstance(some, bool):
        return map(int, column)
    return [_NULL if value is None else value for value in column] if nullable else column


class _Names:
    """Keeps the name that goes with the latest position of a code, whatever the order in which files come."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        self._written: dict[str, tuple[date, str]] = {}

    def write(self, connection: sa.Connection, named: Iterable[tuple[str | None, str | None, date]]) -> None:
        """Write (code, name, date) where no later name is known."""
        latest: dict[str, tuple[date, str]] = {}
        for code, name, day in set(named):
            if code is None or name is None:
                continue
            known = latest.get(code) or self._written.get(code)
            if known is None or known < (day, name):
                latest[code] = (day, name)
        if len(self._written) > _REMEMBERED:
            self._written.clear()
        self._written |= latest
        if latest:
            rows = [{"code": code, "name": name, "named_on": day} for code, (day, name) in sorted(latest.items())]
            connection.execute(self._upsert(connection), rows)

    def _upsert(self, connection: sa.Connection) -> sa.TextClause:
        table = self._table.name
        binary = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""  # the order that SQLite has
        return sa.text(
            f'INSERT INTO "{table}" (code, name, named_on) VALUES (:code, :name, :named_on) '
            f"ON CONFLICT (code) DO UPDATE SET name = excluded.name, named_on = excluded.named_on "
            f'WHERE (excluded.named_on, excluded.name{binary}) > ("{table}".named_on, "{table}".name{binary})'
        ).bindparams(sa.bindparam("named_on", type_=sa.Date()))
