"""Reading a text table: how it is written is found out, every row has its line, nothing is guessed or rounded."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_model.records import AcceptedRow, ParsedRow, SourceRecord
from importers.reading import (
    BadValue,
    UnreadableFile,
    cents,
    iso_date,
    normalise,
    parse_rows,
    required,
    scaled_integer,
    year_end,
)
from tests.importers.files import open_table, records, refused, write


def read(path) -> list[tuple[int, tuple[str, ...]]]:
    return [(line, tuple(cells)) for line, cells in open_table(path).rows()]


def unreadable(path) -> str:
    with pytest.raises(UnreadableFile) as refused_file:
        read(path)
    return refused_file.value.reason


# --- how the file is written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("ascii", "utf-8-sig")],
)
def test_the_encoding_is_found_and_the_letters_are_right(tmp_path, encoding, found):
    text = "nome,importo\r\nPovertà – «città»,1\r\n" if encoding != "ascii" else "nome,importo\r\nPoverta,1\r\n"
    path = write(tmp_path / "f.csv", text, encoding)
    table = open_table(path)
    assert (table.encoding, table.names) == (found, ("nome", "importo"))
    assert read(path) == [(2, ("Povertà – «città»" if encoding != "ascii" else "Poverta", "1"))]


def test_letters_beyond_the_first_megabytes_decide_the_encoding_too(tmp_path):
    path = write(tmp_path / "f.csv", "nome,importo\n" + "a,1\n" * 600_000 + "Povertà,1\n", "cp1252")
    assert open_table(path).encoding == "cp1252"
    assert read(path)[-1] == (600_002, ("Povertà", "1"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    path = write(tmp_path / "f.csv", f'a{delimiter}b\n"1{delimiter}2"{delimiter}3\n')
    assert open_table(path).delimiter == delimiter
    assert read(path) == [(2, (f"1{delimiter}2", "3"))]


@pytest.mark.parametrize("text", ["", "\n", "   \nx\n"])
def test_a_file_without_a_header_is_refused(tmp_path, text):
    assert unreadable(write(tmp_path / "f.csv", text)) == "empty"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,\x00\n", "not_text"),
        ("a,b\n1,2\n".encode("utf-16"), "utf_16"),
        ("a,b\n1,2\n".encode("utf-16-be"), "not_text"),
        (b"a,b\n\x81\x8d,2\n", "not_text"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, content, reason):
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    assert unreadable(path) == reason


def test_a_header_that_repeats_a_column_is_refused_and_names_it(tmp_path):
    path = write(tmp_path / "f.csv", "Total amount,x,total_amount\n1,2,3\n")
    with pytest.raises(UnreadableFile, match="total_amount") as refused_file:
        open_table(path)
    assert refused_file.value.reason == "repeated_column"


@pytest.mark.parametrize("body", ['"never closed,1\n2,3\n', 'x"y,1\n"a"b,2\n'])
def test_broken_quoting_refuses_the_file(tmp_path, body):
    assert unreadable(write(tmp_path / "f.csv", "a,b\n" + body)) == "broken_quoting"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Total Amount", "total_amount"),
        (" TO_code ", "to_code"),
        ("EU co-financing", "eu_co_financing"),
        ("cci", "cci"),
    ],
)
def test_column_names_are_compared_without_case_and_blanks(written, name):
    assert normalise(written) == name


# --- rows -------------------------------------------------------------------------------------------------------


def test_every_row_has_the_line_it_starts_on_and_blank_lines_count(tmp_path):
    path = write(tmp_path / "f.csv", 'a,b\r\n\r\n1,"two\r\nlines"\r\n\r\n3,4')
    assert read(path) == [(3, ("1", "two\r\nlines")), (6, ("3", "4"))]


def test_cells_are_stripped_so_that_one_blank_is_empty(tmp_path):
    assert read(write(tmp_path / "f.csv", 'a,b\n" ", x \n')) == [(2, ("", "x"))]


def rows_of(path) -> list[ParsedRow]:
    def parse(line, cells):
        required(cells, "b")
        return AcceptedRow(line, (SourceRecord(cells["a"], cells["b"]),))

    return list(parse_rows(open_table(path), parse))


@pytest.mark.parametrize(("row", "width"), [("1,2,3", "3"), ("1", "1"), (" ", "1")])
def test_a_row_of_the_wrong_width_is_refused_and_the_others_do_not_shift(tmp_path, row, width):
    rows = rows_of(write(tmp_path / "f.csv", f"a,b\n1,2\n{row}\n5,6\n"))
    assert refused(rows) == [(3, None, width, "wrong_width")]
    assert records(rows, SourceRecord) == [SourceRecord("1", "2"), SourceRecord("5", "6")]


def test_a_nul_deep_in_the_file_refuses_its_row(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 20_000 + b"1,x\x00y\n")
    assert refused(rows_of(path)) == [(20_002, None, None, "nul_character")]


def test_words_that_other_readers_take_for_missing_stay_words(tmp_path):
    rows = rows_of(write(tmp_path / "f.csv", "a,b\nNA,null\n007,None\n"))
    assert records(rows, SourceRecord) == [SourceRecord("NA", "null"), SourceRecord("007", "None")]


def test_a_missing_value_is_refused_with_its_column(tmp_path):
    assert refused(rows_of(write(tmp_path / "f.csv", "a,b\n1,\n"))) == [(2, "b", "", "missing")]


# --- values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("0", 0),
        ("-0.00", 0),
        ("1249204169", 124_920_416_900),
        ("658221493.61", 65_822_149_361),
        ("2187578.9", 218_757_890),
        ("0.29", 29),
        ("1.10", 110),
        ("4.350000", 435),
        ("-12.5", -1250),
        ("+3", 300),
        ("999999999999999.99", 99_999_999_999_999_999),
        ("0001", 100),
    ],
)
def test_euros_become_cents(text, expected):
    assert cents({"value": text}, "value") == expected


@pytest.mark.parametrize(
    "text",
    [
        "1e5", "1E5", "inf", "-inf", "nan", "Infinity", "1,5", "1.234,56", "1,234.56", "1 000", "1\u00a0000", "1_000",
        ".5", "5.", "--1",
        "(5.00)", "\u22125", "€5", "0x10", "٣", "1.2.3", "1000000000000000", "NaN", "-", "1\n",
    ],
)  # fmt: skip
def test_what_is_not_plainly_a_number_with_a_decimal_point_is_refused(text):
    with pytest.raises(BadValue) as bad:
        scaled_integer({"value": text}, "value", 2)
    assert (bad.value.column, bad.value.value, bad.value.reason) == ("value", text, "not_a_number")


@pytest.mark.parametrize("text", ["0.001", "1.005", "-2.675", "123456789012345.0000000000000000000000001"])
def test_more_decimals_than_cents_are_refused_and_not_rounded(text):
    with pytest.raises(BadValue) as bad:
        cents({"value": text}, "value")
    assert bad.value.reason == "too_many_decimals"


digits = st.text("0123456789", min_size=1, max_size=15)
numbers = st.tuples(st.sampled_from(["", "+", "-"]), digits, st.text("0123456789", max_size=30)).map(
    lambda parts: f"{parts[0]}{parts[1]}.{parts[2]}" if parts[2] else f"{parts[0]}{parts[1]}"
)


@given(text=numbers, places=st.sampled_from([0, 2, 3]))
@settings(max_examples=500)
def test_a_number_is_read_exactly_or_refused_and_never_through_a_float(text, places):
    sign, number, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    numerator = int("".join(map(str, number))) * 10**places * (-1 if sign else 1)
    exact, rest = divmod(numerator, 10**-exponent)
    if rest:
        with pytest.raises(BadValue):
            scaled_integer({"value": text}, "value", places)
    else:
        assert scaled_integer({"value": text}, "value", places) == exact


@given(st.integers(-(10**17) + 1, 10**17 - 1))
@settings(max_examples=300)
def test_cents_written_as_euros_come_back_as_the_same_cents(amount):
    whole, rest = divmod(abs(amount), 100)
    assert cents({"value": f"{'-' if amount < 0 else ''}{whole}.{rest:02}"}, "value") == amount


@pytest.mark.parametrize(
    "text", ["20190620", "2019-W25-4", "20/06/2019", "2019-6-20", "2019-02-30", "2019-06", "2019-06-20T00:00", "2019"]
)
def test_a_date_in_another_form_is_refused(text):
    with pytest.raises(BadValue) as bad:
        iso_date({"on": text}, "on")
    assert bad.value.reason == "not_a_date"


def test_a_date_is_read_and_an_empty_one_is_missing():
    assert str(iso_date({"on": "2019-06-20"}, "on")) == "2019-06-20"
    assert iso_date({"on": ""}, "on") is None


@pytest.mark.parametrize("text", ["0", "18", "20190", "0000", "²018", "٢٠١٨", "2018.0", "MMXVIII"])
def test_a_year_that_is_not_four_digits_is_refused(text):
    with pytest.raises(BadValue) as bad:
        year_end({"year": text}, "year")
    assert bad.value.reason == "not_a_date"
