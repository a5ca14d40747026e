"""OpenCoesione files for the tests: one content in every dialect that is found in the world, and large files of it.

The content is that of the real parquet, value by value; what a test changes is changed in the content, not in a file.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracles import PROJECTS

PARQUET = PROJECTS
CONFISCATED = Path(__file__).resolve().parent / "progetti_beni_confiscati_20181031.csv"

Value = str | int | Decimal | date | None
Content = dict[str, Value]
"""One project: column, in the letter case of the parquet, to its value; an empty text is None."""

AMOUNTS = {
    "granted": "OC_FINANZ_TOT_PUB_NETTO",
    "admitted": "COSTO_RENDICONTABILE_UE",
    "committed": "IMPEGNI",
    "paid": "TOT_PAGAMENTI",
    "reported": "OC_TOT_PAGAMENTI_RENDICONTAB_UE",
}
"""Measure to the column that gives it."""

_WHOLE = ("OC_COD_CICLO", "OC_TOTALE_", "OC_FLAG_")


@cache
def columns() -> tuple[tuple[str, str], ...]:
    """One (name, kind) per column of the record, in its order; kind is text, date, whole or amount."""
    schema = pq.read_schema(PARQUET)
    return tuple((field.name, _kind(field.name, field.type)) for field in schema)


def _kind(name: str, typed: pa.DataType) -> str:
    if not pa.types.is_floating(typed):
        return "text"
    if name.upper().startswith(("DATA_", "OC_DATA_")):
        return "date"
    return "whole" if name.startswith(_WHOLE) else "amount"


def shortest(value: float) -> Decimal:
    """The shortest decimal that is the same 32-bit float."""
    return Decimal(np.format_float_positional(np.float32(value), unique=True, trim="0"))


def day(number: int) -> date:
    """YYYYMMDD as a date; day 32 is the last of its month and day 0 the first: see FORMATS.md, A1."""
    year, month, day_of_month = number // 10_000, number // 100 % 100, number % 100
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(max(day_of_month, 1), last))


@cache
def real_rows() -> tuple[Content, ...]:
    """The 1,983 projects of the real parquet, amounts rounded to the cent."""
    return tuple({name: _value(row[name], kind) for name, kind in columns()} for row in pq.read_table(PARQUET).to_pylist())


def _value(cell: str | float | None, kind: str) -> Value:
    if cell is None or isinstance(cell, str):
        return (cell and cell.strip()) or None
    if kind == "date":
        return day(int(cell))
    return int(cell) if kind == "whole" else shortest(cell).quantize(Decimal("0.01"))


def cents(row: Content) -> dict[str, int]:
    """Cents per measure that a project gives."""
    given = {measure: row[column] for measure, column in AMOUNTS.items()}
    return {measure: int(value * 100) for measure, value in given.items() if isinstance(value, Decimal)}


# --- dialects ---------------------------------------------------------------------------------------------------


def native_cell(value: Value, kind: str) -> str:
    """A cell of the native CSV, with its quotes: text quoted, decimal comma, YYYYMMDD, an empty text one blank."""
    if kind == "text":
        return '"' + (str(value).replace('"', '""') if value is not None else " ") + '"'
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return "" if value is None else f"{value:.2f}".replace(".", ",") if kind == "amount" else str(value)


def native(rows: Iterable[Content], only: Sequence[str] = ()) -> str:
    """The native CSV: capitals, semicolons; with `only`, of these columns."""
    chosen = [(name, kind) for name, kind in columns() if not only or name in only]
    lines = [";".join(f'"{name.upper()}"' for name, _ in chosen)]
    lines += [";".join(native_cell(row[name], kind) for name, kind in chosen) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def write_native(path: Path, rows: Iterable[Content], only: Sequence[str] = ()) -> Path:
    """A native CSV, with its BOM."""
    path.write_text(native(rows, only), encoding="utf-8-sig", newline="")
    return path


def write_zip(path: Path, rows: Iterable[Content]) -> Path:
    """The zip as it is downloaded: one native CSV, named after its date."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("progetti_esteso_2021-2027_20240831.csv", native(rows).encode("utf-8-sig"))
    return path


def write_reexport(path: Path, rows: Iterable[Content]) -> Path:
    """As pandas writes the record again: comma, decimal point, every number a float, also codes and dates."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["", *(name for name, _ in columns())])  # its row numbers have no name
    for number, row in enumerate(rows):
        writer.writerow([number, *(_reexported(row[name], kind) for name, kind in columns())])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def _reexported(value: Value, kind: str) -> str:
    if value is None or kind == "text":
        return "" if value is None else str(value)
    return repr(float(f"{value:%Y%m%d}")) if isinstance(value, date) else repr(float(value))


def write_parquet(path: Path, rows: Iterable[Content]) -> Path:
    """The record as parquet, its numbers 32-bit floats."""
    rows = list(rows)
    arrays = {
        name: pa.array([row[name] for row in rows], pa.string())
        if kind == "text"
        else pa.array([_as_float(row[name]) for row in rows], pa.float32())
        for name, kind in columns()
    }
    pq.write_table(pa.table(arrays), path)
    return path


def _as_float(value: Value) -> float | None:
    if value is None:
        return None
    return float(f"{value:%Y%m%d}") if isinstance(value, date) else float(value)


# --- large files ------------------------------------------------------------------------------------------------

_VARIED = ("cod_locale_progetto", *AMOUNTS.values())


def large_lines(count: int, seed: int = 1) -> Iterator[str]:
    """The lines of a native file of the record with `count` projects: texts, codes and dates of the real rows, project
    codes and amounts of their own (an amount that the real row lacks, it lacks too), commitments with cents."""
    random = Random(seed)
    kinds = dict(columns())
    yield ";".join(f'"{name.upper()}"' for name in kinds) + "\r\n"
    templates = []
    for row in real_rows():
        cells = ["%s" if n in _VARIED else native_cell(v, kinds[n]).replace("%", "%%") for n, v in row.items()]
        given = [row[name] is not None for name in _VARIED[1:]]
        templates.append((";".join(cells) + "\r\n", row["cod_locale_progetto"], given))
    order = [name for name in kinds if name in _VARIED]
    places = [order.index(name) for name in _VARIED]
    for number in range(count):
        template, code, given = templates[random.randrange(len(templates))]
        values = [f'"{code}/{number}"', *(_amount(random) if g else "" for g in given)]
        yield template % tuple(values[places.index(i)] for i in range(len(places)))


def _amount(random: Random) -> str:
    cents = random.randrange(100_000_000)
    return f"{cents // 100},{cents % 100:02d}"


def write_large(path: Path, count: int, seed: int = 1) -> Path:
    """A native file of the 199-column record with `count` projects."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.writelines(large_lines(count, seed))
    return path
