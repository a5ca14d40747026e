"""Tables as CSV: for an Italian Excel, and as open data.

| flavour | separator, decimals | dates      | heads, codes     | texts                                         |
|---------|---------------------|------------|------------------|-----------------------------------------------|
| excel   | `;` and `,`         | dd/mm/yyyy | words            | quoted; made safe where they could be formulas |
| open    | `,` and `.`         | ISO        | names for programs | quoted; exactly as they are                  |

Numbers and dates are never quoted nor changed. What is not given is empty.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from exports.escaping import escaped
from exports.reader import Reader
from exports.table import Column, ExportTable, Tally

_ROWS_AT_ONCE = 2_000
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
    lines = (
        separator.join(["" if value is None else write(value) for write, value in zip(writers, row, strict=True)])
        for row in table.counted(tally)
    )
    for some in _several(lines):
        stream.write("".join(f"{line}\r\n" for line in some).encode("utf-8"))
    return tally


def _several(lines: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for line in lines:
        some.append(line)
        if len(some) == _ROWS_AT_ONCE:
            yield some
            some = []
    yield some


def quoted(text: str) -> str:
    """A text as a cell, as RFC 4180 has it."""
    return '"' + text.replace('"', '""') + '"'


def euros(cents: int) -> str:
    """Cents as euros with two decimals and a point."""
    sign, whole = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


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
