"""Every page in both languages: it runs, has one title, and shows the figures that it must show."""

import re
from decimal import Decimal

import pandas as pd
import pytest

from tests import oracles
from tests.pages.screen import (
    LANGUAGES,
    PAGES,
    WITHOUT_CHARTS,
    Query,
    cells,
    elements,
    go_to,
    headings,
    heads,
    number,
    opened,
    percent,
    started,
    text_of,
    titles_of_charts,
    unescaped,
    unfolded,
)

VIEWS: dict[str, Query] = {
    "default": {},
    "end of 2018": {"as_of": "2018-12-31"},
    "June 2019 in documents": {"as_of": "2019-06-20", "series": "published"},
}
IN_JUNE_2019: Query = {"as_of": "2019-06-20"}

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
on_every_page = pytest.mark.parametrize("page", PAGES)


def ran(at):
    assert not at.exception, at.exception[0].value
    assert not at.error
    return at


# --- every page -------------------------------------------------------------------------------------------------


@in_both_languages
@pytest.mark.parametrize("view", VIEWS)
@on_every_page
def test_a_page_runs_and_has_one_title_and_something_to_say(page, view, language):
    at = ran(opened(page, {**VIEWS[view], "lang": language}))
    assert len(headings(at, 1)) == 1
    assert not at.warning
    assert at.table or at.info
    assert "{" not in text_of(at)


@in_both_languages
@on_every_page
def test_a_page_has_tables_and_each_chart_a_title_and_an_alternative_text(page, language):
    at = ran(opened(page, {"as_of": "2022-06-30", "lang": language}))
    charts = [element for element in elements(at) if element.type == "vega_lite_chart"]
    assert at.table
    assert len(charts) >= (0 if page in WITHOUT_CHARTS else 1)
    for chart, title in zip(charts, titles_of_charts(at), strict=True):
        assert title
        assert len(title) <= 90 or re.match(r"(Asse|Axis) \S+ · ", title), title  # a small one has the name of its axis
        assert len(chart.proto.alt) > 20


@on_every_page
def test_a_page_opened_at_its_address_is_the_one_that_the_start_page_leads_to(page):
    at_once, later = opened(page, IN_JUNE_2019), go_to(started(IN_JUNE_2019), page)
    assert len(headings(at_once, 1)) == 1
    assert text_of(at_once) == text_of(later)


def test_the_table_of_programmes_is_in_the_language_of_who_reads_whatever_was_read_before():
    for language, head in (("it", "Dati fino al"), ("en", "Data up to"), ("it", "Dati fino al")):
        at = unfolded(started({"lang": language}))
        assert [head in table.value.columns for table in at.table].count(True) == 1


def test_the_start_page_says_of_each_programme_what_came_in_of_it():
    """20240832 is how the file writes the last day of a period of two months."""
    file = pd.read_parquet(oracles.PROJECTS, columns=["OC_CODICE_PROGRAMMA", "DATA_AGGIORNAMENTO"]).dropna()
    latest: dict[str, int] = {}
    for code, day in file.itertuples(index=False):
        first = code.split(":::")[0]
        latest[first] = max(latest.get(first, 0), int(day))
    expected = {code: f"{min(day % 100, 31)}/{day // 100 % 100:02}/{day // 10_000}" for code, day in latest.items()}
    (table,) = [t.value for t in unfolded(started({"lang": "it"})).table if len(t.value) > len(expected)]
    shown = {unescaped(row[1]): unescaped(row[2]) for row in table.itertuples()}
    assert {code: shown[code] for code in expected} == expected
    assert len(set(expected.values())) > 2


@on_every_page
def test_the_two_languages_do_not_share_a_title(page):
    italian, english = (headings(opened(page, {"lang": language}), 1) for language in LANGUAGES)
    assert italian != english


@in_both_languages
@on_every_page
def test_a_page_of_another_language_has_none_of_the_words_for_what_is_missing_of_the_first(page, language):
    missing = {"it": "n.d.", "en": "n.a."}
    (other,) = set(LANGUAGES) - {language}
    found = cells(opened(page, {**IN_JUNE_2019, "lang": language}))
    assert missing[other] not in found


# --- what it must show ------------------------------------------------------------------------------------------

Shown = tuple[str, str]
"""How a value is written (money, rate, text, it, en) and the value."""


def money(*values: str) -> list[Shown]:
    return [("money", value) for value in values]


def rates(*values: str) -> list[Shown]:
    return [("rate", value) for value in values]


def words(*values: str) -> list[Shown]:
    return [("text", value) for value in values]


def falls() -> list[Shown]:
    found = []
    for measure in ("selected", "declared"):
        for *_, before, after in oracles.finance_falls(measure=measure):
            found += money(str(Decimal(after) / 100), str(Decimal(before - after) / 100))
    return found


MUST_SHOW: dict[str, tuple[str, Query, list[Shown]]] = {
    "the programme at the end of 2018": (
        "overview",
        {"as_of": "2018-12-31"},
        [*money("1249204169", "658221493.61", "89700771.97"), *rates("52.7")],
    ),
    "over-booking in June 2022": (
        "overview",
        {"as_of": "2022-06-30"},
        [*rates("128.5", "101.2"), *money("90000000", "3600000")],
    ),
    "zero and not missing": (
        "commitment_gaps",
        {"as_of": "2022-06-30"},
        [("it", "Assi 6 e 7"), ("en", "Axes 6 and 7"), ("it", "zero"), ("en", "zero")],
    ),
    "every fall": ("axes", {"as_of": "2022-06-30"}, [*falls(), ("it", "(calo)"), ("en", "(fall)")]),
    "Avviso 4/2016": (
        "calls",
        IN_JUNE_2019,
        [
            *money("24200000", "1570000", "22630000", "11", "28"),
            *rates("6.5", "39.3"),
            ("it", "22,63 M€"),
            ("en", "€22.63 million"),
        ],
    ),
    "Avviso 3/2016": (
        "calls",
        IN_JUNE_2019,
        [*money("593", "595", "486000000", "487884668.32", "490000000"), *rates("99.7"), ("it", "n.d."), ("en", "n.a.")],
    ),
    "extensions": (
        "calls",
        IN_JUNE_2019,
        words("31/12/2020", "30/06/2021", "31/12/2021", "30/06/2022", "31/12/2022", "03/05/2019"),
    ),
    "job centres": ("calls", IN_JUNE_2019, words("225 (?)", "600", "24 Meuro / 69 Meuro", "225 operatori / 600 operatori")),
    "six cities": ("calls", IN_JUNE_2019, [*money("1800000"), *words("6 città", "12", "13")]),
    "UNIPD": (
        "training",
        IN_JUNE_2019,
        [*money("2400", "1600"), *rates("33.3"), *words("circa 800"), ("it", "circa 1.600"), ("en", "about 1,600")],
    ),
    "participants": ("participants", {"as_of": "2018-12-31"}, money("460094", "462645", "2551", "262801", "197293")),
    "Axis 1 at the end of 2018": (
        "sources",
        {"as_of": "2018-12-31"},
        [*money("22777181.51", "22700000", "40000000"), *words("circa 40 milioni", "22,7 milioni")],
    ),
    "all disagreements": (
        "sources",
        {},
        money("486000000", "487884668.32", "490000000", "460094", "462645", "2551", "17300000", "4000000"),
    ),
    "the wrong act and the right one": (
        "activities",
        IN_JUNE_2019,
        [*words("D. lgs. 26/2019"), ("it", "legge 28 marzo 2019, n. 26"), ("en", "28 March 2019")],
    ),
}


def test_a_long_table_comes_when_it_is_unfolded():
    at = opened("axes", {"as_of": "2022-06-30"})
    folded = cells(ran(at))
    assert len(cells(ran(unfolded(at)))) > len(folded)


@in_both_languages
@pytest.mark.parametrize("what", MUST_SHOW)
def test_a_page_shows_what_it_must_show_in_the_form_of_the_language(what, language):
    page, query, shown = MUST_SHOW[what]
    text = text_of(ran(unfolded(opened(page, {**query, "lang": language}))))
    write = {"money": number, "rate": percent, "text": lambda value, _: value, language: lambda value, _: value}
    expected = [write[kind](value, language) for kind, value in shown if kind in write]
    assert expected
    assert [value for value in expected if value not in text] == []


@in_both_languages
def test_all_46_statements_of_the_deck_stand_with_their_quoted_words_and_how_their_status_is_known(language):
    found = cells(opened("activities", {**IN_JUNE_2019, "lang": language}))
    text = text_of(opened("activities", {**IN_JUNE_2019, "lang": language}))
    rows = oracles.rows(oracles.STATEMENTS)
    assert [row["id"] for row in rows if row["id"] not in found] == []
    assert [
        row["status_phrase"] for row in rows if f"«{row['status_phrase']}»" not in text and row["status_phrase"] not in text
    ] == []
    inferred = sum(row["status_basis"] == "inferred" for row in rows)
    assert (str(inferred) in text, "46" in text) == (True, True)


@in_both_languages
def test_over_booking_stands_in_the_table_as_it_does_in_the_chart(language):
    found = cells(opened("overview", {"as_of": "2022-06-30", "lang": language}))
    assert {percent("128.5", language), percent("101.2", language)} <= found


@in_both_languages
def test_the_two_lost_charts_of_avviso_3_2016_are_named_with_the_reason(language):
    lost = [row for row in oracles.published() if row["value"] == ""]
    assert [row["measure"] for row in lost] == ["projects_started_series", "reported_expenditure_series"]
    at = ran(opened("calls", {**IN_JUNE_2019, "lang": language}))
    rows = oracles.rows(oracles.TRANSLATIONS)
    said = {row["original"]: row["translation"] for row in rows if row["language"] == language}
    for row in lost:
        for text in (row["note"], row["locator"]):
            assert said.get(text, text) in cells(at)


@in_both_languages
def test_the_page_of_an_axis_opens_its_calls_activities_and_deadlines(language):
    text = text_of(ran(opened("axes", {**IN_JUNE_2019, "axis": "1", "lang": language})))
    assert [
        what
        for what in ("Avviso 3/2016", "Avviso 4/2016", "31/12/2020", "S09")
        if what not in text.replace("Call", "Avviso")
    ] == []


# --- names that are not mixed up --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["overview", "axes", "commitment_gaps"])
@pytest.mark.parametrize(
    ("language", "series", "never"),
    [
        ("it", "ec", ("Impegni (€)", "Spesa rendicontata (€)")),
        ("en", "ec", ("Commitments (€)", "Reported expenditure (€)")),
        ("it", "published", ("Costo delle operazioni selezionate (€)", "Spesa dichiarata dai beneficiari (€)")),
    ],
)
def test_a_financial_page_shows_one_series_at_a_time(page, language, series, never):
    found = heads(ran(opened(page, {"as_of": "2018-12-31", "series": series, "lang": language})))
    assert [name for name in found if name in never] == []


@pytest.mark.parametrize("page", ["overview", "axes"])
@in_both_languages
def test_selected_and_declared_are_called_what_they_are(page, language):
    names = {
        "it": {"Costo delle operazioni selezionate (€)", "Spesa dichiarata dai beneficiari (€)"},
        "en": {"Cost of selected operations (€)", "Expenditure declared by beneficiaries (€)"},
    }
    assert names[language] <= heads(opened(page, {"lang": language}))


def test_certified_expenditure_is_not_given_where_no_source_gives_it():
    at = opened("overview", {"as_of": "2018-12-31", "lang": "it"})
    (stages,) = [table.value for table in at.table if "Spesa certificata" in table.value.index]
    assert stages.loc["Spesa certificata"].iloc[0] == "n\\.d\\."


@pytest.mark.parametrize(("language", "never"), [("it", "assunt"), ("en", "hired")])
def test_the_operators_of_the_job_centres_are_never_called_hired(language, never):
    assert never not in text_of(opened("calls", {**IN_JUNE_2019, "lang": language})).lower()


@pytest.mark.parametrize(("language", "state"), [("it", "Hanno concluso"), ("en", "Completed")])
def test_those_involved_in_training_are_not_counted_as_having_completed_it(language, state):
    at = opened("training", {**IN_JUNE_2019, "lang": language})
    missing = {"it": "n\\.d\\.", "en": "n\\.a\\."}[language]
    (states,) = [table.value for table in at.table if state in table.value.index]
    assert states.loc[state].iloc[0] == missing


# --- other programmes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", ["2014IT05SFOP007", "2014IT16M2OP002", "2014IT05SFOP015", "2014IT05M2OP001"])
@on_every_page
def test_a_page_runs_for_programmes_of_which_only_the_commission_speaks(page, programme):
    at = ran(opened(page, {"programme": programme, "lang": "en"}))
    assert len(headings(at, 1)) == 1
    assert not at.warning
    assert at.session_state["programme"] == programme


@pytest.mark.parametrize(
    ("programme", "axes"), [("2014IT05SFOP007", ["I", "II", "III", "IV", "V"]), ("2014IT16M2OP002", ["VIII", "IX"])]
)
def test_axes_with_roman_numbers_come_in_their_order(programme, axes):
    text = text_of(ran(opened("overview", {"programme": programme})))
    places = [text.index(f"Asse {code} ") for code in axes]
    assert places == sorted(places)


@pytest.mark.parametrize("programme", ["2014IT05SFOP007", "2014IT16M2OP002", "2014IT05M2OP001"])
def test_the_total_of_another_programme_is_that_of_its_file(programme):
    total = oracles.finance_totals(programme)["2018",]
    text = text_of(ran(opened("overview", {"programme": programme, "as_of": "2018-12-31"})))
    for measure in ("allocated", "selected", "declared"):
        assert number(str(Decimal(total[measure]) / 100), "it") in text


@pytest.mark.parametrize("query", [{"axis": "1"}, {"axis": "1", "as_of": "2019-06-20"}, {"axis": "1", "series": "oc"}])
@pytest.mark.parametrize("page", PAGES)
def test_a_programme_of_which_documents_say_nothing_opens_with_an_axis_too(page, query):
    at = opened(page, {"lang": "it", "programme": "PSCABRUZZO2021"} | query)
    assert not at.exception
    assert headings(at, 1)


@pytest.mark.parametrize(("language", "start"), [("it", "Dotazione, Avviso 3/2016: "), ("en", "Allocation, Call 3/2016: ")])
def test_sources_that_disagree_on_a_call_are_headed_by_its_name_and_not_its_code(language, start):
    at = opened("sources", {"lang": language})
    assert [heading for heading in headings(at, 3) if heading.startswith(start)]
    assert not [heading for heading in headings(at, 3) if "AVV3_2016" in heading]
