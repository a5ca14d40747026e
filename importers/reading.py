"""Reads a text table row by row: encoding and delimiter found from its content, every row with its line."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from data_model.records import ParsedRow, RefusedRow, Sums


class UnreadableFile(Exception):
    """The file as a whole cannot be taken; `reason` is a code with words in texts."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


class BadValue(ValueError):
    """One value cannot be read; `reason` is a code with words in texts."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}: {value!r}")
        self.column = column
        self.value = value
        self.reason = reason


@dataclass(frozen=True)
class Context:
    """What a file does not say about itself and the person who brings it does."""

    programme: str | None = None
    source: str | None = None
    as_of: date | None = None
    date_assumed: bool = False
    repeated_sources: frozenset[str] = frozenset()
    """Sources whose rows only repeat another file: check totals, skipped."""

    def required_source(self) -> str:
        """The source of a file that does not name it. Raises UnreadableFile."""
        if self.source is None:
            raise UnreadableFile("source_needed")
        return self.source

    def required_programme(self) -> str:
        """The programme of a file that does not name it. Raises UnreadableFile."""
        if self.programme is None:
            raise UnreadableFile("programme_needed")
        return self.programme


@dataclass(frozen=True)
class TextTable:
    """A text table: its names, normalised, and how it is written."""

    path: Path
    encoding: str
    delimiter: str
    names: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """One (line, cells) per row, blank lines left out."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            try:
                next(reader)
                line = reader.line_num + 1
                for cells in reader:
                    if cells:
                        yield line, tuple(cell.strip() for cell in cells)
                    line = reader.line_num + 1
            except csv.Error as error:
                raise UnreadableFile("broken_quoting", f"{reader.line_num}: {error}") from error


def normalise(name: str) -> str:
    """A column name in lower case with underscores: `Total Amount` and `total_amount` are the same column."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def open_table(path: Path) -> TextTable:
    """Find out how a text table is written. Raises UnreadableFile."""
    with path.open("rb") as stream:
        head = stream.read(65_536)
    if b"\0" in head:
        raise UnreadableFile("not_text")
    encoding = _encoding(path)
    first = head.decode(encoding, errors="replace").splitlines()[:1]
    if not first or not first[0].strip():
        raise UnreadableFile("empty")
    delimiter = max(",;|\t", key=first[0].count)
    names = tuple(normalise(cell) for cell in next(csv.reader(first, delimiter=delimiter)))
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise UnreadableFile("repeated_column", ", ".join(repeated))
    return TextTable(path, encoding, delimiter, names)


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else the Western code page of Windows. Raises UnreadableFile."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableFile("not_text")


def parse_rows(
    table: TextTable,
    parse: Callable[[int, Mapping[str, str]], ParsedRow],
    rename: Mapping[str, str] | None = None,
    amounts: Callable[[Mapping[str, str]], Sums] = lambda _: {},
) -> Iterator[ParsedRow]:
    """One parsed row per row of the table; a row of the wrong width or with a bad value is refused, with the reason.

    `amounts` reads the sums of a row apart from its meaning, so that what is refused or skipped is counted too.
    """
    names = tuple((rename or {}).get(name, name) for name in table.names)
    for line, cells in table.rows():
        if len(cells) != len(names):
            yield RefusedRow(line, None, str(len(cells)), "wrong_width")
            continue
        if any("\0" in cell for cell in cells):
            yield RefusedRow(line, None, None, "nul_character")
            continue
        row = dict(zip(names, cells, strict=True))
        try:
            parsed = parse(line, row)
        except BadValue as bad:
            parsed = RefusedRow(line, bad.column, bad.value, bad.reason)
        yield replace(parsed, sums=amounts(row))


def readable_cents(row: Mapping[str, str], columns: Mapping[str, str]) -> Sums:
    """The cents per measure of the columns that can be read; what cannot be read is in no sum."""
    found = {}
    for column, measure in columns.items():
        try:
            value = cents(row, column)
        except BadValue:
            continue
        if value is not None:
            found[measure] = value
    return found


def required(row: Mapping[str, str], column: str) -> str:
    """The text of a cell that must not be empty. Raises BadValue."""
    if not row[column]:
        raise BadValue(column, "", "missing")
    return row[column]


def scaled_integer(row: Mapping[str, str], column: str, places: int) -> int | None:
    """A number with a decimal point as an integer of 10**-places; None for an empty cell. Raises BadValue.

    More decimals than `places` are refused unless they are zeros: nothing is rounded silently.
    """
    text = row[column]
    if not text:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]+)?", text):
        raise BadValue(column, text, "not_a_number")
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > places:
        raise BadValue(column, text, "too_many_decimals")
    return int(whole + decimals.ljust(places, "0"))


def cents(row: Mapping[str, str], column: str) -> int | None:
    """Euros with a decimal point as integer cents; None for an empty cell. Raises BadValue."""
    return scaled_integer(row, column, 2)


def iso_date(row: Mapping[str, str], column: str) -> date | None:
    """A YYYY-MM-DD date; None for an empty cell. Raises BadValue."""
    text = row[column]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # fromisoformat takes week dates too
        raise BadValue(column, text, "not_a_date")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadValue(column, text, "not_a_date") from error


def year_end(row: Mapping[str, str], column: str) -> date:
    """The last day of a year of four digits. Raises BadValue."""
    text = required(row, column)
    if not re.fullmatch(r"[12][0-9]{3}", text):
        raise BadValue(column, text, "not_a_date")
    return date(int(text), 12, 31)


def one_of(row: Mapping[str, str], column: str, allowed: type) -> str:
    """A code of a closed vocabulary (a StrEnum). Raises BadValue."""
    text = required(row, column)
    if text not in set(allowed):  # type: ignore[call-overload]  # an enum class is iterable
        raise BadValue(column, text, "unknown_code")
    return text
