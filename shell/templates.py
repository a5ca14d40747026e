"""Our templates as files to download: CSV for an Italian Excel, and XLSX with an explanation beside the table."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data_model.vocabulary import CATEGORIES
from importers import template_cells as cells
from importers.numbers import written_date, written_number
from importers.templates import Column, Template
from texts import Words

_BOLD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="F2F5F8")
_WRAP = Alignment(wrap_text=True, vertical="top")
_EMPTY_ROWS = 200
"""Rows below the example whose cells have the form of their column already."""

_FORMS = {"number": "#,##0.00", "date": "dd/mm/yyyy", "code": "@", "text": "@"}


def csv_bytes(template: Template) -> bytes:
    """The table with its example row: `;`, decimal comma, dates as 31/12/2018, with the mark that Excel knows UTF-8 by."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in template.columns])
    writer.writerow([_italian(column) for column in template.columns])
    return out.getvalue().encode("utf-8-sig")


def _italian(column: Column) -> str:
    day = written_date(column.example) if column.kind == "date" else None
    return f"{day:%d/%m/%Y}" if day else column.example


def xlsx_bytes(template: Template, w: Words) -> bytes:
    """A workbook: what each column wants, the table with its example row, the codes and words that it takes."""
    book = Workbook()
    readme = book.active
    assert isinstance(readme, Worksheet)
    readme.title = w("template.sheet_readme")
    _fill_readme(readme, template, w)
    _fill_table(book.create_sheet(w("template.sheet_table")), template)
    _fill_codes(book.create_sheet(w("template.sheet_codes")), template, w)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_readme(sheet: Worksheet, template: Template, w: Words) -> None:
    heads = [w(f"template.head_{name}") for name in ("column", "required", "meaning", "example")]
    _row(sheet, heads, bold=True)
    for column in template.columns:
        _row(sheet, [column.name, _required(column, w), explained(column, w), _italian(column)])
    for text in (w(f"template.{template.name}_help"), w("template.rules_example"), w("template.rules_numbers")):
        _row(sheet, [text])
    _widths(sheet, (26, 14, 90, 40))


def _required(column: Column, w: Words) -> str:
    return w("table.yes") if column.required else w("table.no")


def explained(column: Column, w: Words) -> str:
    """What a column wants, in words."""
    return w(f"template.column_{column.name}")


def _fill_table(sheet: Worksheet, template: Template) -> None:
    _row(sheet, [column.name for column in template.columns], bold=True)
    for number, column in enumerate(template.columns, 1):
        for line in range(2, _EMPTY_ROWS + 2):
            sheet.cell(line, number).number_format = _FORMS[column.kind]
        cell = sheet.cell(2, number)
        assert isinstance(cell, Cell)
        cell.value = _typed(column)
        cell.fill = _FILL
    sheet.freeze_panes = "A2"
    _widths(sheet, [max(14, len(column.name) + 2) for column in template.columns])


def _typed(column: Column) -> str | int | float | date | None:
    """The example as Excel keeps it: a number, a day, a text."""
    if not column.example:
        return None
    if column.kind == "date":
        return written_date(column.example)
    if column.kind == "number":
        hundredths = written_number(column.example, 2) or 0
        return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
    return column.example


def _fill_codes(sheet: Worksheet, template: Template, w: Words) -> None:
    _row(sheet, [w(f"template.head_{name}") for name in ("column", "code", "meaning")], bold=True)
    for name, code, meaning in codes(template, w):
        _row(sheet, [name, code, meaning])
    _widths(sheet, (26, 32, 90))


def codes(template: Template, w: Words) -> Iterator[tuple[str, str, str]]:
    """(column, what may be written, what it means) of the columns that take only certain words."""
    taken: Mapping[str, Mapping[str, str]] = {
        "oggetto_tipo": {word: w(f"template.kind_{code}") for word, code in cells.KINDS.items()},
        "misura": {code: w(f"measure.{code}.label") for code in (*cells.MEASURES, *cells.TARGETS)},
        "obiettivo": {code: w(f"measure.{code}.label") for code in cells.TARGETS},
        "categoria_regione": {code: w(f"category.{code}") for code in CATEGORIES},
        "quanto_e_certo": {word: w(f"firmness.{code}.means") for word, code in cells.FIRMNESSES.items()},
        "stato_persone": {word: w(f"measure.{code}.label") for word, code in cells.PERSONS.items()},
        "stato": {word: w(f"status.{code}.label") for word, code in cells.STATUSES.items()},
        "stato_detto_o_dedotto": {word: w(f"status_basis.{code}") for word, code in cells.STATUS_BASES.items()},
        "tipo": {word: w(f"deadline.{code}") for word, code in cells.DEADLINE_KINDS.items()},
        "data_presunta": {"sì": w("template.assumed_yes"), "no": w("template.assumed_no")},
    }
    for column in template.columns:
        for code, meaning in taken.get(column.name, {}).items():
            yield column.name, code, meaning


def _row(sheet: Worksheet, values: list[str], *, bold: bool = False) -> None:
    """One line of texts: none of them is taken for a formula."""
    line = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None else sheet.max_row + 1
    for number, value in enumerate(values, 1):
        cell = sheet.cell(line, number)
        assert isinstance(cell, Cell)
        cell.value = value
        cell.data_type = "s"
        cell.alignment = _WRAP
        if bold:
            cell.font, cell.fill = _BOLD, _FILL


def _widths(sheet: Worksheet, widths: tuple[int, ...] | list[int]) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
