"""Each form gives back what went into it: the same rows, each value of its type, sums to the cent."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings

from exports import workbooks
from exports.asked import Misused
from exports.flavours import FLAVOURS, write_zipped
from tests.exports.generated import COLUMNS, READER, ROWS, a_table, as_read, cells, from_json, italian, value

KINDS = [column.kind for column in COLUMNS]


def written(flavour, table, reader=READER):
    stream = io.BytesIO()
    tally = FLAVOURS[flavour].write(table, reader, stream)
    return stream.getvalue(), tally


def summed(rows):
    return sum(row[2] for row in rows if row[2] is not None)


@given(ROWS)
def test_a_csv_for_excel_gives_back_the_rows(rows):
    content, tally = written("excel", a_table(rows))
    assert content.startswith(b"\xef\xbb\xbf")
    head, *found = cells(content, ";")
    assert head == ["Titolo", "Asse", "Impegni (€)", "Progetti", "Rendicontato su impegnato", "Dati al"]
    assert [tuple(map(italian, KINDS, row)) for row in found] == as_read(rows)
    assert (tally.rows, tally.sums) == (len(rows), {"committed_eur": summed(rows)})


@given(ROWS)
def test_an_open_csv_gives_back_the_rows(rows):
    content, tally = written("open", a_table(rows))
    head, *found = cells(content, ",")
    assert head == [column.key for column in COLUMNS]
    assert [tuple(map(value, KINDS, row)) for row in found] == as_read(rows)
    assert tally.missing == {"committed_eur": sum(row[2] is None for row in rows)}


@given(ROWS)
def test_json_gives_back_the_rows(rows):
    content, _ = written("json", a_table(rows))
    assert from_json(COLUMNS, content) == rows
    assert content.count(b"\n") >= len(rows)


@settings(max_examples=60)
@given(ROWS)
def test_a_workbook_gives_back_the_rows_with_their_types_and_without_a_formula(rows):
    content, _ = written("xlsx", a_table(rows))
    readme, sheet = openpyxl.load_workbook(io.BytesIO(content))
    for row in (*readme.iter_rows(), *sheet.iter_rows()):
        assert [cell.coordinate for cell in row if cell.data_type == "f"] == []
    found = [tuple(map(_plain, KINDS, row)) for row in sheet.iter_rows(min_row=2, max_row=len(rows) + 1, max_col=6)]
    found = found[: len(rows)]
    assert found == [tuple(map(_as_excel_can, KINDS, row)) for row in rows]


def test_lines_of_a_cell_end_as_excel_ends_them():
    assert workbooks.fitting("uno\r\ndue\rtre\nquattro") == "uno\ndue\ntre\nquattro"


def _plain(kind, cell):
    if cell.value is None:
        return None
    if kind in ("text", "code"):
        assert cell.data_type in ("s", "inlineStr"), cell.data_type
        return cell.value
    assert cell.data_type == ("d" if kind == "date" else "n")
    if kind == "date":
        assert isinstance(cell.value, datetime)
        return cell.value.date()
    return round(Decimal(repr(cell.value)) * (100 if kind == "amount" else 1), 6)


def _as_excel_can(kind, found):
    """XML knows no control characters and one line end; an empty text is read as none."""
    if isinstance(found, str):
        return workbooks.fitting(found) or None
    return found


def test_a_csv_for_excel_is_written_to_the_letter():
    rows = [('=1;"2"', "03", -123_456, 1234, Decimal("0.5"), date(2018, 12, 31)), (None, None, None, 0, None, None)]
    content, _ = written("excel", a_table(rows))
    assert content.decode("utf-8-sig").split("\r\n")[1:] == ['"\'=1;""2""";"03";-1234,56;1234;0,5;31/12/2018', ";;;0;;", ""]


def test_an_open_csv_is_written_to_the_letter():
    rows = [('=1;"2"', "03", -123_456, 1234, Decimal("0.5"), date(2018, 12, 31)), (None, None, 0, 0, None, None)]
    content, _ = written("open", a_table(rows))
    assert content.decode("utf-8").split("\r\n")[1:] == ['"=1;""2""","03",-1234.56,1234,0.5,2018-12-31', ",,0.00,0,,", ""]


def test_amounts_below_a_euro_and_below_zero_keep_their_cents():
    amounts = [0, 1, 99, 100, -1, -99, -100, 10**15 + 7]
    content, _ = written("open", a_table([(None, None, cents, None, None, None) for cents in amounts]))
    assert [row[2] for row in cells(content, ",")[1:]] == [
        "0.00", "0.01", "0.99", "1.00", "-0.01", "-0.99", "-1.00", "10000000000000.07"
    ]  # fmt: skip


def test_a_workbook_has_a_frozen_head_filters_euros_and_says_what_it_is():
    rows = [("a", "1", 123_456, 1, Decimal("0.5"), date(2018, 12, 31)), ("b", "2", None, None, None, None)]
    content, _ = written("xlsx", a_table(rows))
    readme, sheet = openpyxl.load_workbook(io.BytesIO(content))
    assert (readme.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Leggimi", "B2", "A1:F3")
    assert [cell.number_format for cell in sheet[2]] == ["@", "@", '#,##0.00 "€"', "#,##0", "0.0%", "dd/mm/yyyy"]
    said = {row[0]: row[1] for row in reversed(list(readme.iter_rows(values_only=True))) if row[0]}
    assert said["Righe"] == "2"
    assert said["Somma della colonna «Impegni (€)»"] == "1.234,56\u00a0€, senza le righe in cui è n.d.: 1"
    assert said["Dati al"] == "31/12/2018"
    assert said["Impegni (€)"].startswith("Importi sotto convenzione o impegnati")


def test_a_text_too_long_for_excel_is_cut_with_a_mark():
    content, _ = written("xlsx", a_table([("x" * 40_000, None, None, None, None, None)]))
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]["A2"].value
    assert (len(cell), cell[-2:]) == (32_767, "x…")


def test_a_table_too_long_for_a_sheet_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    with pytest.raises(Misused) as refused:
        written("xlsx", a_table([("a", None, None, None, None, None)] * 3))
    assert refused.value.sentence == "export.too_many_rows"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_packed_file_holds_the_same_bytes(flavour):
    table = a_table([("a", "1", 100, 1, None, None)])
    stream = io.BytesIO()
    write_zipped(FLAVOURS[flavour], table, READER, stream)
    with zipfile.ZipFile(stream) as archive:
        (name,) = archive.namelist()
        assert name == FLAVOURS[flavour].file_name("axes", table.asked)
        if flavour != "xlsx":  # a workbook carries the time it was made
            assert archive.read(name) == written(flavour, table)[0]


def test_a_file_without_rows_has_its_head():
    assert written("open", a_table([]))[0].count(b"\r\n") == 1
    assert written("json", a_table([]))[0] == b"[\n]\n"
