"""A view is a link: what is written to the address is read back, and what cannot be read falls back and is named."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model.vocabulary import OFF_THE_MAP, REGIONS, UNKNOWN_CODE, Series
from shell.view import LEVELS, MOST_CODES, SORTS, Choices, Reading, View, as_query
from texts import LANGUAGES

END_2018, END_2019, END_2020 = (date(year, 12, 31) for year in (2018, 2019, 2020))
PROGRAMMES = ("2014IT05SFOP001", "2014IT16M2OP002")
CHOICES = Choices(
    series=(Series.EC, Series.PUBLISHED),
    dates=(END_2018, END_2019, END_2020),
    default_date=END_2020,
    axes=("1", "2", "IV"),
    categories=("LD", "MD"),
)
DEFAULT = View("it", PROGRAMMES[0], Series.EC, END_2020)


def read(query: dict[str, list[str]], choices: Choices = CHOICES) -> tuple[View, list[str]]:
    """The view of an address and the keys that fell back."""
    reading = Reading(query)
    programme = reading.programme(PROGRAMMES, PROGRAMMES[0])
    series = reading.series(choices.series, choices.series[0])
    view = reading.view(reading.language(), programme, series, choices)
    return view, sorted(set(reading.problems))


# --- round trip -------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2014, 1, 1), date(2022, 12, 31))
CODES = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), unique=True, max_size=8).map(tuple)


REGION_CODES = (*REGIONS, *OFF_THE_MAP)
OF_PROJECTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "level": st.sampled_from(LEVELS),
        "regions": st.lists(st.sampled_from(REGION_CODES), unique=True, max_size=3).map(tuple),
        "calls": CODES,
        "beneficiaries": CODES,
        "project": st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
        "page": st.integers(1, 100_000),
    }
)
"""What is chosen of projects; codes may hold anything."""


@st.composite
def views(draw: st.DrawFn) -> tuple[View, Choices]:
    """A view that may be chosen, and what may be chosen."""
    known = tuple(sorted(draw(st.sets(DAYS, min_size=1, max_size=5))))
    levels = draw(st.sampled_from([LEVELS[:1], LEVELS]))
    choices = Choices(
        series=draw(st.sampled_from([(Series.EC,), (Series.PUBLISHED,), (Series.EC, Series.PUBLISHED)])),
        dates=known,
        default_date=draw(st.sampled_from(known)),
        axes=draw(CODES),
        categories=draw(st.sampled_from([(), ("LD", "TR", "MD"), ("REACT",)])),
        levels=levels,
        known=lambda _level, codes: codes,
    )
    between = st.integers(0, (known[-1] - known[0]).days).map(lambda days: known[0] + timedelta(days))
    as_of = draw(between)
    view = View(
        language=draw(st.sampled_from(LANGUAGES)),
        programme=draw(st.sampled_from(PROGRAMMES)),
        series=draw(st.sampled_from(choices.series)),
        as_of=as_of,
        compared_with=draw(st.none() | between.filter(lambda day: day < as_of)) if as_of > known[0] else None,
        axes=tuple(code for code in choices.axes if draw(st.booleans())),
        categories=tuple(code for code in choices.categories if draw(st.booleans())),
        sort=draw(st.sampled_from(SORTS)),
        **(draw(OF_PROJECTS) if len(levels) > 1 else {}),
    )
    return view, choices


@given(views())
def test_a_view_written_to_the_address_is_read_back(view_and_choices):
    view, choices = view_and_choices
    assert read(view.query(), choices) == (view, [])


@given(views())
def test_a_view_survives_the_encoding_of_an_address(view_and_choices):
    view, choices = view_and_choices
    address = urlencode(view.query(), doseq=True)
    assert read(parse_qs(address), choices) == (view, [])


def test_an_empty_address_is_the_default_view():
    assert read({}) == (DEFAULT, [])


@pytest.mark.parametrize(
    "key", ["compared_with", "axis", "category", "sort", "level", "region", "call", "beneficiary", "project", "page"]
)
def test_what_is_default_is_left_out_of_the_address(key):
    assert key not in DEFAULT.query()


def test_a_view_can_be_changed_in_one_thing():
    assert DEFAULT.having(axes=("1",)) == View("it", PROGRAMMES[0], Series.EC, END_2020, axes=("1",))
    assert DEFAULT.having(axes=("1",)).scope.axes == ("1",)


def test_a_query_has_a_list_per_key():
    assert as_query({"lang": "en", "axis": ["1", "2"]}) == {"lang": ["en"], "axis": ["1", "2"]}


# --- what falls back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("lang", ["fr"]),
        ("lang", ["it", "en"]),
        ("lang", [""]),
        ("programme", ["2099XX"]),
        ("programme", list(PROGRAMMES)),
        ("series", ["opencoesione"]),
        ("series", ["ec", "published"]),
        ("as_of", ["2018-02-30"]),
        ("as_of", ["31/12/2018"]),
        ("as_of", ["2018-12-30"]),
        ("as_of", ["2021-01-01"]),
        ("as_of", ["2018-12-31", "2019-12-31"]),
        ("as_of", [""]),
        ("compared_with", ["2013-12-31"]),
        ("compared_with", ["never"]),
        ("axis", ["9"]),
        ("axis", [""]),
        ("category", ["XX"]),
        ("category", ["ld"]),
        ("sort", ["name"]),
        ("sort", ["amount", "rate"]),
        ("level", ["call"]),
        ("region", ["13"]),
        ("call", ["P1"]),
        ("beneficiary", ["B"]),
        ("project", ["A"]),
        ("page", ["2"]),
    ],
)
def test_a_value_that_cannot_be_read_falls_back_to_the_default_and_is_named(key, values):
    assert read({key: values}) == (DEFAULT, [key])


def test_the_known_among_several_codes_are_kept_and_the_others_named():
    view, problems = read({"axis": ["IV", "9", "1"], "category": ["MD", "LD"]})
    assert (view.axes, view.categories, problems) == (("1", "IV"), ("LD", "MD"), ["axis"])


def test_a_code_given_twice_counts_once():
    assert read({"axis": ["2", "2"]}) == (DEFAULT.having(axes=("2",)), [])


def test_a_series_that_the_programme_does_not_have_falls_back():
    only_commission = Choices((Series.EC,), CHOICES.dates, END_2020, CHOICES.axes, CHOICES.categories)
    assert read({"series": ["published"]}, only_commission) == (DEFAULT, ["series"])


def test_a_day_between_two_dates_is_a_view_of_that_day():
    assert read({"as_of": ["2019-06-20"]}) == (DEFAULT.having(as_of=date(2019, 6, 20)), [])


def test_several_problems_are_all_named_and_the_rest_of_the_address_counts():
    view, problems = read({"lang": ["en"], "as_of": ["x"], "axis": ["9"], "sort": ["rate"]})
    assert (view, problems) == (DEFAULT.having(language="en", sort="rate"), ["as_of", "axis"])


def test_without_any_date_every_day_falls_back():
    undated = Choices((Series.EC,), (), END_2020, (), ())
    assert read({"as_of": ["2020-12-31"]}, undated) == (DEFAULT, ["as_of"])


def test_keys_that_mean_nothing_here_are_left_alone():
    assert read({"utm_source": ["mail"], "embed": ["true"]}) == (DEFAULT, [])


# --- projects ---------------------------------------------------------------------------------------------------

KNOWN = {"call": {"P 1/a"}, "beneficiary": {"B", "~ROSSI"}, "project": {"10PUITALME19//ALBANIAN DEVELOPMENT FUND"}}
WITH_PROJECTS = replace(CHOICES, levels=LEVELS, known=lambda level, codes: KNOWN[level] & set(codes))


def test_a_view_of_projects_is_read_with_codes_as_they_are():
    query = {
        "level": ["project"],
        "region": ["13", "MULTI"],
        "call": ["P 1/a"],
        "beneficiary": ["~ROSSI", "B"],
        "project": ["10PUITALME19//ALBANIAN DEVELOPMENT FUND"],
        "page": ["3"],
    }
    view, problems = read(query, WITH_PROJECTS)
    assert problems == []
    assert {key: view.query()[key] for key in query} == query
    assert hash(view) == hash(read(query, WITH_PROJECTS)[0])


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("level", ["town"]),
        ("level", ["call", "axis"]),
        ("region", ["21"]),
        ("region", ["13 "]),
        ("call", ["P1"]),
        ("beneficiary", ["b"]),
        ("project", ["A"]),
        ("project", ["10PUITALME19//ALBANIAN DEVELOPMENT FUND", "A"]),
        ("page", ["0"]),
        ("page", ["-1"]),
        ("page", ["01"]),
        ("page", ["1.5"]),
        ("page", ["9" * 30]),
        ("page", ["٣"]),
        ("page", ["1", "2"]),
    ],
)
def test_what_is_not_known_of_projects_falls_back_and_is_named(key, values):
    assert read({key: values}, WITH_PROJECTS) == (DEFAULT, [key])


def test_the_known_codes_of_projects_are_kept_and_the_others_named():
    view, problems = read({"beneficiary": ["x", "B", "B"], "region": ["99", "nowhere"]}, WITH_PROJECTS)
    assert (view.beneficiaries, view.regions, problems) == (("B",), ("99",), ["beneficiary", "region"])


def test_projects_without_a_code_may_be_asked_for():
    query = {key: [UNKNOWN_CODE] for key in ("call", "beneficiary", "region")}
    view, problems = read(query, WITH_PROJECTS)
    assert (view.calls, view.beneficiaries, view.regions, problems) == (("-",), ("-",), ("-",), [])


def test_no_more_codes_are_looked_up_than_a_reader_would_choose():
    asked: list[int] = []

    def known(_level: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        asked.append(len(codes))
        return codes

    choices = replace(WITH_PROJECTS, known=known)
    view, problems = read({"call": [str(n) for n in range(10_000)]}, choices)
    assert (len(view.calls), asked, problems) == (MOST_CODES, [MOST_CODES], ["call"])


# --- hostile values ---------------------------------------------------------------------------------------------

KEYS = (
    "lang",
    "programme",
    "series",
    "as_of",
    "compared_with",
    "axis",
    "category",
    "sort",
    "level",
    "region",
    "call",
    "beneficiary",
    "project",
    "page",
)
NASTY = [
    "x" * 100_000,
    "'; DROP TABLE figure; --",
    "<script>alert(1)</script>",
    "![x](https://example.org/x.png)",
    "\x00",
    "١٢٣",
    "٢٠١٨-١٢-٣١",
    "𝟚𝟘𝟙𝟠-12-31",
    "0001-01-01",
    "9999-12-31",
    "2018-W52-1",
    "20181231T000000",
    "\u202edlrow",
    "\ud800",
    "__class__",
    "{0.__class__}",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_a_hostile_value_falls_back_like_any_other(key, value):
    view, problems = read({key: [value]})
    assert (view, problems) == (DEFAULT, [key])


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), st.lists(st.text(max_size=30), max_size=3)))
def test_no_address_raises_and_whatever_it_means_can_be_chosen(query):
    view, problems = read(query)
    assert set(problems) <= {key for key, values in query.items() if values}
    assert view.language in LANGUAGES
    assert set(view.axes) <= set(CHOICES.axes)
    assert CHOICES.dates[0] <= view.as_of <= CHOICES.dates[-1]
    assert read(view.query()) == (view, [])
