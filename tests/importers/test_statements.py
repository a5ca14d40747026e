"""The 46 statements of the deck, each with its stage and who says so."""

from collections import Counter
from datetime import date

import pytest

from data_model.records import ActivityRecord
from importers.reading import Context, UnreadableFile
from tests import oracles
from tests.importers.files import as_csv, parsed, records, refused, write

CONTEXT = Context(programmes=frozenset((oracles.PON,)), source="seed", as_of=date(2019, 6, 20), date_assumed=True)


def read(context: Context = CONTEXT) -> list[ActivityRecord]:
    return records(parsed(oracles.STATEMENTS, context)[1], ActivityRecord)


def test_all_46_statements_are_read_in_the_order_of_the_deck():
    found = read()
    assert [(a.position, a.code) for a in found] == [(n, f"S{n:02}") for n in range(1, 47)]


def test_each_statement_keeps_its_words_its_status_and_who_says_so():
    expected = [
        (r["id"], r["beneficiary"], r["activity"], r["status"], r["status_phrase"], r["status_basis"])
        for r in oracles.rows(oracles.STATEMENTS)
    ]
    found = [(a.code, a.beneficiary, a.activity, a.status, a.status_wording, a.status_basis) for a in read()]
    assert found == expected


def test_the_statuses_are_counted_as_in_the_file():
    assert Counter(a.status for a in read()) == Counter(row["status"] for row in oracles.rows(oracles.STATEMENTS))
    assert Counter(a.status_basis for a in read()) == Counter(r["status_basis"] for r in oracles.rows(oracles.STATEMENTS))


def test_a_statement_on_axes_1_and_2_belongs_to_both():
    for statement, row in zip(read(), oracles.rows(oracles.STATEMENTS), strict=True):
        assert statement.axis_codes.split(";") == row["axis"].split("-")
    assert {a.axis_codes for a in read()} >= {"PROG", "1;2", "3", "4"}


@pytest.mark.parametrize(
    ("as_of", "assumed", "basis"),
    [(date(2019, 6, 20), True, "assumed"), (date(2019, 6, 20), False, "stated"), (None, False, "undated")],
)
def test_the_date_of_the_statements_is_as_firm_as_who_brings_them_says(as_of, assumed, basis):
    found = read(Context(programmes=frozenset((oracles.PON,)), source="seed", as_of=as_of, date_assumed=assumed))
    assert {(a.as_of, a.date_basis, a.source_id) for a in found} == {(as_of, basis, "seed")}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("status", "finished", "unknown_code"),
        ("status_basis", "guessed", "unknown_code"),
        ("order_in_deck", "first", "not_a_number"),
        ("order_in_deck", "²", "not_a_number"),
        ("activity", "", "missing"),
    ],
)
def test_a_row_with_a_bad_value_is_refused_with_line_column_value_and_reason(tmp_path, column, value, reason):
    row = oracles.rows(oracles.STATEMENTS)[0] | {column: value}
    assert refused(parsed(write(tmp_path / "f.csv", as_csv([row])), CONTEXT)[1]) == [(2, column, value, reason)]


@pytest.mark.parametrize(
    ("context", "reason"),
    [(Context(source="seed"), "programme_needed"), (Context(programmes=frozenset((oracles.PON,))), "source_needed")],
)
def test_statements_of_nobody_are_refused(context, reason):
    with pytest.raises(UnreadableFile) as refused_file:
        read(context)
    assert refused_file.value.reason == reason
