"""Shares, ages, the map, silence and the history of one project. Sums over rows are proved in tests/data_model."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model.vocabulary import REGIONS
from metrics import frames
from metrics import project_gaps as gaps
from tests.metrics.rows import plain

M = 100_000_000


def groups(*rows: dict[str, Any]) -> pd.DataFrame:
    """Groups as the queries give them, with only what a test speaks of."""
    ordinary = {
        "code": "1",
        "projects": 1,
        "committed_cents": None,
        "committed_count": 0,
        "reported_cents": None,
        "reported_count": 0,
        "gap_cents": None,
        "both_committed_cents": None,
        "both_reported_cents": None,
    }
    frame = pd.DataFrame.from_records([ordinary | row for row in rows], columns=list(ordinary))
    for name in frame.columns[1:]:
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


def both(code: str | None, committed: int, reported: int) -> dict[str, Any]:
    """A group all of whose projects give both amounts."""
    return {
        "code": code,
        "committed_cents": committed,
        "committed_count": 1,
        "reported_cents": reported,
        "reported_count": 1,
        "gap_cents": committed - reported,
        "both_committed_cents": committed,
        "both_reported_cents": reported,
    }


# --- shares -----------------------------------------------------------------------------------------------------


def test_shares_are_of_the_projects_that_give_both_amounts():
    some = both("1", 100, 40) | {"committed_cents": 900, "reported_cents": 70}
    found = gaps.with_rates(groups(some))
    assert plain(found, "reported_rate", "unreported_rate", "gap_firmness") == [(0.4, 0.6, "derived")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"committed_cents": 5, "committed_count": 1}, (None, None, "not_given")),
        (both("1", 0, 0), (None, None, "derived")),
        (both("1", -5, 3), (None, None, "derived")),
        (both("1", 100, 130), (1.3, 1 - 1.3, "derived")),
    ],
    ids=["no payment", "nothing committed", "less than nothing", "paid more than committed"],
)
def test_a_share_is_missing_where_it_says_nothing_and_above_one_where_more_was_paid(row, expected):
    assert plain(gaps.with_rates(groups(row)), "reported_rate", "unreported_rate", "gap_firmness") == [expected]


def test_projects_that_give_no_amount_are_counted():
    (row,) = frames.records(groups({"projects": 9, "committed_count": 4, "reported_count": 1}))
    assert gaps.without_amounts(row) == (5, 8)


# --- age --------------------------------------------------------------------------------------------------------


def completed_years(start: date, end: date) -> int:
    """As birthdays are counted, day by day."""
    years = 0
    while (end.year - years - 1, end.month, end.day) >= (start.year, start.month, start.day):
        years += 1
    return years


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 2000))
def test_cutoffs_part_completed_years(as_of, days):
    start = as_of - timedelta(days)
    band = next((n for n, cutoff in enumerate(gaps.cutoffs(as_of)) if start > cutoff), 3)
    assert band == min(completed_years(start, as_of), 3)


@pytest.mark.parametrize(
    ("as_of", "first"),
    [(date(2024, 8, 31), date(2023, 8, 31)), (date(2024, 2, 29), date(2023, 2, 28)), (date(2023, 2, 28), date(2022, 2, 28))],
)
def test_the_first_cutoff_is_a_year_before_also_on_the_29th_of_february(as_of, first):
    assert gaps.cutoffs(as_of)[0] == first


def aged(*rows: tuple[int | None, str | None, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(rows, columns=["band", "counted_from", "projects", "gap_cents"])
    for name in ("band", "projects", "gap_cents"):
        frame[name] = pd.array(frame[name].tolist(), dtype="Int64")
    return frame


AGES = aged(
    (0, "committed_on", 2, 50),
    (0, "started_on", 1, 10),
    (3, "started_on", 4, 60),
    (1, "started_on", 1, -20),
    (None, None, 5, 0),
)


def test_bands_of_age_put_both_dates_together_and_name_empty_bands_too():
    assert plain(gaps.by_age(AGES), "band", "projects", "gap_cents") == [
        ("under_1", 3, 60),
        ("1_to_2", 1, -20),
        ("2_to_3", 0, 0),
        ("over_3", 4, 60),
        ("undated", 5, 0),
    ]
    assert plain(gaps.by_age(AGES), "share")[0] == (0.6,)


def test_it_is_known_which_date_ages_are_counted_from():
    assert gaps.counted_from(AGES) == {"committed_on": 2, "started_on": 6}
    assert gaps.counted_from(aged((None, None, 5, 0))) == {}


def test_where_the_gaps_make_up_nothing_no_band_has_a_share():
    assert set(gaps.by_age(aged((0, "started_on", 1, 5), (1, "started_on", 1, -5)))["share"].isna()) == {True}


# --- map --------------------------------------------------------------------------------------------------------

REGIONAL = groups(
    both("13", 10 * M, 1 * M),
    both("03", 5 * M, 5 * M),
    both("20", 2 * M, 3 * M),
    {"code": "01", "committed_cents": 7 * M, "committed_count": 1},
    both("00", 4 * M, 2 * M),
    both("MULTI", 1 * M, 0),
    {"code": "99", "committed_cents": 3 * M, "committed_count": 1},
    both(None, 8 * M, 4 * M),
)


def test_what_no_region_stands_for_is_counted_in_euro_and_in_shares():
    found = gaps.unmapped(REGIONAL)
    assert found.parts == (("00", 1, 2 * M, 4 * M), ("99", 1, None, 3 * M), ("MULTI", 1, M, M), ("-", 1, 4 * M, 8 * M))
    assert (found.projects, found.gap_cents, found.committed_cents) == (4, 7 * M, 16 * M)
    assert found.gap_share == 7 / (9 + 0 - 1 + 2 + 1 + 4)
    assert found.committed_share == 16 / (10 + 5 + 2 + 7 + 4 + 1 + 3 + 8)


def test_the_gap_off_the_map_is_missing_where_none_of_it_is_known():
    found = gaps.unmapped(groups(both("13", 9, 1), {"code": "00", "committed_cents": 3, "committed_count": 1}))
    assert (found.gap_cents, found.gap_share, found.committed_cents) == (None, None, 3)


def test_every_region_stands_on_the_map_and_what_has_no_projects_is_missing():
    found = gaps.on_the_map(REGIONAL)
    assert list(found["code"]) == list(REGIONS)
    rows = {row[0]: row[1:] for row in plain(found, "code", "projects", "gap_cents", "class_number")}
    assert rows["13"] == (1, 9 * M, 5)
    assert rows["03"] == (1, 0, 0)
    assert rows["20"] == (1, -M, 0)
    assert rows["01"] == (1, None, None)
    assert rows["19"] == (0, None, None)


@given(st.integers(1, 10**13))
def test_classes_are_of_one_round_width_at_most_five_and_hold_the_widest_gap(top):
    step = gaps.step_of(groups(both("13", top, 0)))
    assert step is not None
    assert gaps.class_of(top, step) <= gaps.MAP_CLASSES
    assert str(step).rstrip("0") in {"1", "2", "25", "5"}
    assert gaps.class_of(step, step) == 1
    assert gaps.class_of(step + 1, step) == 2


def test_without_a_gap_above_zero_in_any_region_there_are_no_classes():
    assert gaps.step_of(groups(both("13", 1, 2), both("00", 900, 0))) is None
    assert gaps.class_of(-1, None) == 0


# --- silence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("projects", "given_by", "kind"), [(3, 3, "zero"), (3, 1, "partly"), (3, 0, "none")])
def test_a_zero_that_is_given_is_told_from_what_is_not_given(projects, given_by, kind):
    assert gaps.silence(projects, given_by) == kind


# --- one project ------------------------------------------------------------------------------------------------


def history(*rows: tuple[date, int | None, int | None, bool]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=["as_of", "committed_cents", "paid_cents", "rounded"])


def test_the_history_of_a_project_has_a_point_per_amount_that_is_given_and_marks_falls():
    first, second = date(2023, 1, 1), date(2024, 1, 1)
    found = gaps.history_lines(history((second, 90, 30, False), (first, 100, None, True)), "committed_cents", "paid_cents")
    assert plain(found, "as_of", "stage", "cents", "firmness", "fell_by_cents") == [
        (first, "committed", 100, "about", None),
        (second, "committed", 90, "exact", 10),
        (second, "reported", 30, "exact", None),
    ]


def test_a_project_that_lacks_an_amount_has_no_gap():
    assert gaps.gap_of({"committed_cents": 5, "paid_cents": None}, "committed_cents", "paid_cents") is None
    assert gaps.gap_of({"committed_cents": 5, "paid_cents": 7}, "committed_cents", "paid_cents") == -2
