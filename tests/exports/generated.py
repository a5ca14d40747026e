"""Tables and texts as hypothesis makes them, and files read back with plain means: nothing of the exporter."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from exports.asked import Asked
from exports.reader import Reader
from exports.table import Chunk, Column, ExportTable, Row
from texts import words

ASKED = Asked("P1", date(2018, 12, 31))
READER = Reader(words("it"))
COLUMNS = (
    Column("title", "text", "table.title"),
    Column("axis_code", "code", "table.axis"),
    Column("committed_eur", "amount", "measure.committed.label", measure="committed"),
    Column("projects", "count", "export.column.projects"),
    Column("reported_rate", "rate", "measure.reported_rate.label", measure="reported_rate"),
    Column("as_of", "date", "table.day"),
)

DANGEROUS = st.sampled_from(
    ["=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "'", '"', ";", ",", " ", "\u00a0", "\ufeff", "\u200b", "\uff1d",
     "\uff0b", "\uff0d", "\uff20", "1", "0", ".", "e", "E", "cmd", "SUM(A1)", "HYPERLINK(1)", "\u2028", "\u3000", "a", "€"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(DANGEROUS, max_size=8).map("".join),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.integers().map(str),
)
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS,
        st.none() | st.sampled_from(["1", "03", "=1+1", "-5", "REACT"]),
        st.none() | st.integers(-(10**15), 10**15),
        st.none() | st.integers(-(10**9), 10**9),
        st.none() | st.integers(-(10**7), 10**7).map(lambda n: Decimal(n).scaleb(-6)),
        st.none() | st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    ),
    max_size=12,
)


def a_table(rows: Sequence[Row], columns: tuple[Column, ...] = COLUMNS) -> ExportTable:
    """A table of given rows, in chunks of five."""

    def chunks() -> Iterator[Chunk]:
        for start in range(0, len(rows), 5):
            yield tuple(zip(*rows[start : start + 5], strict=True))

    return ExportTable("axes", ASKED, columns, chunks)


def cells(content: bytes, separator: str) -> list[list[str]]:
    """All cells of a CSV, its head first."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def cents(text: str) -> int:
    """Euros with a point or a comma as cents, exactly."""
    number = Decimal(text.replace(",", ".")) * 100
    assert number == int(number), text
    return int(number)


def value(kind: str, cell: str) -> Any:
    """The value of a cell of an open CSV; None where it is empty."""
    if cell == "":
        return None
    readers: dict[str, Callable[[str], Any]] = {
        "amount": cents,
        "count": Decimal,
        "rate": Decimal,
        "date": date.fromisoformat,
    }
    return readers[kind](cell) if kind in readers else cell


def italian(kind: str, cell: str) -> Any:
    """The value of a cell of a CSV for an Italian Excel."""
    if cell == "":
        return None
    if kind == "date":
        day, month, year = cell.split("/")
        return date(int(year), int(month), int(day))
    if kind in ("text", "code"):
        return cell[1:] if cell.startswith("'") else cell
    return value(kind, cell.replace(",", "."))


def from_json(columns: tuple[Column, ...], content: bytes) -> list[tuple[Any, ...]]:
    """The rows of a JSON file as plain values."""
    found = []
    for row in json.loads(content, parse_float=Decimal):
        assert list(row) == [column.key for column in columns]
        found.append(tuple(_plain(column.kind, row[column.key]) for column in columns))
    return found


def _plain(kind: str, found: Any) -> Any:
    if kind in ("amount", "date") and found is not None:
        return value(kind, found)
    return found


def as_read(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """The rows as a CSV can give them back: an empty text is an empty cell."""
    return [tuple(None if cell == "" else cell for cell in row) for row in rows]
