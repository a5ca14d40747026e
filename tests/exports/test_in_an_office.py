"""LibreOffice set to Italian opens the files and sees the same values, each of its type."""

import io
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_model.vocabulary import Series
from exports.asked import Asked
from exports.flavours import FLAVOURS
from exports.reader import reader_of
from exports.table import Column
from exports.tables import restricted, table
from tests import oracles
from tests.exports.generated import COLUMNS, READER, a_table
from tests.office import soffice

ITALIAN_CSV = "CSV:59,34,76,1,,1040,{quoted_is_text},true"
"""Semicolons, double quotes, UTF-8, from the first line, Italian (1040); special numbers such as dates are recognised."""

DANGEROUS = ("=1+1", '=HYPERLINK("http://x";"y")', "+39 06", "-1-1", "@SUM(1)", " =1+1", "\uff1d1", "|calc", "%x", "'x",
             'a;b"c', "uno\ndue", "Sì", "03", "-10", "1,5", "31/12/2018")  # fmt: skip


@pytest.fixture(scope="module")
def office() -> str:
    found = soffice()
    if found is None:
        pytest.fail("LibreOffice is needed to test what a spreadsheet shows: apt-get install libreoffice-calc")
    return found


def opened(office: str, folder: Path, content: bytes, extension: str, *, quoted_is_text: bool = True) -> list[list[Any]]:
    """The cells that LibreOffice sees: it opens the file in Italian and saves what it saw as a workbook."""
    file, out = folder / f"file.{extension}", folder / "out"
    file.write_bytes(content)
    reading = [f"--infilter={ITALIAN_CSV.format(quoted_is_text=str(quoted_is_text).lower())}"] if extension == "csv" else []
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", *reading,
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(file)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert (out / "file.xlsx").exists(), done.stderr
    book = openpyxl.load_workbook(out / "file.xlsx")
    sheet = book.worksheets[-1]
    formulas = [cell.coordinate for ws in book for row in ws.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def made(flavour, found, reader=READER):
    stream = io.BytesIO()
    FLAVOURS[flavour].write(found, reader, stream)
    return stream.getvalue()


ROWS = [
    (text, "1", cents, number, Decimal("0.128494"), date(2018, 12, 31))
    for number, (text, cents) in enumerate(zip(DANGEROUS, [0, -1, 123_456, 99_999_999_999_99] * 5, strict=False))
]


def test_a_csv_shows_the_same_values_and_types_in_an_italian_office(office, tmp_path):
    head, *found = opened(office, tmp_path, made("excel", a_table(ROWS)), "csv")
    assert head == READER.heads(a_table(ROWS))
    for (text, code, cents, count, rate, day), row in zip(ROWS, found, strict=True):
        shown, *numbers = row
        assert isinstance(shown, str)
        assert (shown.removeprefix("'"), numbers[0]) == (text, code)
        assert round(Decimal(repr(numbers[1])) * 100) == cents
        assert (numbers[2], Decimal(repr(numbers[3])), numbers[4].date()) == (count, rate, day)


def test_no_text_of_a_csv_becomes_a_formula_even_where_quotes_are_not_read_as_text(office, tmp_path):
    texts = [(text,) for text in DANGEROUS]
    found = a_table(texts, (Column("title", "text", "table.title"),))
    rows = opened(office, tmp_path, made("excel", found), "csv", quoted_is_text=False)
    assert len(rows) == len(texts) + 1


def test_a_workbook_shows_the_same_values_and_types(office, tmp_path):
    _, *found = opened(office, tmp_path, made("xlsx", a_table(ROWS)), "xlsx")
    for (text, code, cents, count, rate, day), row in zip(ROWS, found, strict=True):
        assert row[:2] == [text, code]
        assert round(Decimal(repr(row[2])) * 100) == cents
        assert (row[3], Decimal(repr(row[4])), row[5].date()) == (count, rate, day)


def test_the_sums_of_the_sample_are_right_in_an_italian_office(office, tmp_path, sample_store):
    asked = restricted("commitment_gaps", Asked(oracles.PON, date(2018, 12, 31), Series.EC))
    with sample_store.reading() as session:
        content = made("excel", table(session, "commitment_gaps", asked), reader_of(session, "it"))
    head, *rows = opened(office, tmp_path, content, "csv")
    place = head.index("Divario: selezionato e non dichiarato (€)")
    totals = [t for (year, _), t in oracles.finance_totals(oracles.PON, "year", "axis").items() if year == "2018"]
    assert sum(round(Decimal(repr(row[place])) * 100) for row in rows) == sum(t["selected"] - t["declared"] for t in totals)


assert len(COLUMNS) == len(ROWS[0])
