"""Tables as CSV: for an Italian Excel, and as open data.

| flavour | separator, decimals | dates      | heads, codes     | texts                                         |
|---------|---------------------|------------|------------------|-----------------------------------------------|
| excel   | `;` and `,`         | dd/mm/yyyy | words            | quoted; made safe where they could be formulas |
| open    | `,` and `.`         | ISO        | names for programs | quoted; exactly as they are                  |

Numbers and dates are never quoted nor changed. What is not given is empty.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from exports.escaping import escaped
from exports.reader import Reader
from exports.table import Column, ExportTable, Kind, Tally, Value

Writer = Callable[[Any], str]


def write_excel(table: ExportTable, reader: Reader, stream: BinaryIO) -> Tally:
    """The table for an Italian Excel."""
    heads = [quoted(escaped(head)) for head in reader.heads(table)]
    return _write(table, heads, [_for_excel(column, reader) for column in table.columns], ";", stream, "utf-8-sig")


def write_open(table: ExportTable, _reader: Reader, stream: BinaryIO) -> Tally:
    """The table as open data: the same in every language."""
    heads = [quoted(key) for key in table.keys]
    return _write(table, heads, [_for_programs(column) for column in table.columns], ",", stream, "utf-8")


def _write(
    table: ExportTable, heads: list[str], writers: list[Writer], separator: str, stream: BinaryIO, encoding: str
) -> Tally:
    tally = Tally()
    stream.write((separator.join(heads) + "\r\n").encode(encoding))
    for chunk in table.counted_chunks(tally):
        columns = [
            _cells(column.kind, write, values) for column, write, values in zip(table.columns, writers, chunk, strict=True)
        ]
        stream.write("".join([f"{separator.join(cells)}\r\n" for cells in zip(*columns, strict=True)]).encode("utf-8"))
    return tally


def _cells(kind: Kind, write: Writer, values: Sequence[Value]) -> Iterable[str]:
    """The cells of a column. Each text, day and amount is written once: most come again and again. Of counts and shares
    equal ones may be written differently (0.5 and 0.50)."""
    if kind in ("text", "code", "date", "amount"):
        written = {value: "" if value is None else write(value) for value in set(values)}
        return map(written.__getitem__, values)
    return ["" if value is None else write(value) for value in values]


def quoted(text: str) -> str:
    """A text as a cell, as RFC 4180 has it."""
    return '"' + text.replace('"', '""') + '"'


def euros(cents: int) -> str:
    """Cents as euros with two decimals and a point."""
    digits = f"{cents:03d}" if cents >= 0 else f"{cents:04d}"
    return f"{digits[:-2]}.{digits[-2:]}"


def number(value: int | Decimal) -> str:
    """A count or share in full, with a point."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _for_excel(column: Column, reader: Reader) -> Writer:
    if column.kind == "amount":
        return lambda cents: euros(cents).replace(".", ",")
    if column.kind in ("count", "rate"):
        return lambda value: number(value).replace(".", ",")
    if column.kind == "date":
        return italian_day
    word = reader.wording(column)
    return lambda text: quoted(escaped(word(text)))


def _for_programs(column: Column) -> Writer:
    if column.kind == "amount":
        return euros
    if column.kind in ("count", "rate"):
        return number
    if column.kind == "date":
        return date.isoformat
    return quoted


def italian_day(day: date) -> str:
    """A day as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
