"""The Commission's finance file: both headers, the shifted reference date, what is refused."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from data_model.records import AxisRecord, ProgrammeRecord
from data_model.vocabulary import DateBasis, Firmness
from importers.reading import Context
from tests import oracles
from tests.importers.files import as_csv, figures, parsed, records, refused, write

CONTEXT = Context(source="ec_fin")
BROWSER_NAMES = {
    "ms": "MS",
    "ms_name": "MS Name",
    "cci": "CCI",
    "title": "Programme Title",
    "ver": "Ver",
    "fund": "Fund",
    "priority": "Priority",
    "to": "TO_code",
    "to_short": "To short",
    "to_long": "TO long",
    "category_of_region": "Category of region",
    "eafrd_measure": "EAFRD Measure code",
    "measure_short_description": "Measure short description",
    "eafrd_fa": "EAFRD Focus Area code",
    "focus_area_short_description": "Focus area short description",
    "eu_amount": "EU Amount",
    "national_amount": "National Amount",
    "total_amount": "Total Amount",
    "year": "Year",
    "eu_co_financing": "EU co-financing",
    "total_eligible_cost": "Total Eligible Cost",
    "total_eligible_expenditure": "Total Eligible Expenditure",
    "ir_last_version": "IR Last Version",
    "reference_date": "Reference Date",
}
"""How the browser's download writes the names (FORMATS.md, B2, and the same manner for the columns of B1 only)."""


def one_row(**changes: str) -> dict[str, str]:
    """A real row of PON Inclusione (axis 1 at the end of 2018) with some cells changed."""
    real = next(row for row in oracles.finance_rows() if (row["year"], row["priority"]) == ("2018", "1"))
    return real | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)])), CONTEXT)[1]


@contextmanager
def machine_in(zone: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process's time zone, where the system lets a process choose (not on Windows)."""
    set_zone = getattr(time, "tzset", lambda: None)
    monkeypatch.setenv("TZ", zone)
    set_zone()
    yield
    monkeypatch.undo()
    set_zone()


def test_a_row_becomes_its_five_amounts_with_date_wording_and_place(tmp_path):
    real = one_row()
    found = figures(read_one(tmp_path))
    assert {f.measure: f.amount_cents for f in found} == {
        measure: oracles.cents(real[column]) for measure, column in oracles.FINANCE_COLUMNS.items()
    }
    assert {f.measure: f.wording for f in found} == {m: real[c] for m, c in oracles.FINANCE_COLUMNS.items()}
    assert {f.place for f in found} == {f"f.csv:2 · v{real['ver']}"}
    assert {(f.as_of, f.date_basis, f.firmness) for f in found} == {(date(2018, 12, 31), DateBasis.STATED, Firmness.EXACT)}
    assert {(f.axis_code, f.category_code, f.source_id, f.series) for f in found} == {("1", "MD", "ec_fin", "ec")}


def test_declared_expenditure_is_never_called_certified_and_selected_operations_never_commitments(tmp_path):
    measures = {f.measure for f in figures(read_one(tmp_path))}
    assert measures == {"allocated", "allocated_eu", "allocated_national", "selected", "declared"}


def test_the_browsers_header_gives_the_same_records_as_the_api_header(tmp_path):
    rows = oracles.finance_rows()
    assert set(rows[0]) == set(BROWSER_NAMES)
    (tmp_path / "api").mkdir()
    (tmp_path / "browser").mkdir()
    api = parsed(write(tmp_path / "api" / "f.csv", as_csv(rows)), CONTEXT)
    browser = parsed(write(tmp_path / "browser" / "f.csv", as_csv(rows, BROWSER_NAMES), "utf-8-sig"), CONTEXT)
    assert api[0].format == browser[0].format == "esif_finance"
    assert api[0].sha256 != browser[0].sha256
    assert api[1] == browser[1]
    assert len(figures(browser[1])) == 5 * 112


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-12-30T23:00:00Z", date(2018, 12, 31)),
        ("2022-06-29T22:00:00Z", date(2022, 6, 30)),
        ("2018-12-30T23:00:00", date(2018, 12, 31)),
        ("2018-12-30T23:00:00+00:00", date(2018, 12, 31)),
        ("2018-12-31T00:00:00+01:00", date(2018, 12, 31)),
        ("2018-12-31T00:00:00.000", date(2018, 12, 31)),
        ("2018-12-31T00:00:00Z", date(2018, 12, 31)),
        ("2018-12-31", date(2018, 12, 31)),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Rome", "America/Lima", "Pacific/Auckland"])
def test_a_reference_date_shifted_by_the_time_zone_is_put_right_wherever_the_machine_stands(
    tmp_path, monkeypatch, text, expected, zone
):
    with machine_in(zone, monkeypatch):
        found = figures(read_one(tmp_path, reference_date=text))
    assert {(f.as_of, f.date_basis) for f in found} == {(expected, DateBasis.STATED)}


def test_all_rows_of_the_sample_fall_on_the_last_day_of_their_year_or_on_30_june_2022():
    _, rows = parsed(oracles.FINANCE, CONTEXT)
    dates = {str(f.as_of) for f in figures(rows)}
    assert dates == {*(f"{year}-12-31" for year in range(2014, 2022)), "2022-06-30"}


def test_an_empty_reference_date_is_assumed_to_be_the_end_of_the_year(tmp_path):
    found = figures(read_one(tmp_path, reference_date=""))
    assert {(f.as_of, f.date_basis) for f in found} == {(date(2018, 12, 31), DateBasis.ASSUMED)}


def test_an_empty_amount_is_missing_and_a_zero_is_zero(tmp_path):
    found = {f.measure: f.amount_cents for f in figures(read_one(tmp_path, total_eligible_cost="", eu_amount="0"))}
    assert "selected" in found  # as a figure that is not given: no sum may pass over it
    assert found["selected"] is None
    assert found["allocated_eu"] == 0


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("category_of_region", "Outermost", "unknown_code"),
        ("category_of_region", "less developed", "unknown_code"),
        ("total_amount", "1.249.204.169", "not_a_number"),
        ("total_eligible_cost", "1,5", "not_a_number"),
        ("total_eligible_cost", "1.005", "too_many_decimals"),
        ("reference_date", "31/12/2018", "not_a_date"),
        ("year", "2018-19", "not_a_date"),
        ("year", "20180", "not_a_date"),
        ("cci", "", "missing"),
        ("priority", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    assert refused(read_one(tmp_path, **{column: value})) == [(2, column, value, reason)]


@pytest.mark.parametrize("text", ["VOID", ""])
def test_a_category_that_does_not_apply_is_none(tmp_path, text):
    assert {f.category_code for f in figures(read_one(tmp_path, category_of_region=text))} == {None}


def test_double_blanks_in_titles_become_one_and_the_axis_code_stays_text(tmp_path):
    rows = read_one(tmp_path, title="Abruzzo  - ESF", priority="05", to="09")
    assert records(rows, ProgrammeRecord) == [ProgrammeRecord(oracles.PON, "Abruzzo - ESF", "en", "ESF")]
    assert records(rows, AxisRecord) == [AxisRecord(oracles.PON, "05", theme_code="09")]


def test_the_browsers_names_in_the_plural_are_understood_too(tmp_path):
    plural = {"total_eligible_cost": "Total Eligible Costs", "total_eligible_expenditure": "Total Eligible Expenditures"}
    (tmp_path / "browser").mkdir()
    path = write(tmp_path / "browser" / "f.csv", as_csv([one_row()], BROWSER_NAMES | plural))
    identity, rows = parsed(path, CONTEXT)
    assert figures(rows) == figures(read_one(tmp_path))
    assert identity.notes.counts == {}


def test_the_rows_of_two_funds_of_one_axis_are_two_things(tmp_path):
    keys = [{f.natural_key() for f in figures(read_one(tmp_path, fund=fund))} for fund in ("ESF", "ERDF")]
    assert not keys[0] & keys[1]
