"""Programmes whose data are project positions: every page runs, says whose rows they are, calls nothing what it is not."""

import re
from datetime import date
from typing import Any

import pytest

from data_model.records import AxisRecord, ProgrammeRecord, SourceRecord
from data_model.store import Store
from tests.data_model.project_rows import PROGRAMME, bring
from tests.pages.screen import LANGUAGES, PAGES, elements, headings, heads, number, opened, started, text_of, unescaped
from texts import words

JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)
MILLION = 100_000_000


def project(code: str, granted: int, committed: int | None, paid: int | None, **more: Any) -> dict[str, Any]:
    amounts = {"granted_cents": granted, "committed_cents": committed, "paid_cents": paid}
    return {"project_code": code, "axis_code": "3", "rounded": True, **amounts, **more}


ROWS = [
    project("A", 10 * MILLION, 8 * MILLION, None, as_of=JUNE),
    project("A", 10 * MILLION, 8 * MILLION, 2 * MILLION),
    project("B", 40 * MILLION, 16 * MILLION, None),
    project("C", 2 * MILLION, None, None, axis_code=None),
    project("D", 4 * MILLION, 5 * MILLION, 3 * MILLION, axis_code="8"),
    {"project_code": "E", "system": "puc", "axis_code": "1", "admitted_cents": 900, "committed_cents": 700}
    | {"reported_cents": 300, "certified_cents": 200, "programme_code": "NATIONAL"},
]


@pytest.fixture(scope="module")
def projects_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds projects and no figure."""
    url = f"sqlite:///{tmp_path_factory.mktemp('projects') / 'store.sqlite'}"
    store = Store(url)
    axes = [AxisRecord(PROGRAMME, code, name, "it") for code, name in (("3", "Competitività"), ("8", None))]
    programme = ProgrammeRecord(PROGRAMME, "Programme PRJ", "it")
    source = SourceRecord("oc", "Projects", publisher="OpenCoesione", licence="CC BY 4.0")
    bring(store, ROWS, source, programme, *axes)
    store.close()
    return url


@pytest.fixture(autouse=True)
def app_on_projects(projects_url: str, app_on, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app reads the store of projects."""
    monkeypatch.setenv("AVANZAMENTO_SAMPLE", "0")
    app_on(projects_url)


def ran(at):
    assert not at.exception, at.exception[0].value
    assert not at.error
    assert not at.warning
    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", [PROGRAMME, "NATIONAL"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_a_programme_of_which_only_projects_are_known(page, programme, language):
    at = ran(opened(page, {"programme": programme, "lang": language}))
    text = text_of(at)
    assert len(headings(at, 1)) == 1
    assert at.table or at.info
    assert "{" not in text
    assert "nan" not in re.findall(r"\w+", text)
    for chart in (element for element in elements(at) if element.type == "vega_lite_chart"):
        assert len(chart.proto.alt) > 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_whose_rows_they_are_under_which_licence_and_that_amounts_are_rounded(page, language):
    text = text_of(ran(opened(page, {"programme": PROGRAMME, "lang": language})))
    w = words(language)
    assert w("projects.series_oc", programme="Programme PRJ", licence="CC BY 4.0", projects="4", day="31/08/2024") in text
    assert w("projects.rounded", rounded="4", projects="4") in text


@pytest.mark.parametrize("page", ["overview", "axes"])
@pytest.mark.parametrize(
    ("language", "never"), [("it", ("dotazione", "rendicont", "dichiarat")), ("en", ("allocation", "report", "declared"))]
)
def test_funding_of_projects_is_no_allocation_and_payments_are_not_reported_expenditure(page, language, never):
    said = text_of(ran(opened(page, {"programme": PROGRAMME, "series": "oc", "lang": language}))).lower()
    assert [word for word in never if word in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_sums_what_is_given_and_says_of_how_many_projects(language):
    at = ran(opened("overview", {"programme": PROGRAMME, "lang": language}))
    text, w = text_of(at), words(language)
    for euros in ("56000000", "29000000", "5000000"):  # granted, committed, paid
        assert number(euros, language) in text
    assert w("projects.sum", given="3", projects="4") in text
    assert w("projects.sum", given="2", projects="4") in text
    gap = unescaped(w.millions(8 * MILLION))  # of A and D: 13 committed, 5 paid; B does not say what was paid
    assert gap in text
    assert unescaped(w("overview.finding_unpaid", amount=w.millions(16 * MILLION), projects="1")) in text


def test_a_rise_that_is_only_more_projects_is_said_to_be_one():
    text = text_of(ran(opened("overview", {"programme": PROGRAMME})))
    assert "30/06/2024: 1; 31/08/2024: 4" in text


def test_an_earlier_date_shows_the_projects_known_then():
    text = text_of(ran(opened("overview", {"programme": PROGRAMME, "as_of": "2024-06-30"})))
    assert "Progetti noti al 30/06/2024: 1" in text
    assert number("10000000", "it") in text
    assert number("56000000", "it") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_numbers_come_from_is_said_by_import_and_by_number_of_projects(language):
    at = ran(opened("overview", {"programme": PROGRAMME, "lang": language}))
    w = words(language)
    before = heads(at)
    at.session_state["provenance-bullets"] = True
    ran(at.run())
    assert {w("projects.head_given"), w("projects.head_both"), w("projects.head_import")} <= heads(at) - before
    assert "projects.csv" in text_of(at)


def test_projects_without_an_axis_are_named_so_and_can_be_chosen():
    at = ran(opened("overview", {"programme": PROGRAMME, "axis": "-"}))
    text = text_of(at)
    assert "Progetti senza asse" in text
    assert number("2000000", "it") in text
    assert number("56000000", "it") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_programmes_says_of_which_ones_only_projects_are_known(language):
    at = ran(started({"programme": PROGRAMME, "lang": language}))
    (box,) = [b for b in at.sidebar.selectbox if b.key == "programme"]
    w = words(language)
    assert w("projects.label_oc", name="Programme PRJ") in box.options
    assert w("projects.label_puc", name="Programme NATIONAL") in box.options


def test_the_series_of_a_programme_are_those_it_has_amounts_of():
    def offered(programme: str) -> list[str]:
        (box,) = [b for b in started({"programme": programme}).sidebar.selectbox if b.key == "series"]
        return list(box.options)

    w = words("it")
    assert offered(PROGRAMME) == [w("series.oc.label")]
    assert offered("NATIONAL") == [w("series.puc.label")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_page_says_that_there_are_rows_of_projects(language):
    text = text_of(ran(opened("sources", {"programme": PROGRAMME, "lang": language})))
    w = words(language)
    assert w("projects.none") in text
    assert w("projects.exist", rows="5", projects="4", page=w("commitment_gaps.title")) in text


def test_two_dates_are_compared():
    at = ran(opened("overview", {"programme": PROGRAMME, "compared_with": "2024-06-30"}))
    text = text_of(at)
    assert words("it")("overview.changes_title", before="30/06/2024", now="31/08/2024") in text
    assert unescaped(words("it").signed_millions(46 * MILLION)) in text  # 56 − 10 million funded
