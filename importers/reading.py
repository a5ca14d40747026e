"""Reads a text table row by row: encoding and delimiter found from its content, every row with its line."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import BinaryIO, Protocol, TextIO, TypeVar

from data_model.records import Notes, ParsedRow, RefusedRow, SkippedRow, Sums
from data_model.vocabulary import DateBasis
from importers.plain_rows import picker, plain_rows

Cells = TypeVar("Cells")


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
    """What a file does not say about itself and the person who brings it does.

    `programmes`: those asked for; empty means all of a file that names its programmes.
    """

    programmes: frozenset[str] = frozenset()
    source: str | None = None
    as_of: date | None = None
    date_assumed: bool = False
    repeated_sources: frozenset[str] = frozenset()
    """Sources whose rows only repeat another file: check totals, skipped."""
    notes: Notes = field(default_factory=Notes)
    """Where importers put what they notice and what does not stop them."""

    def wants(self, programme: str) -> bool:
        """Whether a programme is among those asked for."""
        return not self.programmes or programme in self.programmes

    def required_source(self, default: str | None = None) -> str:
        """The source of a file that does not name it. Raises UnreadableFile."""
        source = self.source or default
        if source is None:
            raise UnreadableFile("source_needed")
        return source

    def required_programme(self) -> str:
        """The one programme of a file that does not name it. Raises UnreadableFile."""
        if len(self.programmes) != 1:
            raise UnreadableFile("programme_needed")
        return next(iter(self.programmes))

    def required_date(self) -> date:
        """The reference date of a file that carries none. Raises UnreadableFile."""
        if self.as_of is None:
            raise UnreadableFile("date_needed")
        return self.as_of

    @property
    def date_basis(self) -> DateBasis:
        """How firm the reference date is that the person gave."""
        return DateBasis.UNDATED if self.as_of is None else DateBasis.ASSUMED if self.date_assumed else DateBasis.STATED


Picked = tuple[int, tuple[str, ...] | None, str]
"""(line, some of its cells, the row as one text); without cells where the row is not as wide as the header."""


class Rows(Protocol):
    """Rows under named columns. `name` is how places in them are called."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102

    def rows(self, only: Collection[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row that is not blank. With `only` (normalised names), other cells may be left empty."""
        ...


class Table(Rows, Protocol):
    """A table with a header: text, sheet of a workbook or parquet."""

    @property
    def encoding(self) -> str: ...  # noqa: D102
    @property
    def delimiter(self) -> str: ...  # noqa: D102
    @property
    def header(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def rounded(self) -> bool: ...  # noqa: D102

    def picked(self, places: Sequence[int]) -> Iterator[Picked]:
        """The rows for what reads few columns of many: the cells at these places, where that after the last is an empty
        one, with the blanks around them left as they are."""
        ...

    def cells_of(self, written: str) -> tuple[str, ...]:
        """The cells of a row that was kept as one text, which takes a tenth of their memory."""
        ...


ROUNDED = "avanzamento_arrotondato"
"""Column that marks refused rows of a source with 32-bit floats, given back as text: their values are still rounded."""


@dataclass(frozen=True)
class TextTable:
    """A text table: its header as written, and how the file is written."""

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    open: Callable[[], AbstractContextManager[BinaryIO]]
    rounded: bool = False
    newline: str = ""
    """What ends its lines: \\n, maybe after \\r; or, empty, any that csv knows, which takes longer to read."""

    @property
    def names(self) -> tuple[str, ...]:
        """The normalised names of the columns."""
        return checked_names(self.header)

    def rows(self, only: Collection[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row, blank lines left out."""
        for line, cells, _ in self._read(_by_csv, list):
            yield line, [cell.strip() for cell in cells]

    def picked(self, places: Sequence[int]) -> Iterator[Picked]:
        """The rows with the cells at some places, mostly by a pattern: see plain_rows."""
        width = len(self.header)
        with closing(self._read(_by_csv, list)) as rows:
            first = next(((written, cells) for _, cells, written in rows if len(cells) == width > 1), None)
        plain = _by_csv if first is None else plain_rows(*first, self.delimiter, places)
        yield from self._read(plain, picker(places, width))

    def _read(
        self, plain: Callable[[str], Cells | None], take: Callable[[list[str]], Cells]
    ) -> Generator[tuple[int, Cells, str], None, None]:
        """One (line, cells, the row as written) per row: what `plain` makes of a row that it knows, else what `take` makes
        of all cells."""
        with self.open() as stream:
            text = io.TextIOWrapper(stream, encoding=self.encoding, newline=self.newline)
            line, lines = 1, list[str]()
            source = bounded_lines(text, lines)
            try:
                for first in source:
                    if line > 1 and (known := plain(first)) is not None:
                        yield line, known, first
                    else:
                        cells = next(csv.reader(chain((first,), source), delimiter=self.delimiter, strict=True))
                        if cells and line > 1:
                            yield line, take(cells), "".join(lines)
                    line += len(lines)
                    lines.clear()
            except csv.Error as error:
                reason = "huge_field" if "field larger" in str(error) else "broken_quoting"
                raise UnreadableFile(reason, f"{self.name}:{line}") from error
            finally:
                text.detach()

    def cells_of(self, written: str) -> tuple[str, ...]:
        """The cells of a row as it is written."""
        return tuple(cell.strip() for cell in next(csv.reader([written], delimiter=self.delimiter)))


def _by_csv(_: str) -> None:
    """No row is plain."""


CELL_SEPARATOR = "\x1f"
"""The control character that is made for parting fields: joins the cells of tables that are no text."""

MAX_LINE = 1 << 20
HEAD = 65_536
"""Bytes from which a header is read."""

MAX_COLUMNS = 2_000


def bounded_lines(text: TextIO, given: list[str]) -> Iterator[str]:
    """The lines of a text; they are added to those `given`. Raises UnreadableFile at one that would fill the memory."""
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            raise UnreadableFile("huge_field")
        parts = io.StringIO(line, newline="") if "\r" in line.rstrip("\r\n") else (line,)
        for part in parts:
            given.append(part)
            yield part


def normalise(name: str) -> str:
    """A column name in lower case with underscores: `Total Amount` and `total_amount` are the same column."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def checked_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """The normalised names of a header. Raises UnreadableFile where two columns have the same name."""
    names = tuple(normalise(cell) for cell in header)
    repeated = sorted(name for name, count in Counter(names).items() if name and count > 1)
    if repeated:
        raise UnreadableFile("repeated_column", ", ".join(repeated))
    return names


def header_of(head: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """(delimiter, cells of the header) of a text table, from its beginning. Raises UnreadableFile."""
    first = head.decode(encoding, errors="replace").splitlines()[:1]
    if not first or not first[0].strip():
        raise UnreadableFile("empty")
    if len(head) == HEAD and b"\n" not in head and b"\r" not in head:
        raise UnreadableFile("too_wide")
    delimiter = max(",;|\t", key=first[0].count)
    try:
        header = tuple(next(csv.reader(first, delimiter=delimiter)))
    except csv.Error as error:
        raise UnreadableFile("broken_quoting", "1") from error
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile("too_wide", str(len(header)))
    checked_names(header)
    return delimiter, header


def parse_rows(
    table: Rows,
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
            parsed: ParsedRow = RefusedRow(line, None, str(len(cells)), "wrong_width")
        elif any("\0" in cell for cell in cells):
            parsed = RefusedRow(line, None, None, "nul_character")
            cells = [cell.replace("\0", "␀") for cell in cells]  # noqa: PLW2901  # no database keeps a NUL
        else:
            row = dict(zip(names, cells, strict=True))
            try:
                parsed = parse(line, row)
            except BadValue as bad:
                parsed = RefusedRow(line, bad.column, bad.value, bad.reason)
            parsed.sums = amounts(row)
        if not isinstance(parsed, SkippedRow):
            parsed.cells = tuple(cells)
        yield parsed


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
