"""The national series of certified expenditure: the real file against plain loops."""

import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from data_model.records import ProgrammeRecord, SkippedRow
from data_model.vocabulary import DateBasis, Firmness
from importers.reading import Context
from tests.importers import real_files
from tests.importers.files import as_csv, figures, parsed, records, refused, write

COLUMNS = {
    "certified_result": ("Spesa certificata su dotazione", 3),
    "paid_result": ("Pagamenti su dotazione", 3),
    "certified_target_eu": ("Obiettivo comunitario di spesa certificata", 3),
    "oc_paid_admitted": ("pag ammessi", 2),
    "oc_allocated": ("dotazione", 2),
}


def expected() -> dict[tuple[date, str], tuple[int, bool]]:
    """{(last day of the month, measure): (value, whether decimals were lost)}"""
    found = {}
    for row in real_files.rows(real_files.NATIONAL):
        year, month = int(row["Anno"]), int(row["Mese_NUM"])
        day = date(year, month, calendar.monthrange(year, month)[1])
        for measure, (column, places) in COLUMNS.items():
            if row[column]:
                exact = Decimal(row[column].replace(",", ".")).scaleb(places)
                whole = exact.quantize(Decimal(1), ROUND_HALF_UP)
                found[day, measure] = (int(whole), whole != exact)
    return found


def test_every_number_of_the_real_file_is_there_once_and_those_that_were_rounded_say_so():
    identity, rows = parsed(real_files.real(real_files.NATIONAL), Context())
    found = {
        (f.as_of, f.measure): (
            f.amount_cents if f.unit == "EUR" else f.quantity_thousandths,
            f.firmness is Firmness.DERIVED,
        )
        for f in figures(rows)
    }
    assert found == expected()
    assert len(rows) == 99
    assert [row.line for row in rows if isinstance(row, SkippedRow)] == [98, 99]
    assert identity.notes.counts["rounded_decimals"] == sum(lost for _, lost in expected().values())
    for measure in ("oc_paid_admitted", "oc_allocated"):
        assert sum(row.sums.get(measure, 0) for row in rows) == sum(
            v for (_, m), (v, _) in expected().items() if m == measure
        )


def test_the_wording_is_what_the_source_writes_with_all_of_its_decimals():
    _, rows = parsed(real_files.real(real_files.NATIONAL), Context())
    first = figures(rows[:1])
    assert {f.measure: f.wording for f in first}["oc_paid_admitted"] == "1831610189,24999"
    assert {f.measure: f.amount_cents for f in first}["oc_paid_admitted"] == 183_161_018_925


def test_the_last_day_of_the_month_is_assumed():
    _, rows = parsed(real_files.real(real_files.NATIONAL), Context())
    assert {f.date_basis for f in figures(rows)} == {DateBasis.ASSUMED}


def test_the_file_names_no_programme_and_its_rows_go_where_the_person_says():
    identity, rows = parsed(real_files.real(real_files.NATIONAL), Context())
    assert {f.programme_code for f in figures(rows)} == {"QSN-2007-2013"}
    assert {r.code for r in records(rows, ProgrammeRecord)} == {"QSN-2007-2013"}
    assert identity.notes.details["no_programme_named"] == ["QSN-2007-2013"]
    _, rows = parsed(real_files.real(real_files.NATIONAL), Context(programmes=frozenset(("MINE",))))
    assert {f.programme_code for f in figures(rows)} == {"MINE"}
    assert records(rows, ProgrammeRecord) == []


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Mese_NUM", "13", "not_a_date"),
        ("Mese_NUM", "0", "not_a_date"),
        ("Mese_NUM", "", "missing"),
        ("Anno", "09", "not_a_date"),
        ("dotazione", "59413693771.5", "not_a_number"),
        ("dotazione", "59.413.693.771", "not_a_number"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    rows = [real_files.rows(real_files.NATIONAL)[0] | {column: value}]
    _, found = parsed(write(tmp_path / "f.csv", as_csv(rows, delimiter=";")), Context())
    assert refused(found) == [(2, column.lower(), value, reason)]
