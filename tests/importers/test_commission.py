"""What all of the Commission's formats do: their own data set, other programmes, unknown columns, the cut at 1,000 rows."""

import pytest

from data_model.records import AcceptedRow, SkippedRow, SourceRecord
from importers.formats import read_file
from importers.reading import Context
from tests import oracles
from tests.importers import real_files
from tests.importers.files import as_csv, figures, parsed, records, write

FILES = {
    "esif_finance": (oracles.FINANCE, "99js-gm52"),
    "esif_indicators": (oracles.INDICATORS, "aesb-873i"),
    "esif_planned": (real_files.real(real_files.PLANNED_2022), "e4v6-qrrq"),
    "esif_payments": (real_files.real(real_files.PAYMENTS), "gayr-92qh"),
}
"""Format to a file of it, and the data set it comes from."""

each_format = pytest.mark.parametrize(("path", "data_set"), FILES.values(), ids=FILES)


@each_format
def test_figures_come_from_the_formats_own_data_set_unless_the_person_names_another(path, data_set):
    _, rows = parsed(path, Context())
    assert {f.source_id for f in figures(rows)} == {data_set}
    (source,) = set(records(rows, SourceRecord))
    assert (source.id, source.overwrite) == (data_set, False)
    _, named = parsed(path, Context(source="mine"))
    assert {f.source_id for f in figures(named)} == {"mine"}
    assert records(named, SourceRecord) == []


@each_format
def test_rows_of_programmes_not_asked_for_are_skipped_with_their_sums(path, data_set):
    _, everything = parsed(path, Context())
    _, rows = parsed(path, Context(programmes=frozenset((oracles.PON,))))
    cci = [row["cci"] for row in oracles.rows(path)]
    left_out = [row for row in rows if isinstance(row, SkippedRow) and row.reason == "other_programme"]
    assert len(left_out) == sum(code != oracles.PON for code in cci) > 0
    assert {f.programme_code for f in figures(rows)} == {oracles.PON}
    assert [row.sums for row in rows] == [row.sums for row in everything]


@each_format
def test_a_bad_value_of_another_programme_refuses_nothing(tmp_path, path, data_set):
    bad = dict(oracles.rows(path)[0]) | {"cci": "2014XX00XXXX001", "category_of_region": "?"}
    _, (row,) = parsed(write(tmp_path / "f.csv", as_csv([bad])), Context(programmes=frozenset((oracles.PON,))))
    assert isinstance(row, SkippedRow)


@each_format
def test_unknown_columns_are_listed_and_a_missing_optional_one_is_too(tmp_path, path, data_set):
    optional = "is_latest_period" if data_set == "gayr-92qh" else "ver"
    cells = {k: v for k, v in oracles.rows(path)[0].items() if k != optional} | {"New  Column": "x", "avanzamento_riga": "2"}
    identity, rows = parsed(write(tmp_path / "f.csv", as_csv([cells])), Context())
    assert not [row for row in rows if not isinstance(row, AcceptedRow | SkippedRow)]
    assert identity.notes.details == {"unknown_columns": ["New Column"], "missing_columns": [optional]}
    assert parsed(path, Context())[0].notes.counts == {}


@pytest.mark.parametrize(("count", "noted"), [(999, {}), (1_000, {"exactly_1000_rows": 1}), (1_001, {})])
@each_format
def test_a_file_of_exactly_1000_rows_may_have_been_cut(tmp_path, path, data_set, count, noted):
    template = oracles.rows(path)[0]
    rows = [template | {"cci": f"2014IT{number:05d}"} for number in range(count)]
    identity, parsed_rows = parsed(write(tmp_path / "f.csv", as_csv(rows)), Context())
    assert (len(parsed_rows), identity.notes.counts) == (count, noted)


@each_format
def test_names_of_columns_may_be_written_in_capitals_and_with_blanks(tmp_path, path, data_set):
    rows = oracles.rows(path)[:50]
    spaced = {name: name.replace("_", " ").upper() for name in rows[0]}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = parsed(write(tmp_path / "a" / "f.csv", as_csv(rows)), Context())
    capital = parsed(write(tmp_path / "b" / "f.csv", as_csv(rows, spaced, ";")), Context())
    assert plain[1] == capital[1]
    assert capital[0].format == plain[0].format


def test_the_finance_file_is_not_taken_for_a_plan_although_it_has_all_of_its_columns():
    with pytest.raises(Exception, match="unknown_format"):
        read_file(oracles.FINANCE, Context(), "esif_planned")
