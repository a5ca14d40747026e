"""Two dates on the pages: the differences of the files, what they are made of, and a correction that comes and goes."""

from pathlib import Path
from typing import Any

import pytest

from data_model import queries
from data_model.correcting import Correction, correct_figure
from data_model.roles import keyboard
from data_model.store import Store
from data_model.undoing import take_back
from data_model.vocabulary import Firmness
from exports.tables import asked_of, table
from tests import oracles
from tests.conftest import sqlite_copy
from tests.pages.screen import LANGUAGES, PAGES, Query, cells, number, opened, text_of, unescaped, unfolded
from texts import words

FINANCIAL = ("overview", "axes", "commitment_gaps")
TWO_DATES: Query = {"as_of": "2018-12-31", "compared_with": "2016-12-31"}

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def euros(cents: int, language: str) -> str:
    text = number(f"{abs(cents) / 100:.2f}" if cents % 100 else str(abs(cents) // 100), language)
    return f"−{text}" if cents < 0 else text


def ran(at):
    assert not at.exception, at.exception[0].value
    assert not at.error
    return at


def difference_of(measure: str, *key: str) -> int:
    """The difference of a cumulative amount between the ends of 2016 and 2018, from the file."""
    by = ("year", "axis", "category")[: 1 + len(key)]
    totals = oracles.finance_totals(oracles.PON, *by)
    return totals["2018", *key][measure] - totals["2016", *key][measure]


@in_both_languages
@pytest.mark.parametrize("page", FINANCIAL)
def test_a_financial_page_shows_the_difference_of_the_programme_and_of_an_axis(page, language):
    found = cells(ran(unfolded(opened(page, {**TWO_DATES, "lang": language}))))
    by_category = page == "axes"
    for measure in ("selected", "declared"):
        assert euros(difference_of(measure), language) in found
        key = ("3", "TR") if by_category else ("3",)
        assert euros(difference_of(measure, *key), language) in found
    if page != "commitment_gaps":
        assert euros(difference_of("allocated"), language) in found


@in_both_languages
def test_what_moved_a_rate_is_told_apart_and_adds_up(language):
    at = ran(opened("overview", {**TWO_DATES, "lang": language}))
    w = words(language)
    head = w("comparison.points", name=w("comparison.by_whole"))
    (table,) = [t.value for t in at.table if head in [unescaped(str(c)) for c in t.value.columns]]
    shown = [unescaped(str(cell)).replace("%", "").strip() for cell in table.iloc[0]][1:]
    if language == "it":
        shown = [text.replace(".", "").replace(",", ".") for text in shown]
    before, part, whole, now, difference = (round(float(text.replace("−", "-")) * 100) for text in shown)
    first, last = (oracles.finance_totals()[year,] for year in ("2016", "2018"))
    assert before == round(first["selected"] / first["allocated"] * 10_000)
    assert now == round(last["selected"] / last["allocated"] * 10_000)
    assert before + part + whole == now == before + difference


@in_both_languages
@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_with_two_dates_in_each_series(page, language):
    for series in ("ec", "published"):
        query = {"as_of": "2019-06-20", "compared_with": "2018-12-31", "series": series, "lang": language}
        assert "{" not in text_of(ran(opened(page, query)))


@in_both_languages
def test_what_only_one_date_gives_is_not_given_and_makes_no_difference(language):
    query = {"as_of": "2019-06-20", "compared_with": "2017-12-31", "series": "published", "lang": language}
    at = ran(opened("overview", query))
    w = words(language)
    (table,) = [t.value for t in at.table if w("comparison.reprogrammed") in unescaped(" ".join(map(str, t.value.columns)))]
    rows = [[unescaped(str(cell)) for cell in row] for row in table.itertuples()]
    committed = [row for row in rows if row[:2] == [w("comparison.whole"), w("measure.committed.label")]]
    assert [(row[2], row[-1]) for row in committed] == [(w("number.missing"), w("number.missing"))]


@in_both_languages
def test_calls_training_and_participants_are_compared_figure_by_figure(language):
    w = words(language)
    both = {"as_of": "2019-06-20", "compared_with": "2018-12-31", "lang": language}
    for page in ("calls", "training"):
        at = ran(opened(page, both))
        assert unescaped(w("comparison.numbers_rule")) in text_of(at)
    people = ran(opened("participants", {"as_of": "2018-12-31", "compared_with": "2017-12-31", "lang": language}))
    then, now = (oracles.participants()[year][0] for year in ("2017", "2018"))
    if then is not None and now is not None:
        assert number(str(now - then), language) in cells(people)
    assert number(str(now), language) in cells(people)


# --- corrections ------------------------------------------------------------------------------------------------


@pytest.fixture
def own_sample(sample_url: str, tmp_path: Path, app_on) -> Store:
    """A copy of the sample that a test may change."""
    url = sqlite_copy(Path(sample_url.removeprefix("sqlite:///")), tmp_path / "store.sqlite")
    app_on(url)
    return Store(url)


def test_a_correction_of_old_data_shows_as_one_and_is_gone_when_it_is_taken_back(own_sample):
    with own_sample.reading() as session:
        frame = queries.figures(session, oracles.PON, series="ec", measures=["selected"])
    old: Any = next(row for row in frame.itertuples() if str(row.as_of)[:10] == "2016-12-31" and row.axis_code == "1")
    said = Correction(
        int(old.id), int(old.amount_cents), int(old.amount_cents) + 12_345, Firmness.EXACT, "x", old.source_id, "p. 1", "y"
    )
    before = cells(ran(unfolded(opened("overview", TWO_DATES))))
    shown = "123,45"
    assert shown not in before
    number = correct_figure(
        own_sample, actor=keyboard("Ada"), correction=said, notes=lambda _: {"it": "era", "en": "was"}
    ).import_id
    after = ran(unfolded(opened("overview", TWO_DATES)))
    assert shown in cells(after)
    assert euros(difference_of("selected"), "it") in cells(after)  # from what was first said: the correction is a part of it
    assert euros(difference_of("selected") - 12_345, "it") in cells(after)  # what is new data of it
    assert words("it")("comparison.corrected").lower() in text_of(after)
    query = {key: [str(value)] for key, value in TWO_DATES.items()} | {"series": ["ec"], "axis": ["1"]}
    with own_sample.reading() as session:
        exported = table(session, "axes", asked_of(session, "axes", query, "it"))
        (row,) = [dict(zip(exported.keys, values, strict=True)) for values in exported.rows()]
    assert row["committed_before_eur"] == int(old.amount_cents)  # in the file as on the page: as it was first said
    now: Any = row["committed_eur"]
    assert row["committed_difference_eur"] == now - int(old.amount_cents)
    assert number is not None
    take_back(own_sample, actor=keyboard("Ada"), import_id=number)
    assert cells(ran(unfolded(opened("overview", TWO_DATES)))) == before
