"""The Commission's planned finance: both real files against plain loops, EAFRD, rows without an axis, no date."""

from datetime import date

import pytest

from data_model.records import AxisRecord, ProgrammeRecord
from data_model.vocabulary import DateBasis
from importers.reading import Context
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, figures, parsed, records, refused, write

NATIVE = {"planned_total": "Total Amount", "planned_eu": "EU Amount", "planned_national": "National Amount"}
API = {"planned_total": "total_amount", "planned_eu": "eu_amount", "planned_national": "national_amount"}


def sums(found) -> dict[tuple[str, str, str | None], int]:
    """Cents per programme, measure and fund."""
    totals: dict[tuple[str, str, str | None], int] = {}
    for figure in found:
        key = (figure.programme_code, figure.measure, figure.fund_code)
        totals[key] = totals.get(key, 0) + figure.amount_cents
    return totals


@pytest.mark.parametrize(
    ("name", "columns", "cci", "fund"),
    [(real_files.PLANNED_NATIVE, NATIVE, "CCI", "Fund"), (real_files.PLANNED_2022, API, "cci", "fund")],
)
def test_every_programme_and_fund_of_a_real_file_sums_to_what_its_rows_sum_to(name, columns, cci, fund):
    expected: dict[tuple[str, str, str | None], int] = {}
    for row in real_files.rows(name):
        for measure, column in columns.items():
            key = (row[cci], measure, row[fund])
            expected[key] = expected.get(key, 0) + oracles.cents(row[column])
    _, rows = parsed(real_files.real(name), Context())
    assert sums(figures(rows)) == expected
    in_rows = {m: sum(row.sums[m] for row in rows) for m in columns}
    assert in_rows == {m: sum(v for (_, measure, _), v in expected.items() if measure == m) for m in columns}


def test_no_two_rows_of_the_native_file_say_the_same_thing_also_those_of_eafrd():
    _, rows = parsed(real_files.real(real_files.PLANNED_NATIVE), Context())
    keys = [f.natural_key() for f in figures(rows)]
    assert len(keys) == len(set(keys)) == 3 * 7_524
    assert max(map(len, keys)) <= 300
    assert max(len(f.breakdown_code or "") for f in figures(rows)) <= 20


def test_the_plan_of_pon_inclusione_of_2019_is_12_rows_of_which_the_first_is_read_whole():
    mine = [row for row in real_files.rows(real_files.PLANNED_NATIVE) if row["CCI"] == oracles.PON]
    _, rows = parsed(real_files.real(real_files.PLANNED_NATIVE), Context(programmes=frozenset((oracles.PON,))))
    found = figures(rows)
    assert len(found) == 3 * len(mine) == 36
    first = found[0]
    assert (first.axis_code, first.category_code, first.fund_code) == (
        mine[0]["Priority"],
        oracles.CATEGORY_CODES[mine[0]["Category of region"]],
        "ESF",
    )
    assert first.place.endswith(f"· v{mine[0]['Ver']}")


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (Context(), (None, DateBasis.UNDATED)),
        (Context(as_of=date(2019, 4, 11)), (date(2019, 4, 11), DateBasis.STATED)),
        (Context(as_of=date(2019, 4, 11), date_assumed=True), (date(2019, 4, 11), DateBasis.ASSUMED)),
    ],
)
def test_the_file_has_no_date_but_the_one_that_the_person_gives(context, expected):
    _, rows = parsed(real_files.real(real_files.PLANNED_2022), context)
    assert {(f.as_of, f.date_basis) for f in figures(rows)} == {expected}


def one_row(**changes: str) -> dict[str, str]:
    return real_files.rows(real_files.PLANNED_2022)[0] | changes


def read_one(tmp_path, **changes: str):
    return parsed(write(tmp_path / "f.csv", as_csv([one_row(**changes)])), Context())[1]


def test_measure_and_focus_area_of_eafrd_are_part_of_what_a_figure_is_about(tmp_path):
    found = figures(read_one(tmp_path, fund="EAFRD", to="06", eafrd_measure_code="M13", eafrd_fa="FA_P4"))
    assert {f.breakdown_code for f in found} == {"06/M13/FA_P4"}


@pytest.mark.parametrize(("to", "code"), [("9", "09"), ("09", "09"), ("TA", "TA"), ("VOID", None), ("", None)])
def test_an_objective_that_lost_its_leading_zero_is_the_same_objective(tmp_path, to, code):
    assert {f.breakdown_code for f in figures(read_one(tmp_path, to=to))} == {code}


def test_a_row_without_an_axis_speaks_of_the_programme(tmp_path):
    rows = read_one(tmp_path, priority="", cci="2014IT14MFOP001", fund="EMFF")
    assert {(f.subject_kind, f.subject_code, f.axis_code) for f in figures(rows)} == {("programme", "2014IT14MFOP001", None)}
    assert records(rows, AxisRecord) == []
    assert records(rows, ProgrammeRecord)[0].fund is None  # one row does not say which funds a programme has


def test_the_category_that_no_italian_programme_has_is_known(tmp_path):
    rows = read_one(tmp_path, category_of_region="Outermost or Northern Sparsely Populated")
    assert {f.category_code for f in figures(rows)} == {"OUT"}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("category_of_region", "Elsewhere", "unknown_code"),
        ("total_amount", "1,5", "not_a_number"),
        ("eu_amount", "1.005", "too_many_decimals"),
        ("cci", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    assert refused(read_one(tmp_path, **{column: value})) == [(2, column, value, reason)]


def test_an_empty_amount_is_missing_and_a_zero_is_zero(tmp_path):
    found = {f.measure: f.amount_cents for f in figures(read_one(tmp_path, eu_amount="", national_amount="0"))}
    assert (found["planned_eu"], found["planned_national"]) == (None, 0)
