"""The Commission's payments: the real rows against plain loops, the older release, the year that may not be over."""

from datetime import date

import pytest

from data_model.vocabulary import DateBasis
from importers.reading import Context
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, figures, parsed, refused, write

COLUMNS = {
    "eu_payments": "total_net_payments",
    "eu_pre_financing": "net_pre_financing",
    "eu_interim_payments": "net_interim_payments",
    "eu_closure_payment": "payment_at_closure",
    "net_planned_eu": "net_planned_eu_amount",
    "eu_decommitted_at_closure": "de_commitments_at_closure",
}


def one_row(**changes: str) -> dict[str, str]:
    """The real row of PON Inclusione with some cells changed."""
    return next(row for row in real_files.rows(real_files.PAYMENTS) if row["cci"] == oracles.PON) | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)])), Context())[1]


def test_each_real_row_becomes_its_six_amounts_with_fund_category_and_year():
    _, rows = parsed(real_files.real(real_files.PAYMENTS), Context())
    found = {
        (f.programme_code, f.fund_code, f.category_code, f.as_of, f.measure): (f.amount_cents, f.wording)
        for f in figures(rows)
    }
    expected: dict[tuple, tuple[int, str]] = {}
    for row in real_files.rows(real_files.PAYMENTS):
        key = (row["cci"], row["fund"], oracles.CATEGORY_CODES[row["category_of_region"]], date(int(row["year"]), 12, 31))
        expected |= {(*key, m): (oracles.cents(row[column]), row[column]) for m, column in COLUMNS.items()}
    assert found == expected
    assert len(found) == 6 * 7


def test_payments_are_pre_financing_and_interim_payments_and_the_balance_in_every_real_row():
    _, rows = parsed(real_files.real(real_files.PAYMENTS), Context())
    for row in rows:
        sums = row.sums
        assert sums["eu_payments"] == sums["eu_pre_financing"] + sums["eu_interim_payments"] + sums["eu_closure_payment"]


@pytest.mark.parametrize(("latest", "basis"), [("N", DateBasis.STATED), ("Y", DateBasis.ASSUMED), ("", DateBasis.STATED)])
def test_the_year_of_the_latest_row_may_not_be_over(tmp_path, latest, basis):
    found = figures(read_one(tmp_path, is_latest_period=latest))
    assert {(f.as_of, f.date_basis) for f in found} == {(date(2024, 12, 31), basis)}


def test_a_row_without_a_category_speaks_of_the_programme(tmp_path):
    found = figures(read_one(tmp_path, category_of_region="VOID"))
    assert {(f.subject_kind, f.subject_code, f.category_code) for f in found} == {("programme", oracles.PON, None)}


def test_an_older_release_has_some_names_in_the_singular_and_its_own_decommitments(tmp_path):
    row = one_row()
    older = {
        "cci": row["cci"],
        "title": row["title"],
        "fund": row["fund"],
        "category_of_region": row["category_of_region"],
        "year": row["year"],
        "planned_eu_amount": "168300000",
        "n_3_decommitment_amount": "1000.5",
        "net_pre_financing": row["net_pre_financing"],
        "net_interim_payment": row["net_interim_payments"],
        "total_net_payment": row["total_net_payments"],
    }
    identity, rows = parsed(write(tmp_path / "f.csv", as_csv([older])), Context())
    assert {f.measure: f.amount_cents for f in figures(rows)} == {
        "eu_payments": oracles.cents(row["total_net_payments"]),
        "eu_pre_financing": oracles.cents(row["net_pre_financing"]),
        "eu_interim_payments": oracles.cents(row["net_interim_payments"]),
        "eu_decommitted_n_plus_3": 100_050,
    }
    assert identity.notes.details["missing_columns"] == [
        "de_commitments_at_closure",
        "is_latest_period",
        "net_planned_eu_amount",
        "payment_at_closure",
    ]


def test_a_recovery_may_make_an_amount_negative_and_an_empty_cell_is_missing(tmp_path):
    found = {
        f.measure: f.amount_cents for f in figures(read_one(tmp_path, net_interim_payments="-12.30", payment_at_closure=""))
    }
    assert (found["eu_interim_payments"], found["eu_closure_payment"]) == (-1_230, None)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("fund", "", "missing"), ("year", "soon", "not_a_date"), ("total_net_payments", "1.234,5", "not_a_number")],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    assert refused(read_one(tmp_path, **{column: value})) == [(2, column, value, reason)]
