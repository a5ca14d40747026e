"""The Commission's indicators file: missing is not zero, and targets are figures of their own."""

from datetime import date

import pytest

from data_model.records import SkippedRow
from importers.reading import Context
from tests import oracles
from tests.importers.files import as_csv, figures, parsed, refused, write

CONTEXT = Context(source="ec_ind")
BROWSER_NAMES = {"title": "Programme Title", "cci": "CCI", "implemented_value": "Implemented Value", "year": "Year"}


def one_row(**changes: str) -> dict[str, str]:
    """A real row of PON Inclusione with some cells changed."""
    return oracles.indicator_rows()[0] | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)])), CONTEXT)[1]


def test_an_empty_value_is_missing_and_a_zero_is_zero(tmp_path):
    found = figures(read_one(tmp_path, implemented_value="0", target_value=""))
    assert [(f.measure, f.quantity_thousandths) for f in found] == [("indicator_value", 0)]


def test_a_row_with_neither_value_nor_target_is_skipped_with_the_reason(tmp_path):
    assert read_one(tmp_path, implemented_value="", target_value="") == [SkippedRow(2, "no_value")]


def test_a_value_and_a_target_are_two_figures_at_the_end_of_the_year(tmp_path):
    found = figures(read_one(tmp_path, implemented_value="12.5", target_value="780", year="2019"))
    assert [(f.measure, f.quantity_thousandths, f.as_of) for f in found] == [
        ("indicator_value", 12_500, date(2019, 12, 31)),
        ("indicator_target", 780_000, date(2019, 12, 31)),
    ]


def test_the_rows_of_2021_of_pon_inclusione_have_only_targets():
    _, rows = parsed(oracles.INDICATORS, CONTEXT)
    found = [f for f in figures(rows) if f.programme_code == oracles.PON and f.as_of == date(2021, 12, 31)]
    assert [f.measure for f in found] == ["indicator_target"] * 6


def test_both_header_styles_give_equal_records(tmp_path):
    rows = oracles.indicator_rows()
    (tmp_path / "api").mkdir()
    (tmp_path / "browser").mkdir()
    api = parsed(write(tmp_path / "api" / "f.csv", as_csv(rows)), CONTEXT)[1]
    names = {name: name.replace("_", " ").title() for name in rows[0]} | BROWSER_NAMES
    assert parsed(write(tmp_path / "browser" / "f.csv", as_csv(rows, names)), CONTEXT)[1] == api
    assert len(api) == 250


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("category_of_region", "Outermost", "unknown_code"),
        ("implemented_value", "1,5", "not_a_number"),
        ("target_value", "0.0001", "too_many_decimals"),
        ("year", "2018-19", "not_a_date"),
        ("ind_code", "", "missing"),
        ("priority_code", "", "missing"),
        ("cci", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    good = {"implemented_value": "1", "target_value": "2"}
    assert refused(read_one(tmp_path, **(good | {column: value}))) == [(2, column, value, reason)]


def test_an_investment_priority_that_does_not_apply_is_none(tmp_path):
    assert {f.breakdown_code for f in figures(read_one(tmp_path, investment_priority="VOID"))} == {None}
    assert {f.breakdown_code for f in figures(read_one(tmp_path, investment_priority="9iv"))} == {"9iv"}
