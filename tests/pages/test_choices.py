"""The choices in the sidebar and in the address: what is kept, what falls back, what is said where nothing is left."""

import re
import shutil
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_model.store import Store, StoreUnavailable
from tests import oracles
from tests.pages.screen import PAGES, Query, address, go_to, headings, number, opened, started, text_of, unescaped, unfolded
from texts import words

END_2018 = date(2018, 12, 31)


# --- kept -------------------------------------------------------------------------------------------------------


def test_the_language_switch_keeps_every_choice():
    at = opened("axes", {"axis": ["3", "4"], "category": "LD", "as_of": "2018-12-31", "compared_with": "2017-12-31"})
    italian = headings(at, 1)
    at.sidebar.radio(key="lang").set_value("en").run()
    assert not at.exception
    state = at.session_state
    assert (state["axis"], state["category"], state["as_of"]) == (["3", "4"], ["LD"], END_2018)
    assert (state["compared_with"], state["lang"]) == (date(2017, 12, 31), "en")
    assert headings(at, 1) != italian
    assert (address(at)["axis"], address(at)["lang"]) == (["3", "4"], ["en"])


def test_choices_are_kept_from_page_to_page():
    at = opened("overview")
    at.sidebar.multiselect(key="axis").set_value(["2"]).run()
    at.sidebar.selectbox(key="as_of").set_value(END_2018).run()
    for page in PAGES:
        go_to(at, page)
        assert not at.exception
        assert (at.session_state["axis"], at.session_state["as_of"]) == (["2"], END_2018)


def test_the_choices_stand_in_the_address():
    at = opened("overview")
    at.sidebar.multiselect(key="axis").set_value(["2"]).run()
    at.sidebar.selectbox(key="as_of").set_value(END_2018).run()
    assert (address(at)["axis"], address(at)["as_of"]) == (["2"], ["2018-12-31"])


def test_another_programme_starts_with_its_own_choices():
    at = opened("overview", {"axis": ["6"], "as_of": "2019-06-20", "series": "published"})
    at.sidebar.selectbox(key="programme").set_value("2014IT05SFOP007").run()
    assert not at.exception
    assert (at.session_state["axis"], at.session_state["as_of"]) == ([], date(2022, 6, 30))
    assert not at.warning


def test_sorting_by_rate_changes_the_order_and_the_address():
    gaps = {
        axis: (total["selected"] - total["declared"], 1 - total["declared"] / total["selected"])
        for (year, axis), total in oracles.finance_totals(oracles.PON, "year", "axis").items()
        if year == "2022" and total["selected"]
    }
    at = opened("commitment_gaps", {"as_of": "2022-06-30"})
    for sort, place in (("amount", 0), ("rate", 1)):
        at.main.radio(key="sort").set_value(sort).run()
        assert not at.exception
        shown = [name.split()[1] for name in at.table[0].value.index]
        assert shown == [axis for _, axis in sorted((-gap[place], str(axis)) for axis, gap in gaps.items())]
    assert address(at)["sort"] == ["rate"]


def test_axes_are_offered_where_something_is_known_of_them_and_say_how_much():
    in_2018 = opened("overview", {"as_of": "2018-12-31"}).sidebar.multiselect(key="axis").options
    in_2022 = opened("overview", {"as_of": "2022-06-30"}).sidebar.multiselect(key="axis").options
    axes = {axis for year, axis in oracles.finance_totals(oracles.PON, "year", "axis") if year == "2018"}
    assert {option.split()[1] for option in in_2018} == axes
    assert len(in_2022) > len(in_2018)
    assert all(re.search(r" \([1-9][0-9.]*\)$", option) for option in in_2018)


def test_a_chosen_axis_stays_where_nothing_is_known_of_it():
    at = opened("overview", {"as_of": "2018-12-31", "axis": "6"})
    assert at.sidebar.multiselect(key="axis").value == ["6"]
    assert any(option.endswith("(0)") for option in at.sidebar.multiselect(key="axis").options)


def test_the_category_changes_how_much_of_an_axis_there_is():
    def counts(query):
        options = opened("overview", {"as_of": "2018-12-31", **query}).sidebar.multiselect(key="axis").options
        return {option.split()[1]: int(re.findall(r"[0-9]+", option)[-1]) for option in options}

    whole, part = counts({}), counts({"category": "LD"})
    assert set(part) < set(whole)
    assert all(part[axis] < whole[axis] for axis in part)


def test_two_readers_with_different_languages_and_filters_do_not_touch_each_other():
    one = opened("axes", {"axis": "1", "lang": "it"})
    other = opened("axes", {"axis": "2", "lang": "en"})
    threads = [threading.Thread(target=at.run) for at in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not one.exception
    assert not other.exception
    assert (one.session_state["axis"], other.session_state["axis"]) == (["1"], ["2"])
    assert headings(one, 1) + headings(other, 1) == [words(language)("axes.heading") for language in ("it", "en")]


def test_a_comparison_shows_what_changed_between_two_dates():
    text = text_of(unfolded(opened("overview", {"as_of": "2018-12-31", "compared_with": "2017-12-31"})))
    totals = oracles.finance_totals(oracles.PON, "axis", "year")
    for axis in ("1", "2", "3", "4", "5"):
        for measure in ("selected", "declared"):
            before, now = totals[axis, "2017"][measure], totals[axis, "2018"][measure]
            for cents in (before, now, now - before):
                assert number(str(Decimal(cents) / 100), "it") in text


# --- falls back and says so -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("lang", "xx"),
        ("programme", "2099XX"),
        ("series", "none"),
        ("as_of", "2031-01-01"),
        ("as_of", "yesterday"),
        ("compared_with", "1999-01-01"),
        ("axis", ["1", "99"]),
        ("category", "ZZ"),
        ("sort", "colour"),
    ],
)
def test_a_value_that_cannot_be_read_gives_the_default_and_a_sentence_that_names_it(key, values):
    at = started({key: values})
    assert not at.exception
    (warning,) = at.warning
    assert words("it")(f"query.{key}") in unescaped(warning.value)


def test_a_comparison_with_a_later_day_is_said_to_be_impossible():
    at = started({"as_of": "2018-12-31", "compared_with": "2020-12-31"})
    assert not at.exception
    assert at.session_state["compared_with"] == ""
    assert len(at.warning) == 1


@pytest.mark.parametrize("value", ["'; DROP TABLE figure; --", "![x](https://example.org/x.png)", "x" * 5000, "\x00"])
@pytest.mark.parametrize("key", ["programme", "as_of", "axis", "lang"])
def test_a_hostile_address_is_not_shown(key, value):
    at = started({key: value})
    assert not at.exception
    assert value not in " ".join(unescaped(w.value) for w in at.warning)


# --- says where nothing is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", {"as_of": "2018-12-31", "axis": "1", "category": "LD"}),
        ("axes", {"as_of": "2018-12-31", "axis": "1", "category": "LD"}),
        ("commitment_gaps", {"as_of": "2018-12-31", "axis": "1", "category": "LD"}),
        ("calls", {"axis": "7"}),
        ("activities", {"axis": "7"}),
        ("activities", {"as_of": "2018-12-31"}),
        ("training", {"axis": "1"}),
        ("participants", {"axis": "7"}),
        ("overview", {"series": "published", "as_of": "2015-12-31", "category": "REACT"}),
    ],
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_where_a_filter_leaves_nothing_the_page_says_so_in_words(page: str, query: Query, language):
    at = opened(page, {**query, "lang": language})
    assert not at.exception
    assert at.info
    assert all(len(info.value) > 20 for info in at.info)


# --- stores that are empty or fail ------------------------------------------------------------------------------


def test_an_empty_store_is_said_to_be_empty(tmp_path: Path, monkeypatch, app_on):
    monkeypatch.setenv("AVANZAMENTO_SAMPLE", "0")
    app_on(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    at = started()
    assert not at.exception
    assert [unescaped(info.value) for info in at.info] == [words("it")("store.empty")]


def test_a_store_that_fails_while_the_app_runs_stops_the_page_and_shows_nothing_of_its_cause(
    tmp_path: Path, sample_url: str, app_on
):
    path = tmp_path / "store.sqlite"
    shutil.copy(sample_url.removeprefix("sqlite:///"), path)
    app_on(f"sqlite:///{path}")
    at = opened("overview")
    assert not at.exception
    for file in tmp_path.iterdir():
        file.write_bytes(b"no longer a store" * 1000)
    at.run()
    (shown,) = (
        at.exception
    )  # the sentence for the reader is put there by shell.errors.tell, which app.py passes to Streamlit
    assert str(path) not in str(shown.proto)
    assert not at.table


def of_error() -> None:
    """A run that fails and is caught at the edge; runs inside AppTest."""
    import streamlit as st  # noqa: PLC0415  # a script of its own

    from data_model.store import StoreUnavailable  # noqa: PLC0415  # as above
    from shell import errors  # noqa: PLC0415  # as above

    error = StoreUnavailable("secret address") if st.session_state["kind"] == "store" else KeyError("secret")
    assert errors.tell(error)


@pytest.mark.parametrize(("kind", "key"), [("store", "store.unavailable"), ("other", "error.unexpected")])
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_failure_becomes_a_plain_sentence_and_its_cause_stays_in_the_log(kind, key, language, caplog):
    at = AppTest.from_function(of_error)
    at.session_state["kind"], at.session_state["lang"] = kind, language
    at.run()
    assert not at.exception
    (error,) = at.error
    assert unescaped(error.value) == words(language)(key)
    assert "secret" in caplog.text


def test_a_store_that_does_not_answer_has_an_error_of_its_own(tmp_path: Path):
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a store" * 1000)
    with pytest.raises(StoreUnavailable):
        Store(f"sqlite:///{path}")
