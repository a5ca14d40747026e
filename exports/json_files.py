"""Tables as JSON: a list with one object a row, on a line of its own. Amounts are decimal strings: no reader rounds them."""

import json
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from exports.csv_files import euros
from exports.reader import Reader
from exports.table import Column, ExportTable, Tally, Value

_ROWS_AT_ONCE = 2_000


def write_json(table: ExportTable, _reader: Reader, stream: BinaryIO) -> Tally:
    """The table as JSON: the same in every language."""
    tally, some = Tally(), []
    stream.write(b"[")
    first = True
    for row in table.counted(tally):
        cells = {column.key: _plain(column, value) for column, value in zip(table.columns, row, strict=True)}
        some.append(f"{'' if first else ','}\n{json.dumps(cells, ensure_ascii=False, separators=(',', ':'))}")
        first = False
        if len(some) == _ROWS_AT_ONCE:
            stream.write("".join(some).encode("utf-8"))
            some = []
    stream.write(("".join(some) + "\n]\n").encode("utf-8"))
    return tally


def _plain(column: Column, value: Value) -> str | int | float | None:
    if column.kind == "amount" and isinstance(value, int):
        return euros(value)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
