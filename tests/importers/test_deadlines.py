"""Decisions on dates: seven extensions and two windows for applications."""

from collections import Counter
from datetime import date

import pytest

from data_model.records import DeadlineRecord
from importers.reading import Context
from tests import oracles
from tests.importers.files import as_csv, parsed, records, refused, write

CONTEXT = Context(programmes=frozenset((oracles.PON,)))


def read() -> list[DeadlineRecord]:
    return records(parsed(oracles.DEADLINES, CONTEXT)[1], DeadlineRecord)


def test_seven_are_extensions_of_avvisi_3_and_4_and_two_are_windows_of_avviso_1_2019():
    assert Counter((d.kind, d.call_code) for d in read()) == {
        ("extension", "AVV3_2016"): 4,
        ("extension", "AVV4_2016"): 3,
        ("application_window", "AVV1_2019_PAIS"): 2,
    }


def test_each_decision_keeps_its_dates_act_source_and_caveat():
    expected = [
        (r["scope_code"], r["new_deadline"], r["act"], r["source_id"], r["note"] or None)
        for r in oracles.rows(oracles.DEADLINES)
    ]
    assert [(d.call_code, d.new_deadline.isoformat(), d.act, d.source_id, d.note) for d in read()] == expected


def test_a_decision_of_which_only_the_month_is_known_keeps_its_wording():
    assert (read()[0].decided_on, read()[0].decided_wording) == (date(2019, 3, 1), "2019-03")


def test_a_decision_of_a_known_day_keeps_it():
    assert (read()[1].decided_on, read()[1].decided_wording) == (date(2021, 2, 15), "2021-02-15")


def test_a_window_of_which_no_decision_is_known_has_no_date_of_decision():
    assert (read()[-1].decided_on, read()[-1].decided_wording) == (None, None)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("new_deadline", "", "missing"),
        ("new_deadline", "2020-12", "not_a_date"),
        ("decided_on", "2019", "not_a_date"),
        ("act", "", "missing"),
        ("scope_code", "", "missing"),
        ("source_id", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    row = oracles.rows(oracles.DEADLINES)[1] | {column: value}
    assert refused(parsed(write(tmp_path / "f.csv", as_csv([row])), CONTEXT)[1]) == [(2, column, value, reason)]
