"""No text of the data becomes a formula in a spreadsheet, none is lost, and no number is changed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.csv_files import write_excel
from exports.escaping import escaped, unescaped
from exports.table import Column
from tests.exports.generated import READER, TEXTS, a_table, cells

SKIPPED = " \u00a0\ufeff\u200b"
TRIGGERS = "=+-@\t\r\n|%\x00\uff1d\uff0b\uff0d\uff20"
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")


def could_run(text: str) -> bool:
    """The rule as it is written down: after blanks and signs without width, the first sign starts a formula."""
    shown = text.lstrip(SKIPPED)
    return bool(shown) and shown[0] in TRIGGERS and NUMBER.fullmatch(text) is None


@settings(max_examples=1_000)
@given(st.lists(TEXTS, min_size=20, max_size=20))
def test_of_20000_texts_none_is_live_each_can_be_read_back_and_no_number_is_changed(texts):
    for text in texts:
        safe = escaped(text)
        assert not could_run(safe)
        assert unescaped(safe) == text
        if NUMBER.fullmatch(text):
            assert safe == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("\u00a0\ufeff\u200b@SUM(1)", "'\u00a0\ufeff\u200b@SUM(1)"),
        ("\u3000=1", "'\u3000=1"),
        ("\uff1dcmd", "'\uff1dcmd"),
        ("\tx", "'\tx"),
        ("|calc", "'|calc"),
        ("-10", "-10"),
        ("+39 06 1234", "'+39 06 1234"),
        ("-10,50", "-10,50"),
        ("-1.5e-3", "-1.5e-3"),
        ("-1-1", "'-1-1"),
        ("'quoted", "''quoted"),
        ("'=1", "''=1"),
        ("- attività", "'- attività"),
        ("-٣", "'-٣"),
        ("Asse 1", "Asse 1"),
        ("a=b", "a=b"),
        ("", ""),
        (" ", " "),
    ],
)
def test_what_is_made_safe_and_what_is_left_alone(text, safe):
    assert escaped(text) == safe


def test_heads_are_made_safe_too(monkeypatch):
    monkeypatch.setitem(READER.w._texts, "table.title", "=HYPERLINK(1)")
    table = a_table([], (Column("title", "text", "table.title"),))
    content = _written(table)
    assert cells(content, ";") == [["'=HYPERLINK(1)"]]


def test_separators_quotes_and_line_ends_in_a_text_stay_in_its_cell():
    text = 'a;b\r\n"c",=1'
    table = a_table([(text,), ('";=1+1;"',)], (Column("title", "text", "table.title"),))
    assert cells(_written(table), ";")[1:] == [[text], ['";=1+1;"']]


def _written(table):
    from io import BytesIO  # noqa: PLC0415  # only here

    stream = BytesIO()
    write_excel(table, READER, stream)
    return stream.getvalue()
