"""Excel workbooks (xlsx), sheet by sheet as text tables: numbers to 15 significant digits, as Excel shows them."""

import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from importers.plain_rows import picker
from importers.reading import CELL_SEPARATOR, Picked, UnreadableFile, checked_names

MAX_ROWS = 50_000
MAX_COLUMNS = 1_000
MAX_PART = 48 << 20
MAX_WHOLE = 128 << 20
MAX_STRINGS = 24 << 20
"""openpyxl keeps all shared strings in memory; a sheet is streamed."""

_CHUNK = 1 << 20
_BROKEN = (
    zlib.error,
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    EOFError,
    IndexError,
)


@dataclass(frozen=True)
class SheetTable:
    """One sheet whose first row that is not empty is its header."""

    path: Path
    name: str
    sheet: str
    header: tuple[str, ...]
    header_line: int
    encoding: str = "xlsx"
    delimiter: str = ""
    rounded: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The normalised names of the columns."""
        return checked_names(self.header)

    def rows(self, only: Collection[str] | None = None) -> Iterator[tuple[int, list[str]]]:
        """One (line, cells) per row that is not empty; as wide as the header, and wider where a row is."""
        width = len(self.header)
        for line, cells in _lines(self.path, self.sheet):
            if line > self.header_line and any(cells):
                while len(cells) > width and not cells[-1]:
                    cells.pop()  # a sheet is as wide as its widest mark, also of format only
                yield line, cells + [""] * (width - len(cells))

    def picked(self, places: Sequence[int]) -> Iterator[Picked]:
        """The rows with the cells at some places."""
        pick = picker(places, len(self.header))
        for line, cells in self.rows():
            yield line, pick(cells), CELL_SEPARATOR.join(cells)

    def cells_of(self, written: str) -> tuple[str, ...]:
        """The cells of a row that is one text."""
        return tuple(written.split(CELL_SEPARATOR))


def sheets(path: Path) -> Iterator[SheetTable]:
    """The sheets that hold a table. Raises UnreadableFile."""
    _check_parts(path)
    for sheet in _sheet_names(path):
        for line, cells in _lines(path, sheet):
            if any(cells):
                while cells and not cells[-1]:
                    cells.pop()
                checked_names(tuple(cells))
                yield SheetTable(path, f"{path.name}#{sheet}", sheet, tuple(cells), line)
                break


def _check_parts(path: Path) -> None:
    """Refuse what would not fit in memory, before it is unpacked; then what defines entities or has too many rows, by a
    look at the raw text that costs a hundredth of reading it."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        for entry in entries:
            if entry.file_size > (MAX_STRINGS if "sharedStrings" in entry.filename else MAX_PART):
                raise UnreadableFile("bomb", entry.filename)
        if sum(entry.file_size for entry in entries) > MAX_WHOLE:
            raise UnreadableFile("bomb", path.name)
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                _check_part(archive, entry)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    rows, before = 0, b""
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                text = (before + chunk).replace(b"\0", b"")  # also what is written in UTF-16
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise UnreadableFile("entities", entry.filename)
                rows += text.count(b"<row", max(len(before) - len(b"<row") + 1, 0))
                if rows > MAX_ROWS:
                    raise UnreadableFile("too_many_rows", str(MAX_ROWS))
                before = chunk[-16:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFile("broken_zip", entry.filename) from error


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The workbook, read from a stream: by its path openpyxl would judge it by the end of its name."""
    with path.open("rb") as stream:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


def _sheet_names(path: Path) -> list[str]:
    try:
        with _open(path) as workbook:
            return [sheet.title for sheet in workbook.worksheets]
    except DefusedXmlException as error:
        raise UnreadableFile("entities") from error
    except (*_BROKEN, SyntaxError) as error:  # SyntaxError: what is not XML
        raise UnreadableFile("broken_workbook") from error


def _lines(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """One (line, cells) per row of a sheet, the lines that a file leaves out included."""
    try:
        with _open(path) as workbook:
            for line, row in enumerate(workbook[sheet].iter_rows(values_only=True), 1):
                if line > MAX_ROWS:
                    raise UnreadableFile("too_many_rows", f"{MAX_ROWS}")
                if len(row) > MAX_COLUMNS:
                    raise UnreadableFile("too_wide", f"{len(row)}")
                yield line, [_text(cell) for cell in row]
    except DefusedXmlException as error:
        raise UnreadableFile("entities", sheet) from error
    except (*_BROKEN, SyntaxError) as error:
        raise UnreadableFile("broken_workbook", sheet) from error


def _text(cell: Any) -> str:
    """A cell as text. Excel keeps a number as a binary fraction and shows 15 digits of it: those are its value."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
