"""The tables hold what the sources say: checked against plain loops over the sample, on both engines."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import bring_in, store_rows
from data_model.records import RefusedRow
from data_model.roles import keyboard
from data_model.store import Store
from data_model.vocabulary import Series
from exports.asked import Asked
from exports.flavours import FLAVOURS
from exports.reader import reader_of
from exports.tables import OFFERS, asked_of, restricted, table
from importers.formats import read_file
from tests import oracles
from tests.conftest import ENGINES, examples
from tests.data_model import rows as small
from tests.data_model.project_rows import bring
from tests.exports.generated import as_read, cells, from_json, italian, value
from tests.importers import puc_files as puc
from tests.importers.test_puc import DAY
from tests.importers.test_puc import written as put
from tests.importers.test_training import people
from texts import LANGUAGES, words

END_2018 = date(2018, 12, 31)
ORIGIN = ("as_of", "date_basis", "source_ids", "place", "firmness")


def rows_of(store: Store, name: str, query=None, language="it"):
    """The rows of a table as dictionaries by column."""
    with store.reading() as session:
        found = table(session, name, asked_of(session, name, query or {}, language))
        return [dict(zip(found.keys, row, strict=True)) for row in found.rows()]


def written(store: Store, name: str, flavour: str, asked: Asked) -> bytes:
    stream = io.BytesIO()
    with store.reading() as session:
        FLAVOURS[flavour].write(table(session, name, asked), reader_of(session, asked.language), stream)
    return stream.getvalue()


# --- what they hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2016", "2018", "2020"])
def test_the_gaps_are_those_of_the_commissions_rows_the_widest_first(sample_store, year):
    found = rows_of(sample_store, "commitment_gaps", {"as_of": [f"{year}-12-31"]})
    totals = {axis: t for (y, axis), t in oracles.finance_totals(oracles.PON, "year", "axis").items() if y == year}
    assert {row["code"] for row in found} == set(totals)
    for row in found:
        expected = totals[row["code"]]
        assert (row["committed_eur"], row["reported_eur"]) == (expected["selected"], expected["declared"])
        assert row["gap_eur"] == expected["selected"] - expected["declared"]
        assert row["as_of"] == date(int(year), 12, 31)
    ranked = [row["gap_eur"] for row in found if row["committed_eur"]]
    assert ranked == sorted(ranked, reverse=True)


def test_the_axes_are_filtered_and_compared_to_the_cent(sample_store):
    query = {"as_of": ["2018-12-31"], "compared_with": ["2016-12-31"], "axis": ["3", "1"], "category": ["LD", "TR"]}
    found = rows_of(sample_store, "axes", query)
    totals = oracles.finance_totals(oracles.PON, "year", "axis", "category")

    def total(year, axis, measure):
        parts = [t[measure] for (y, a, c), t in totals.items() if (y, a) == (year, axis) and c in ("LD", "TR")]
        return sum(parts) if parts else None

    axes = [axis for axis in ("1", "3") if total("2018", axis, "selected") is not None]
    assert [row["axis_code"] for row in found] == axes
    for row in found:
        before, now = (total(year, row["axis_code"], "selected") for year in ("2016", "2018"))
        assert (row["committed_eur"], row["committed_before_eur"]) == (now, before)
        assert row["committed_difference_eur"] == now - before
        assert (row["certified_eur"], row["certified_firmness"]) == (None, "not_given")


def test_zero_is_zero_and_what_is_missing_is_missing(sample_store):
    last = {row["axis_code"]: row for row in rows_of(sample_store, "axes")}
    idle = oracles.finance_totals(oracles.PON, "year", "axis")["2022", "6"]
    assert idle["selected"] == 0
    assert (last["6"]["committed_eur"], last["6"]["committed_firmness"]) == (0, "exact")
    assert (last["6"]["committed_rate"], last["6"]["certified_eur"]) == (Decimal(0), None)


def test_the_statements_are_those_of_the_file_in_its_order(sample_store):
    found = rows_of(sample_store, "activities")
    file = oracles.rows(oracles.STATEMENTS)
    assert len(found) == len(file) > 40
    assert [row["status_wording"] for row in found] == [row["status_phrase"] for row in file]
    assert {row["as_of"] for row in found} == {date(2019, 6, 20)}
    assert {row["date_basis"] for row in found} == {"assumed"}


def test_before_a_statement_was_made_it_is_not_exported(sample_store):
    assert rows_of(sample_store, "activities", {"as_of": ["2018-12-31"]}) == []


def test_participants_are_marked_so_that_their_sum_can_be_made(sample_store):
    found = rows_of(sample_store, "participants", {"as_of": ["2018-12-31"]})
    assert sum(row["value"] for row in found if row["counted"] == "yes" and row["value"]) == sum(
        part for part in oracles.participants()["2018"] if part
    )


def test_the_figures_are_the_latest_of_each_and_the_undated_ones(sample_store):
    found = rows_of(sample_store, "figures", {"as_of": ["2018-12-31"], "series": ["published"]})
    keys = [(row["subject_code"], row["measure"], row["as_of"]) for row in found]
    assert all(row["as_of"] is None or row["as_of"] <= END_2018 for row in found)
    assert any(row["as_of"] is None for row in found)
    assert len(keys) == len(found) > 50


def test_every_date_of_every_figure_is_in_the_whole_table(sample_store):
    with sample_store.reading() as session:
        asked = Asked(oracles.PON, END_2018, Series.PUBLISHED, every_date=True)
        found = list(table(session, "figures", asked).rows())
    assert len(found) == len(oracles.published())


@pytest.mark.parametrize("name", OFFERS)
def test_every_row_carries_its_date_source_place_and_firmness(sample_store, name):
    if name == "projects":
        return
    found = rows_of(sample_store, name)
    with sample_store.reading() as session:
        keys = table(session, name, asked_of(session, name, {}, "it")).keys
    assert [key for key in keys if key in ORIGIN] == list(ORIGIN)
    for row in found:
        assert row["firmness"]
        assert row["date_basis"] == "undated" if row["as_of"] is None else row["date_basis"] in ("stated", "assumed")
        told = row["source_ids"] and row["place"]
        assert told or row["firmness"] == "not_given", row


@pytest.mark.parametrize("name", OFFERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_a_table_have_the_same_head(sample_store, name, language):
    if name == "projects":
        return
    with sample_store.reading() as session:
        query = {"compared_with": ["2016-12-31"]} if name == "axes" else {}
        found, reader = table(session, name, asked_of(session, name, query, language)), reader_of(session, language)
        heads = reader.heads(found)
    assert sorted(set(heads)) == sorted(heads)
    assert len(set(found.keys)) == len(found.keys)


# --- export, parse, compare -------------------------------------------------------------------------------------

NAMES = tuple(name for name in OFFERS if name not in ("projects", "rejected_rows"))


@st.composite
def asked_for(draw):
    """A table of the sample and filters that it takes."""
    name = draw(st.sampled_from(NAMES))
    series = draw(st.sampled_from([Series.EC, Series.PUBLISHED]))
    asked = Asked(
        draw(st.sampled_from([oracles.PON, oracles.PON, "2014IT05SFOP021"])),
        draw(st.dates(date(2015, 1, 1), date(2023, 12, 31))),
        series,
        axes=tuple(draw(st.sets(st.sampled_from("123456"), max_size=3))),
        categories=tuple(draw(st.sets(st.sampled_from(["LD", "TR", "MD", "REACT"]), max_size=2))),
        sort=draw(st.sampled_from(["amount", "rate"])),
    )
    return name, restricted(name, asked)


@examples(10, soak=120)
@given(asked_for())
def test_what_is_written_and_read_again_is_the_table_with_its_sums(sample_url, drawn):
    name, asked = drawn
    store = Store(sample_url)
    with store.reading() as session:
        found = table(session, name, asked)
        rows, columns, tally = as_read(found.rows()), found.columns, found.tally()
    kinds = [column.kind for column in columns]
    _, *plain = cells(written(store, name, "open", asked), ",")
    assert [tuple(map(value, kinds, row)) for row in plain] == rows
    assert as_read(from_json(columns, written(store, name, "json", asked))) == rows
    _, *words_for_readers = cells(written(store, name, "excel", asked), ";")
    typed = [place for place, kind in enumerate(kinds) if kind not in ("text", "code")]
    assert [[italian(kinds[p], row[p]) for p in typed] for row in words_for_readers] == [[r[p] for p in typed] for r in rows]
    for place, column in enumerate(columns):
        if column.kind == "amount":
            assert tally.sums[column.key] == sum(row[place] for row in rows if row[place] is not None)
    assert tally.rows == len(rows)
    store.close()


@pytest.mark.skipif(len(ENGINES) < 2, reason="PostgreSQL was left out on purpose")
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_both_engines_give_the_same_bytes(sample_url, sample_postgres_url, flavour):
    stores = [Store(sample_url), Store(sample_postgres_url)]
    for name in NAMES:
        for language in LANGUAGES:
            for series in (Series.EC, Series.PUBLISHED):
                asked = restricted(name, Asked(oracles.PON, date(2019, 12, 31), series, language=language))
                first, second = (written(store, name, flavour, asked) for store in stores)
                assert _bytes(first, flavour) == _bytes(second, flavour), (name, series)
    for store in stores:
        store.close()


def _bytes(content, flavour):
    """A workbook notes the time it was written in one of its parts; all others are compared."""
    if flavour != "xlsx":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("flavour", ["open", "json"])
def test_open_data_are_the_same_in_both_languages(sample_store, flavour):
    for name in NAMES:
        asked = [restricted(name, Asked(oracles.PON, END_2018, Series.EC, language=language)) for language in LANGUAGES]
        assert written(sample_store, name, flavour, asked[0]) == written(sample_store, name, flavour, asked[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_readers_file_has_words_where_a_programs_has_codes(sample_store, language):
    w = words(language)
    asked = restricted("activities", Asked(oracles.PON, date(2019, 12, 31), language=language))
    head, *found = cells(written(sample_store, "activities", "excel", asked), ";")
    status = [row[head.index(w("table.status"))] for row in found]
    assert w("status.completed.label") in status
    assert "completed" not in status or language == "en"
    assert {row[head.index(w("table.source"))] for row in found} >= {
        reader_source(sample_store, language),
    }


def reader_source(store, language):
    with store.reading() as session:
        return reader_of(session, language).source("seed")


# --- projects ---------------------------------------------------------------------------------------------------

PROJECTS = (
    {"project_code": "B", "committed_cents": 1000, "paid_cents": 400, "axis_code": "1", "region_code": "13"},
    {"project_code": "A", "committed_cents": 500, "axis_code": "2", "beneficiary_code": "B1", "beneficiary_name": "Anna"},
    {"project_code": "A", "as_of": date(2023, 12, 31), "committed_cents": 300, "paid_cents": 1, "axis_code": "1"},
    {"project_code": "=C", "title": "=1+1", "rounded": True, "committed_cents": 7, "paid_cents": 9},
    {"project_code": "D", "call_code": "P1", "call_name": "A call"},
)


def test_of_each_project_the_latest_row_counts_and_the_filters_come_after(store):
    bring(store, PROJECTS)
    found = rows_of(store, "projects", {"series": ["oc"]})
    assert [row["project_code"] for row in found] == ["=C", "A", "B", "D"]
    assert [row["gap_eur"] for row in found] == [-2, None, 600, None]
    assert [row["firmness"] for row in found] == ["about", "exact", "exact", "not_given"]
    assert found[1]["not_given"] == "granted;admitted;paid;reported;certified"
    assert (found[1]["beneficiary"], found[3]["call"]) == ("Anna", "A call")
    assert {row["place"] for row in found} == {"projects.csv, line 2"}
    assert [r["project_code"] for r in rows_of(store, "projects", {"axis": ["1"]})] == ["B"]
    assert [r["project_code"] for r in rows_of(store, "projects", {"region": ["-"]})] == ["=C", "A", "D"]
    assert [r["project_code"] for r in rows_of(store, "projects", {"beneficiary": ["B1"]})] == ["A"]
    early = rows_of(store, "projects", {"as_of": ["2023-12-31"]})
    assert [(row["project_code"], row["committed_eur"]) for row in early] == [("A", 300)]


def test_the_sums_that_the_database_makes_are_those_of_the_rows(store):
    bring(store, PROJECTS)
    with store.reading() as session:
        for query in ({}, {"axis": ["1", "2"]}, {"as_of": ["2023-12-31"]}, {"region": ["99"]}):
            found = table(session, "projects", asked_of(session, "projects", query, "it"))
            by_database = found.tally()
            by_rows = type(by_database)()
            for _ in found.counted(by_rows):
                pass
            assert by_database == by_rows


def test_gaps_of_projects_are_grouped_at_the_level_asked_for(store):
    bring(store, PROJECTS)
    found = rows_of(store, "commitment_gaps", {"series": ["oc"], "level": ["beneficiary"]})
    assert [(row["code"], row["committed_eur"], row["gap_eur"], row["projects"]) for row in found] == [
        (None, 1007, 598, 3),
        ("B1", 500, None, 1),
    ]
    assert {row["place"] for row in found} == {"projects.csv"}


def test_refused_rows_can_be_taken_away_as_they_stood(store):

    bad = RefusedRow(7, "year", "=soon", "not_a_date", cells=("=soon", "1;2"))
    with store.writing() as session:
        store_rows(session, actor=keyboard("Ada"), file=small.FILE, rows=[small.known_source(), small.figure(2, 100), bad])
    (found,) = rows_of(store, "rejected_rows")
    assert (found["line"], found["value"], found["reason"], found["cells"]) == (7, "=soon", "not_a_date", '["=soon", "1;2"]')
    assert (found["place"], found["firmness"]) == ("figures.csv:7", "not_given")
    asked = Asked("P1", END_2018)
    (line,) = list(
        csv.reader(io.StringIO(written(store, "rejected_rows", "excel", asked).decode("utf-8-sig")), delimiter=";")
    )[1:]
    assert "'=soon" in line
    assert "non è una data" in line


def test_the_courses_of_the_monitoring_files_are_beside_the_target_and_few_persons_are_not_given(store, tmp_path):

    courses = (puc.course("P", "C1", "2", "Corso con molti"), puc.course("P", "C2", "1", "Corso con pochi"))
    people_of = (people("C1", "F" * 17 + "M" * 13, "1" * 30), people("C2", "FFM"))
    package = puc.together(puc.project("P"), puc.paid("P", "1", "1,00"), puc.admitted("P", "2,00"), *courses, *people_of)
    identity, rows = read_file(put(tmp_path, package), DAY)
    bring_in(store, actor=keyboard("prova"), file=identity, rows=rows, accept_rejected=False)
    found = rows_of(store, "training", {"programme": [puc.A]})
    given = {(r["course"], r["measure"], r["of_which"]): (r["value"], r["firmness"]) for r in found}
    assert given["Corso con molti", "trainees_involved", None][0] == 30
    assert given["Corso con molti", "trainees_by_sex", "F"][0] == 17
    assert {value for (course, _, _), value in given.items() if course == "Corso con pochi"} == {(None, "not_given")}
    assert not {text for r in found if r["course"] == "Corso con pochi" for text in (r["wording"],)} & {"3", "2", "1"}
