"""Tables as Excel workbooks: typed cells, and a first sheet that says what they are. No cell is a formula."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from exports.asked import Misused
from exports.reader import Reader
from exports.readme import Line, Section, sections
from exports.table import BETWEEN_CODES, Column, ExportTable, Row, Tally

MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds below its head."""

LONGEST_TEXT = 32_767
"""Signs that a cell of Excel holds."""

FORMATS = {"amount": '#,##0.00 "€"', "count": "#,##0", "rate": "0.0%", "date": "dd/mm/yyyy", "text": "@", "code": "@"}
"""Excel shows thousands and decimals as its own language writes them."""

FRACTION = "#,##0.00"
"""Counts that are no whole numbers."""

WIDTHS = {"amount": 20.0, "count": 14.0, "rate": 12.0, "date": 13.0, "text": 44.0, "code": 18.0}
Cell = Any


def write_xlsx(table: ExportTable, reader: Reader, stream: BinaryIO) -> Tally:
    """The table as a workbook. Raises Misused where it has more rows than a sheet can hold."""
    book = Workbook(write_only=True)
    book.properties.title = reader.w(f"export.table.{table.name}")
    book.properties.creator = reader.w("export.creator")
    first = book.create_sheet(reader.w("export.readme_sheet"))
    sheet = book.create_sheet(reader.w(f"export.sheet.{table.name}"))
    tally, sources = Tally(), set[str]()
    try:
        _fill(sheet, table, reader, tally, sources)
    except Misused:
        sheet.close()
        raise
    _explain(first, sections(table, reader, tally, sorted(sources)))
    book.save(stream)
    return tally


def _fill(sheet: Cell, table: ExportTable, reader: Reader, tally: Tally, sources: set[str]) -> None:
    """The rows of the table; notes the sources that they name."""
    sheet.freeze_panes = "B2"
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS[column.kind]
    sheet.append([text_cell(sheet, head, bold=True) for head in reader.heads(table)])
    cells = [_typed(sheet, column, reader) for column in table.columns]
    named = [place for place, column in enumerate(table.columns) if column.names_source]
    for row in _fitting(table.counted(tally)):
        sheet.append([None if value is None else cell(value) for cell, value in zip(cells, row, strict=True)])
        for place in named:
            sources.update(str(row[place] or "").split(BETWEEN_CODES))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{tally.rows + 1}"


def _fitting(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise Misused("export.too_many_rows", most=MOST_ROWS)
        yield row


def _typed(sheet: Cell, column: Column, reader: Reader) -> Callable[[Any], Cell]:
    """What makes a cell of a value. The cell is the same for each row: it is written before the next one comes."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = FORMATS[column.kind]
    word = reader.wording(column) if column.kind in ("text", "code") else None

    def typed(value: Any) -> Cell:
        if word is not None:
            return _as_text(cell, word(value))
        cell.value = Decimal(value).scaleb(-2) if column.kind == "amount" else value
        if column.kind == "count":
            cell.number_format = FRACTION if isinstance(value, Decimal) else FORMATS["count"]
        return cell

    return typed


def text_cell(sheet: Cell, text: str, *, bold: bool = False, wrap: bool = False) -> Cell:
    """A cell that holds a text and nothing else."""
    cell = WriteOnlyCell(sheet)
    if bold:
        cell.font = Font(bold=True)
    if bold or wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return _as_text(cell, text)


def _as_text(cell: Cell, text: str) -> Cell:
    """A text that starts like a formula would be taken for one: the type is said afterwards."""
    cell.value = fitting(text)
    cell.data_type = "s"
    return cell


def fitting(text: str) -> str:
    """The text as far as Excel can hold it: without control characters, its lines ended as Excel ends them, cut with a mark
    where it is too long."""
    clean = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= LONGEST_TEXT else f"{clean[: LONGEST_TEXT - 1]}…"


def _explain(sheet: Cell, found: Sequence[Section]) -> None:
    """The sheet that says what the table is: two columns, in sections."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 38.0, 110.0
    for section in found:
        sheet.append([text_cell(sheet, section.title, bold=True)])
        for line in section.lines:
            sheet.append(_line(sheet, line))
        sheet.append([])


def _line(sheet: Cell, line: Line) -> list[Cell]:
    return [text_cell(sheet, part, wrap=True) for part in line]
