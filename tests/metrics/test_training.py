from typing import Any

import pandas as pd
import pytest

from data_model.store import Store
from metrics import training
from metrics.published import known_at
from tests import oracles
from tests.metrics.rows import END_2018, figure, figures_of, known, plain

STEP = ("first", "last", "start", "end", "planned", "firmness")


def on_course(measure: str, value: int | None, **said: Any) -> dict[str, Any]:
    course = {"series": "published", "subject_kind": "training", "subject_code": "CM"}
    return figure(measure, value, **(course | said))


def course(*rows: dict[str, Any]) -> training.Uptake:
    return training.uptake(known(*rows), "CM")


TARGET = on_course("trainees_target", 2_400_000)
PLANNED = on_course("cohorts_planned", 3_000)
FIRST = on_course("trainees_involved", 800_000, cohort=1, firmness="about")


def test_the_case_managers_of_padua_are_a_third_of_the_target_and_the_rest_is_one_block(sample_store: Store):
    (row,) = [row for row in oracles.published() if row["measure"] == "trainees_enrolled"]
    assert (row["value"], row["precision"]) == ("800", "circa 800")
    stated = known_at(figures_of(sample_store, oracles.PON), END_2018.replace(year=2019))
    found = training.uptake(stated, "UNIPD_CM")
    assert found.target is not None
    assert found.cohorts_planned is not None
    assert (found.target.value, found.cohorts_planned.value, found.involved_total) == (2_400_000, 3_000, 800_000)
    assert found.involved_rate is not None
    assert round(found.involved_rate * 100, 1) == 33.3
    assert (found.remaining, found.remaining_cohorts, str(found.firmness)) == (1_600_000, 2, "about")
    assert [number.cohort for number in found.involved] == [1]
    assert plain(training.cohort_steps(found), *STEP) == [
        (1, 1, 0, 800, False, "about"),
        (2, 3, 800, 2_400, True, "about"),
    ]


def test_cohorts_cumulate_one_after_the_other():
    found = course(TARGET, PLANNED, on_course("trainees_involved", 700_000, cohort=2), FIRST)
    assert (found.involved_total, found.remaining, found.remaining_cohorts) == (1_500_000, 900_000, 1)
    assert plain(training.cohort_steps(found), *STEP) == [
        (1, 1, 0, 800, False, "about"),
        (2, 2, 800, 1_500, False, "exact"),
        (3, 3, 1_500, 2_400, True, "about"),
    ]


def test_a_course_that_reached_its_target_has_nothing_left():
    found = course(TARGET, PLANNED, on_course("trainees_involved", 2_400_000, cohort=1))
    assert (found.involved_rate, found.remaining) == (1.0, 0)
    assert plain(training.cohort_steps(found), *STEP) == [(1, 1, 0, 2_400, False, "exact")]


def test_more_people_than_planned_are_shown_as_they_are_and_no_cohort_is_drawn_backwards():
    found = course(TARGET, PLANNED, on_course("trainees_involved", 3_000_000, cohort=1))
    assert found.involved_rate == 1.25
    assert plain(training.cohort_steps(found), *STEP) == [(1, 1, 0, 3_000, False, "exact")]


def test_a_cohort_of_which_two_sources_speak_counts_once():
    found = course(TARGET, PLANNED, FIRST, FIRST | {"source_id": "other", "firmness": "exact", "wording": "800"})
    assert (found.involved_total, found.remaining, found.remaining_cohorts) == (800_000, 1_600_000, 2)


def test_without_a_target_there_is_no_share_and_nothing_to_draw():
    found = course(PLANNED, FIRST)
    assert (found.target, found.involved_total, found.involved_rate, found.remaining) == (None, 800_000, None, None)
    assert training.cohort_steps(found).empty


@pytest.mark.parametrize("involved", [[], [on_course("trainees_involved", None, cohort=1)]])
def test_where_nobody_says_how_many_were_involved_the_share_and_the_rest_are_unknown(involved):
    found = course(TARGET, PLANNED, *involved)
    assert (found.involved_total, found.involved_rate, found.remaining) == (None, None, None)
    assert training.cohort_steps(found).empty


def test_without_the_number_of_cohorts_the_rest_is_one_block_of_unknown_length():
    found = course(TARGET, FIRST)
    assert (found.remaining, found.remaining_cohorts) == (1_600_000, None)
    assert plain(training.cohort_steps(found), "start", "end", "planned") == [(0, 800, False), (800, 2_400, True)]


def test_a_course_that_no_source_speaks_of_has_nothing():
    found = training.uptake(known(), "CM")
    assert (found.target, found.cohorts_planned, found.involved, found.remaining_cohorts) == (None, None, (), None)


def test_of_a_course_in_the_monitoring_files_only_its_latest_date_speaks():
    """At the second date nobody is in state 1 any more; of the other course there is the first date only."""
    rows = [
        ("P/C1", "2018-06-30", "1", 9_000),
        ("P/C1", "2018-12-31", "2", 9_000),
        ("P/C2", "2018-06-30", "1", 7_000),
    ]
    frame = pd.DataFrame(rows, columns=["subject_code", "as_of", "breakdown_code", "quantity_thousandths"])
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    found = training.as_stated(frame)
    assert list(zip(found["subject_code"], found["breakdown_code"], strict=True)) == [("P/C1", "2"), ("P/C2", "1")]
    assert len(training.as_stated(frame.iloc[:0])) == 0
