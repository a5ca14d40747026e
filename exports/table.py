"""A table that leaves the app: its columns and its rows as plain values, in chunks, so that a million of them stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from exports.asked import Asked

Kind = Literal["text", "code", "amount", "count", "rate", "date"]
Value = str | int | Decimal | date | None
"""A text or code, an amount in integer cents, a count, a share 0–1, a day; None is not given, which is not zero."""
Row = tuple[Value, ...]
Chunk = Sequence[Sequence[Value]]
"""Some rows, at least one, by column: what is done to each value of a column is done to all of them at once."""

BETWEEN_CODES = ";"
"""What stands between the codes of a cell that holds several."""


@dataclass(frozen=True)
class Column:
    """One column. `key` is its name for programs, `label` the key of its words for readers.

    `words` gives the key under which a code has words; with `keeps_code` the code stands before them. `said` marks texts of
    the data that readers get in their language; `measure` is the measure that an amount, count or share is one of;
    `names_source` marks the codes of sources.
    """

    key: str
    kind: Kind
    label: str
    words: Callable[[str], str] | None = None
    said: bool = False
    keeps_code: bool = False
    measure: str = ""
    names_source: bool = False


@dataclass
class Tally:
    """What was written: rows, and per column of amounts the sum in cents and in how many rows it is not given."""

    rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportTable:
    """One table with what was asked for. `chunks` reads the store: it is called while the session is open."""

    name: str
    asked: Asked
    columns: tuple[Column, ...]
    chunks: Callable[[], Iterator[Chunk]]
    total: Callable[[], Tally] | None = None
    """Rows and sums as the database counts them, where reading all rows for it would take long."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns for programs."""
        return tuple(column.key for column in self.columns)

    def rows(self) -> Iterator[Row]:
        """Each row."""
        for chunk in self.chunks():
            yield from zip(*chunk, strict=True)

    def counted_chunks(self, tally: Tally) -> Iterator[Chunk]:
        """The rows in chunks, counted into a tally as they go by."""
        amounts = [(place, column.key) for place, column in enumerate(self.columns) if column.kind == "amount"]
        tally.sums.update({key: 0 for _, key in amounts})
        tally.missing.update({key: 0 for _, key in amounts})
        for chunk in self.chunks():
            tally.rows += len(chunk[0])
            for place, key in amounts:
                cents = cast("Sequence[int | None]", chunk[place])
                tally.sums[key] += sum(filter(None, cents))
                tally.missing[key] += cents.count(None)
            yield chunk

    def counted(self, tally: Tally) -> Iterator[Row]:
        """Each row, counted into a tally as its chunk goes by."""
        for chunk in self.counted_chunks(tally):
            yield from zip(*chunk, strict=True)

    def tally(self) -> Tally:
        """Rows and sums without writing anything."""
        if self.total is not None:
            return self.total()
        found = Tally()
        for _ in self.counted(found):
            pass
        return found
