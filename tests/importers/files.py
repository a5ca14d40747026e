"""Files for the importers' tests, written as they come from the world."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from data_model.records import AcceptedRow, FigureRecord, FileIdentity, ParsedRow, RefusedRow
from importers.formats import read_file
from importers.opening import open_package
from importers.reading import Context, Table


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text, line ends as given."""
    path.write_bytes(text.encode(encoding))
    return path


def open_table(path: Path) -> Table:
    """The one table of a file."""
    (table,) = open_package(path).tables
    return table


def as_csv(rows: Iterable[Mapping[str, str]], names: Mapping[str, str] | None = None, delimiter: str = ",") -> str:
    """The rows as text; `names` gives a column another name in the header."""
    rows, names, out = list(rows), names or {}, io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([names.get(name, name) for name in rows[0]])
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def parsed(path: Path, context: Context) -> tuple[FileIdentity, list[ParsedRow]]:
    """A file as its importer reads it."""
    identity, rows = read_file(path, context)
    return identity, list(rows)


def records(rows: Iterable[ParsedRow], kind: type) -> list:
    """All records of one kind, in the order of the file."""
    return [record for row in rows if isinstance(row, AcceptedRow) for record in row.records if isinstance(record, kind)]


def figures(rows: Iterable[ParsedRow]) -> list[FigureRecord]:
    """All figures, in the order of the file."""
    return records(rows, FigureRecord)


def refused(rows: Iterable[ParsedRow]) -> list[tuple[int, str | None, str | None, str]]:
    """One (line, column, value, reason) per refused row."""
    return [(row.line, row.column, row.value, row.reason) for row in rows if isinstance(row, RefusedRow)]
