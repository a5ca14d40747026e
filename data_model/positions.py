"""Writes project positions in bulk: a chunk is staged in a temporary table and merged by statements over the whole chunk.

Row by row, half a million rows would take half an hour; the statements are standard SQL that both engines know.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from data_model.records import PositionRecord
from data_model.tables import Beneficiary, Call, ProjectPosition

MEASURES = ("granted", "admitted", "committed", "paid", "reported", "certified")
"""Stages of a project's money: the columns with `_cents`, and the keys of an import's sums."""

_NAMES = ("call_name", "beneficiary_name")
_SAID = tuple(name for name in PositionRecord._fields if name not in _NAMES)
"""Columns of the table that a record fills."""

_COMPARED = tuple(name for name in _SAID if name != "place_in_source")
"""What makes a position another one. Not its line: a later file has the same project elsewhere."""

_TABLE: sa.Table = ProjectPosition.__table__  # type: ignore[attr-defined]  # set by SQLModel on tables
_STAGED = sa.Table(
    "staged_position",
    sa.MetaData(),
    sa.Column("ordinal", sa.Integer),
    sa.Column("natural_key", sa.String(130)),
    *(sa.Column(name, sa.Text() if name in _NAMES else _TABLE.c[name].type) for name in PositionRecord._fields),
    prefixes=["TEMPORARY"],
)
_COLUMNS = [column.name for column in _STAGED.columns]
_DATES = [
    PositionRecord._fields.index(name) for name in ("as_of", "started_on", "planned_end_on", "ended_on", "committed_on")
]

Numbered = Sequence[tuple[int, PositionRecord]]


class PositionWriter:
    """Merges chunks of positions into the store, for one import."""

    def __init__(self, session: Session, import_id: int, version: int) -> None:
        self._session = session
        self._import_id = import_id
        self._version = version
        self._staging = False
        self.staged = False
        """Whether something is staged and not merged yet."""

    def stage(self, numbered: Numbered) -> set[int]:
        """Put a chunk beside the store; the numbers of those whose key this import has brought before."""
        connection = self._session.connection()
        if not self._staging:
            connection.execute(sa.text("DROP TABLE IF EXISTS staged_position"))
            _STAGED.create(connection, checkfirst=False)
            self._staging = True
        self.staged = True
        rows: list[tuple[Any, ...]] = []
        seen: set[str] = set()
        repeated: set[int] = set()
        for number, record in numbered:
            key = record.natural_key()
            if key in seen:
                repeated.add(number)
                continue
            seen.add(key)
            rows.append((number, key, *record))
        _copy(connection, rows)
        mine = _TABLE.c.import_id == self._import_id
        again = sa.select(_STAGED.c.ordinal).join(_TABLE, sa.and_(_TABLE.c.natural_key == _STAGED.c.natural_key, mine))
        earlier = {row[0] for row in connection.execute(again)}
        if earlier:
            connection.execute(sa.delete(_STAGED).where(_STAGED.c.ordinal.in_(earlier)))
        return repeated | earlier

    def merge(self) -> tuple[dict[int, str], dict[str, int], dict[str, int]]:
        """Write what is staged: the outcome per number (`new`, `changed`, `unchanged`), the sums per measure that the
        store held under these keys before, and those that it holds now."""
        connection = self._session.connection()
        outcomes, before = self._outcomes(connection)
        after = self._sums(connection, _STAGED)
        if "changed" in outcomes.values():
            self._close_changed(connection)
        self._insert(connection)
        self._name(connection, Beneficiary.__table__, "beneficiary")  # type: ignore[attr-defined]  # as above
        self._name(connection, Call.__table__, "call")  # type: ignore[attr-defined]  # as above
        connection.execute(sa.delete(_STAGED))
        self.staged = False
        return outcomes, before, after

    def close(self) -> None:
        """Take the temporary table away: a connection goes back to the pool as it came."""
        if self._staging:
            self._session.connection().execute(sa.text("DROP TABLE staged_position"))
            self._staging = False

    def _held(self) -> sa.ColumnElement[bool]:
        return sa.and_(_TABLE.c.natural_key == _STAGED.c.natural_key, _TABLE.c.valid_to.is_(None))

    def _outcomes(self, connection: sa.Connection) -> tuple[dict[int, str], dict[str, int]]:
        same = sa.and_(*(_TABLE.c[name].is_not_distinct_from(_STAGED.c[name]) for name in _COMPARED))
        query = sa.select(_STAGED.c.ordinal, sa.case((same, "unchanged"), else_="changed")).join(_TABLE, self._held())
        known: dict[int, str] = {row[0]: row[1] for row in connection.execute(query)}
        before = self._sums(connection, _TABLE, _STAGED.join(_TABLE, self._held())) if known else {}
        numbers = connection.execute(sa.select(_STAGED.c.ordinal)).scalars()
        return {number: known.get(number, "new") for number in numbers}, before

    def _sums(self, connection: sa.Connection, table: sa.Table, among: sa.FromClause | None = None) -> dict[str, int]:
        query = sa.select(*(sa.func.sum(table.c[f"{name}_cents"]) for name in MEASURES))
        row = connection.execute(query.select_from(table if among is None else among)).one()
        return {name: int(value) for name, value in zip(MEASURES, row, strict=True) if value is not None}

    def _close_changed(self, connection: sa.Connection) -> None:
        differs = sa.or_(*(_TABLE.c[name].is_distinct_from(_STAGED.c[name]) for name in _COMPARED))
        changed = sa.select(_TABLE.c.id).join(_STAGED, self._held()).where(differs)
        connection.execute(sa.update(_TABLE).where(_TABLE.c.id.in_(changed)).values(valid_to=self._version))

    def _insert(self, connection: sa.Connection) -> None:
        """Add every staged row; one that is held unchanged is kept as a row that never holds: see data_model.tables."""
        never = sa.case((_TABLE.c.id.is_not(None), self._version), else_=sa.null())
        said = [_STAGED.c[name] for name in ("natural_key", *_SAID)]
        rows = sa.select(
            *said, sa.literal(self._import_id), sa.literal(self._version), sa.cast(never, sa.Integer)
        ).select_from(_STAGED.outerjoin(_TABLE, self._held()))
        names = ["natural_key", *_SAID, "import_id", "valid_from", "valid_to"]
        connection.execute(sa.insert(_TABLE).from_select(names, rows.order_by(_STAGED.c.ordinal)))

    def _name(self, connection: sa.Connection, table: sa.Table, what: str) -> None:
        """Keep the name that goes with the latest position, whatever the order in which files come."""
        code, name = f"{what}_code", f"{what}_name"
        connection.execute(
            sa.text(
                f'INSERT INTO "{table.name}" (code, name, named_on) '
                f"SELECT {code}, {name}, as_of FROM (SELECT {code}, {name}, as_of, row_number() OVER "
                f"(PARTITION BY {code} ORDER BY as_of DESC, {name} DESC) AS place FROM staged_position "
                f"WHERE {code} IS NOT NULL AND {name} IS NOT NULL) AS named WHERE place = 1 "
                f"ON CONFLICT (code) DO UPDATE SET name = excluded.name, named_on = excluded.named_on "
                f'WHERE (excluded.named_on, excluded.name) > ("{table.name}".named_on, "{table.name}".name)'
            )
        )


def _copy(connection: sa.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """The fastest way in that each driver has: parameters straight from tuples, or COPY."""
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY staged_position ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(_COLUMNS))
    texts = [(*row[:2], *_as_text(row[2:])) for row in rows]
    if texts:
        connection.exec_driver_sql(f"INSERT INTO staged_position VALUES ({places})", texts)


def _as_text(cells: tuple[Any, ...]) -> list[Any]:
    """The cells with dates as SQLAlchemy keeps them in SQLite."""
    found = list(cells)
    for index in _DATES:
        if found[index] is not None:
            found[index] = found[index].isoformat()
    return found
