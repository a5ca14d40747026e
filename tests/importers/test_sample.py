"""The sample as the store holds it, against the files read with plain loops, on both engines."""

import shutil
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from data_model.importing import store_rows
from data_model.records import ImportResult
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA, Activity, Deadline, RejectedRow, Source
from importers.formats import read_file
from importers.reading import UnreadableFile
from importers.sample import FOLDER, load_sample, manifest
from tests import oracles
from tests.conftest import ENGINES
from tests.store_content import content_of, undone

FIGURE = METADATA.tables["figure"]

YEAR_TOTALS = {
    "2014": ("1238866667.00", "0.00", "0.00"),
    "2015": ("1238866667.00", "1004500.14", "610708.56"),
    "2016": ("1238866667.00", "6531029.74", "1936527.64"),
    "2017": ("1320200000.00", "562756984.48", "31694605.63"),
    "2018": ("1249204169.00", "658221493.61", "89700771.97"),
    "2019": ("1218342885.00", "722571262.90", "157311418.04"),
    "2020": ("1175439551.00", "753004782.43", "264197914.93"),
    "2021": ("1269039551.00", "1148656273.45", "545772912.00"),
    "2022": ("1269039551.00", "1197598723.45", "587004053.57"),
}
"""PON Inclusione: allocated, selected, declared (FORMATS.md, B1)."""

AXIS_TOTALS_2022 = {
    "1": ("257011752.00", "330243718.84", "238480623.61"),
    "2": ("680011900.00", "687837736.17", "300555624.60"),
    "3": ("169405761.00", "122698090.12", "25701121.84"),
    "4": ("18442629.00", "18181138.92", "3106281.64"),
    "5": ("50567509.00", "38638039.40", "19160401.88"),
    "6": ("90000000.00", "0", "0"),
    "7": ("3600000.00", "0", "0"),
}
"""PON Inclusione at 30 June 2022, as above."""

SHOWN = ("allocated", "selected", "declared")


@cache
def current(store: Store) -> list[dict[str, Any]]:
    """One dict per figure that holds now."""
    with store.reading() as session:
        query = sa.select(FIGURE).where(FIGURE.c.valid_to.is_(None))
        return [dict(row) for row in session.execute(query).mappings()]


def commission(store: Store, programme: str = oracles.PON) -> list[dict[str, Any]]:
    """The Commission's figures of a programme."""
    return [f for f in current(store) if f["series"] == "ec" and f["programme_code"] == programme]


def add_up(figures: Iterable[dict[str, Any]], *by: str) -> dict[tuple[Any, ...], int]:
    """The sum of the values per key."""
    sums: dict[tuple[Any, ...], int] = {}
    for figure in figures:
        key = tuple(figure[name] for name in by)
        value = figure["amount_cents"] if figure["unit"] == "EUR" else figure["quantity_thousandths"]
        sums[key] = sums.get(key, 0) + value
    return sums


# --- totals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEAR_TOTALS)
def test_the_year_totals_of_pon_inclusione_are_those_of_the_published_table_to_the_cent(sample_store, year):
    sums = add_up((f for f in commission(sample_store) if f["as_of"].year == int(year)), "measure")
    expected = tuple(oracles.cents(text) for text in YEAR_TOTALS[year])
    assert tuple(sums[measure,] for measure in SHOWN) == expected
    assert tuple(oracles.finance_totals()[year,][measure] for measure in SHOWN) == expected


@pytest.mark.parametrize("axis", AXIS_TOTALS_2022)
def test_the_axis_totals_of_june_2022_are_those_of_the_published_table_to_the_cent(sample_store, axis):
    found = [f for f in commission(sample_store) if str(f["as_of"]) == "2022-06-30" and f["axis_code"] == axis]
    expected = tuple(oracles.cents(text) for text in AXIS_TOTALS_2022[axis])
    assert tuple(add_up(found, "measure")[measure,] for measure in SHOWN) == expected
    assert tuple(oracles.finance_totals(oracles.PON, "year", "axis")["2022", axis][m] for m in SHOWN) == expected


def test_every_programme_year_axis_and_category_sums_to_what_its_file_sums_to(sample_store):
    for programme in sorted({row["cci"] for row in oracles.rows(oracles.FINANCE)}):
        euros = [f | {"year": str(f["as_of"].year)} for f in commission(sample_store, programme) if f["unit"] == "EUR"]
        expected = {
            (*key, measure): total
            for key, totals in oracles.finance_totals(programme, "year", "axis", "category").items()
            for measure, total in totals.items()
        }
        found = add_up(euros, "year", "axis_code", "category_code", "measure")
        assert found == {key: total for key, total in expected.items() if key in found}, programme
        assert all(total == 0 for key, total in expected.items() if key not in found), programme


def test_every_indicator_of_every_programme_sums_to_what_its_file_sums_to(sample_store):
    sums: dict[tuple[str, str, str, str, str | None], int] = {}
    for row in oracles.rows(oracles.INDICATORS):
        for measure, column in (("indicator_value", "implemented_value"), ("indicator_target", "target_value")):
            if row[column] != "":
                category = oracles.CATEGORY_CODES[row["category_of_region"]]
                key = (row["cci"], row["ind_code"], measure, row["year"], category)
                sums[key] = sums.get(key, 0) + oracles.thousandths(row[column])
    counts = [f | {"year": str(f["as_of"].year)} for f in current(sample_store) if f["subject_kind"] == "indicator"]
    assert add_up(counts, "programme_code", "subject_code", "measure", "year", "category_code") == sums


def test_the_participants_of_pon_inclusione_are_those_of_the_published_table(sample_store):
    expected = {
        "2017": (25748, 4905, None),
        "2018": (262801, 197293, None),
        "2019": (388568, 260888, 154),
        "2020": (487586, 332916, 910),
    }
    assert {year: counts for year, counts in oracles.participants().items() if year in expected} == expected
    values = [f | {"year": str(f["as_of"].year)} for f in commission(sample_store) if f["measure"] == "indicator_value"]
    sums = add_up(values, "year", "subject_code")
    for year, people in expected.items():
        for indicator, count in zip(("CO01", "CO03", "CO05"), people, strict=True):
            assert sums.get((year, indicator)) == (None if count is None else count * 1000)


EC_MEASURES = {
    "budget_total": "allocated",
    "budget_eu": "allocated_eu",
    "budget_national": "allocated_national",
    "commitment": "selected",  # the reference calls it a commitment, the Commission an operation selected
    "eligible_expenditure_ec": "declared",
}


def test_each_of_the_1103_check_totals_is_what_the_store_holds_or_sums_to(sample_store):
    figures = commission(sample_store)
    euros = [f for f in figures if f["unit"] == "EUR"]
    by_share = add_up(euros, "as_of", "measure", "axis_code", "category_code")
    by_axis = add_up(euros, "as_of", "measure", "axis_code")
    by_programme = add_up(euros, "as_of", "measure")
    single = ("as_of", "measure", "subject_code", "axis_code", "breakdown_code", "category_code")
    indicators = {tuple(f[name] for name in single): f["quantity_thousandths"] for f in figures if f["unit"] == "count"}

    def held(row: dict[str, str]) -> int | None:
        when, code = date.fromisoformat(row["as_of"]), row["scope_code"]
        match row["scope_type"]:
            case "priority_region_category":
                return by_share.get((when, EC_MEASURES[row["measure"]], *code.split("-")))
            case "axis":
                return by_axis.get((when, EC_MEASURES[row["measure"]], code))
            case "programme":
                return by_programme.get((when, EC_MEASURES[row["measure"]]))
        indicator, axis, priority, category = code.split("|")
        measure = {"indicator_implemented": "indicator_value", "indicator_target": "indicator_target"}[row["measure"]]
        unless_void = (None if part in ("-", "VOID") else part for part in (priority, category))
        return indicators.get((when, measure, indicator, axis.removeprefix("A"), *unless_void))

    checked = oracles.check_totals()
    expected = [oracles.scaled(row["value"], 2 if row["unit"] == "EUR" else 3) for row in checked]
    differing = [(row["id"], held(row), value) for row, value in zip(checked, expected, strict=True) if held(row) != value]
    assert differing == []
    assert len(checked) == 1103


def test_the_falls_of_cumulative_values_that_the_issue_names_are_in_the_data():
    declared = {(axis, year) for axis, _, year, *_ in oracles.finance_falls(measure="declared")}
    selected = {(axis, year) for axis, _, year, *_ in oracles.finance_falls(measure="selected")}
    assert {("3", "2019"), ("4", "2019"), ("5", "2019"), ("3", "2020")} <= declared
    assert {("3", "2020"), ("4", "2020")} <= selected


# --- every number has its origin --------------------------------------------------------------------------------


def test_no_figure_is_without_source_place_or_wording(sample_store):
    with sample_store.reading() as session:
        for column in (FIGURE.c.source_id, FIGURE.c.place, FIGURE.c.wording):
            empty = (
                sa.select(sa.func.count()).select_from(FIGURE).where(sa.or_(column.is_(None), sa.func.trim(column) == ""))
            )
            assert session.execute(empty).scalar_one() == 0


def test_a_commissions_figure_names_the_line_of_the_file_that_it_stands_on(sample_store):
    lines = oracles.FINANCE.read_text(encoding="utf-8-sig").splitlines()
    figures = [f for f in commission(sample_store) if f["unit"] == "EUR"]
    assert len(figures) == 5 * 112
    for figure in figures:
        name, line = figure["place"].split(" · ")[0].rsplit(":", 1)
        assert name == oracles.FINANCE.name
        assert figure["programme_code"] in lines[int(line) - 1]
        assert figure["wording"] in lines[int(line) - 1].split(",")


def test_every_value_is_money_or_a_count_and_missing_only_where_not_given(sample_store):
    for figure in current(sample_store):
        values = (figure["amount_cents"], figure["quantity_thousandths"])
        assert sum(value is not None for value in values) == (figure["firmness"] != "not_given")
        assert (figure["unit"] == "EUR") or figure["amount_cents"] is None


def test_no_figure_of_the_documents_is_a_copy_of_the_commissions(sample_store):
    published = [f for f in current(sample_store) if f["series"] == "published"]
    assert len(published) == len(oracles.published()) == 112
    assert not {"ec_fin", "ec_ind"} & {f["source_id"] for f in published}


def test_no_row_of_the_sample_is_refused(sample_store):
    with sample_store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(RejectedRow)).scalar_one() == 0


def test_the_store_holds_as_many_rows_as_the_files(sample_store):
    with sample_store.reading() as session:
        of_files = (
            (Activity, [oracles.STATEMENTS]),
            (Deadline, [oracles.DEADLINES]),
            (Source, [oracles.SOURCES, oracles.DATA_SETS]),
        )
        for table, paths in of_files:
            count = session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            known_by_its_format = 1 if table is Source else 0  # OpenCoesione's projects
            assert count == sum(len(oracles.rows(path)) for path in paths) + known_by_its_format
        imports = METADATA.tables["import"].c
        read = {row[0]: row[1] for row in session.execute(sa.select(imports.file_name, imports.rows_read))}
    projects = {oracles.PROJECTS.name: pq.read_metadata(oracles.PROJECTS).num_rows}
    texts = {path.name: len(oracles.rows(path)) for path, _ in manifest() if path != oracles.PROJECTS}
    assert read == texts | projects


def test_all_programmes_of_the_commissions_files_can_be_chosen_and_they_are_at_least_three(sample_store):
    files = {row["cci"] for path in (oracles.FINANCE, oracles.INDICATORS) for row in oracles.rows(path)}
    assert {f["programme_code"] for f in current(sample_store)} == files
    assert len(files) >= 3


def test_the_sample_is_under_ten_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 10_000_000


# --- loading ----------------------------------------------------------------------------------------------------


def test_the_data_version_counts_the_files_of_the_sample(sample_store):
    assert sample_store.data_version() == len(list(manifest())) == 12


def test_loading_the_sample_again_does_nothing(sample_store):
    before = sample_store.data_version()
    with undone(sample_store) as session:
        assert load_sample(session) == []
    assert sample_store.data_version() == before


def test_each_file_of_the_sample_brought_in_again_changes_nothing(sample_store):
    with undone(sample_store) as session:
        for path, context in manifest():
            identity, rows = read_file(path, context)
            result = store_rows(session, actor=keyboard("again"), file=identity, rows=rows)
            unchanged = ImportResult(
                rows_read=result.rows_read,
                rows_unchanged=result.rows_read - result.rows_skipped,
                rows_skipped=result.rows_skipped,
                sums_in_cents=result.sums_in_cents,
                sums_stored_cents=result.sums_stored_cents,
                sums_skipped_cents=result.sums_skipped_cents,
                sums_before_cents=result.sums_stored_cents,
                reasons=result.reasons,
            )
            assert result == unchanged, path.name


@pytest.fixture
def small_sample(tmp_path):
    """The sample without its largest file."""
    folder = tmp_path / "sample_data"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(oracles.INDICATORS.name))
    entries = (FOLDER / "manifest.toml").read_text(encoding="utf-8").split("[[file]]")
    kept = [entry for entry in entries if oracles.INDICATORS.name not in entry]
    (folder / "manifest.toml").write_text("[[file]]".join(kept), encoding="utf-8")
    return folder


@pytest.mark.parametrize("fault", ["unknown format", "broken at its end", "missing"])
def test_a_fault_in_the_last_file_leaves_the_store_empty(store, small_sample, fault):
    last = small_sample / "commission" / oracles.DATA_SETS_TRANSLATED.name
    if fault == "unknown format":
        last.write_text("a,b\n1,2\n")
    elif fault == "broken at its end":
        last.write_text(last.read_text(encoding="utf-8") + '"never closed', encoding="utf-8")
    else:
        last.unlink()
    before = content_of(store)
    with pytest.raises((UnreadableFile, FileNotFoundError)), store.writing() as session:
        load_sample(session, small_sample)
    assert content_of(store) == before
    assert store.data_version() == 0


def test_the_sample_without_a_fault_loads_into_an_empty_store(store, small_sample):
    with store.writing() as session:
        results = load_sample(session, small_sample)
    assert [result.import_id is not None for result in results] == [True] * 11
    assert store.data_version() == 11


def test_both_engines_hold_the_same(sample_url, request):
    engines = [Store(sample_url)]
    if "postgresql" in ENGINES:
        engines.append(Store(request.getfixturevalue("sample_postgres_url")))
    contents = [content_of(store) for store in engines]
    for store in engines:
        store.close()
    assert all(found == contents[0] for found in contents)
    assert len(contents[0]["figure"]) > 20_000
