"""The rows that charts draw: lengths for the scale, texts in the reader's language, and what is missing stays missing."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from charts import activities, bullets, commitment_gaps, deadlines, funnel, participants, training, trend
from charts.rows import amount_text, in_millions, short_text
from charts.theme import Look
from data_model.vocabulary import Firmness, Series
from metrics import commitment_gaps as gaps
from metrics import frames, progress
from metrics.measures import BASES
from metrics.participants import Participants
from metrics.published import Given, Share
from metrics.training import cohort_steps, uptake
from tests.charts.builders import layers, specification
from tests.metrics.rows import END_2018, figure, figures, known, published, statement
from texts import Words, words

EC, DOCUMENTS = BASES[Series.EC], BASES[Series.PUBLISHED]
IT, EN = words("it"), words("en")
MILLION = 100_000_000


def axis_name(code: Any) -> str:
    return f"Axis {code}"


def cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns with ordinary blanks, a missing one as None."""
    rows = frame[list(columns)].itertuples(index=False, name=None)
    return [
        tuple(None if pd.isna(c) else c.replace("\u00a0", " ") if isinstance(c, str) else c for c in row) for row in rows
    ]


def ordinary(text: str) -> str:
    return text.replace("\u00a0", " ")


# --- amounts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cents", "length"), [(2_420_000_000, 24.2), (0, 0.0), (None, None), (pd.NA, None)])
def test_the_length_of_a_mark_is_in_millions_and_a_missing_one_draws_nothing(cents, length):
    assert in_millions(cents) == length


@pytest.mark.parametrize(
    ("w", "cents", "firmness", "full", "short"),
    [
        (IT, 2_420_000_000, "exact", "24.200.000 €", "24,2 M€"),
        (IT, 2_420_000_000, "about", "circa 24.200.000 €", "circa 24,2 M€"),
        (EN, 2_420_000_000, "about", "about €24,200,000", "about €24.2 million"),
        (IT, 2_420_000_000, "derived", "24.200.000 € ∑", "24,2 M€"),
        (IT, 2_400_000_000, "ambiguous", "24.000.000 € (?)", "24,0 M€ (?)"),
        (IT, None, "not_given", "n.d.", "n.d."),
        (EN, pd.NA, "not_given", "n.a.", "n.a."),
        (IT, None, "about", "n.d.", "n.d."),
        (IT, 0, "exact", "0 €", "0,0 M€"),
    ],
)
def test_an_amount_says_how_firm_it_is_and_a_missing_one_that_it_is_not_given(w, cents, firmness, full, short):
    assert ordinary(amount_text(w, cents, firmness)) == full
    assert ordinary(short_text(w, cents, firmness)) == short


# --- bullets ----------------------------------------------------------------------------------------------------


def test_bullet_rows_are_in_millions_and_run_past_their_whole():
    rows = figures(*statement("1", "LD", 100 * MILLION, 128 * MILLION, 64 * MILLION))
    found = bullets.position_rows(progress.positions(rows, EC, END_2018, "axis"), "axis_code", axis_name, IT)
    assert cells(found, "row", "label", "whole", "middle", "thin") == [(0, "Axis 1", 100.0, 128.0, 64.0)]
    assert cells(found, "value_label", "value_short") == [("128,0 M€ = 128,0 %", "128,0 M€")]
    assert cells(found, "whole_text", "middle_text", "thin_text") == [("100.000.000 €", "128.000.000 €", "64.000.000 €")]


def test_a_bullet_without_a_stage_has_no_mark_there_and_says_so():
    rows = figures(published("committed", 5 * MILLION, firmness="about"), published("allocated", 9 * MILLION, "2"))
    found = bullets.position_rows(progress.positions(rows, DOCUMENTS, END_2018, "axis"), "axis_code", axis_name, IT)
    assert cells(found, "whole", "middle", "thin") == [(None, 5.0, None), (9.0, None, None)]
    assert cells(found, "middle_firmness", "thin_firmness") == [("about", "not_given"), ("not_given", "not_given")]
    assert cells(found, "value_label", "thin_text") == [("circa 5,0 M€", "n.d."), ("n.d.", "n.d.")]


def given(value: int | None, firmness: str = "exact", unit: str = "count") -> Given:
    return Given(value, Firmness(firmness), unit, END_2018, "stated", str(value), "src", "p. 1", None, 1)


def test_share_rows_are_counted_in_whole_numbers_and_marked_where_they_are_ambiguous():
    share = Share(given(225_000, "ambiguous"), given(600_000), 225 / 600, Firmness.AMBIGUOUS, 375_000)
    found = bullets.share_rows([("Operators", share)], IT)
    assert cells(found, "label", "whole", "middle", "middle_firmness") == [("Operators", 600.0, 225.0, "ambiguous")]
    assert cells(found, "value_label", "value_short") == [("225 (?) su 600 = 37,5 %", "37,5 %")]


def test_share_rows_of_money_are_in_millions():
    euros = Share(given(24 * MILLION, unit="EUR"), given(69 * MILLION, unit="EUR"), 24 / 69, Firmness.DERIVED, 45 * MILLION)
    found = bullets.share_rows([("Job centres", euros)], IT)
    assert cells(found, "whole", "middle", "whole_text") == [(69.0, 24.0, "69,0 M€")]


def test_a_share_row_of_a_lost_number_has_no_bar():
    lost = Share(given(None, "not_given"), given(28_000), None, Firmness.NOT_GIVEN, None)
    found = bullets.share_rows([("Lost", lost)], IT)
    assert cells(found, "middle", "middle_text", "value_short") == [(None, "n.d.", "n.d.")]


# --- dumbbells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("w", "label"),
    [
        (IT, "da rendicontare circa 22,63 M€ · fatto: 6,5 %"),
        (EN, "still to report about €22.63 million · done: 6.5%"),
    ],
)
def test_a_gap_row_names_the_gap_and_what_is_reported(w: Words, label):
    rows = figures(published("committed", 2_420_000_000, firmness="about"), published("reported", 157_000_000))
    ranked = gaps.ranked(progress.positions(rows, DOCUMENTS, END_2018, "axis"), "amount")
    found = commitment_gaps.gap_rows(ranked, axis_name, w, key="axis_code", decimals=2)
    assert cells(found, "row", "label", "committed", "reported") == [(0, "Axis 1", 24.2, 1.57)]
    assert cells(found, "committed_firmness", "reported_firmness") == [("about", "exact")]
    assert cells(found, "gap_label") == [(label,)]


# --- the funnel -------------------------------------------------------------------------------------------------


WHOLES = {"committed": "della dotazione", "reported": "della fase prima", "certified": "della dotazione"}


def test_the_funnel_has_a_step_per_stage_and_no_bar_where_no_source_gives_one():
    rows = figures(*statement("1", "LD", 100 * MILLION, 50 * MILLION, 10 * MILLION))
    position = frames.first(progress.positions(rows, EC, END_2018, "programme"))
    found = funnel.stage_rows(position, str.upper, IT, WHOLES)
    assert cells(found, "row", "stage", "label", "value") == [
        (0, "allocated", "ALLOCATED", 100.0),
        (1, "committed", "COMMITTED", 50.0),
        (2, "reported", "REPORTED", 10.0),
        (3, "certified", "CERTIFIED", None),
    ]
    assert cells(found, "value_label") == [
        ("100,0 M€",),
        ("50,0 M€ = 50,0 % della dotazione",),
        ("10,0 M€ = 20,0 % della fase prima",),
        ("n.d.",),
    ]


# --- trends -----------------------------------------------------------------------------------------------------


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    return progress.trend(figures(*rows), EC, "axis")


TWO_DATES = lines(
    *statement("3", "LD", 200 * MILLION, 100 * MILLION, 50 * MILLION),
    *statement("3", "LD", 200 * MILLION, 110 * MILLION, 40 * MILLION, date(2019, 12, 31)),
)


def test_a_fall_is_marked_at_its_date_and_in_words():
    found = trend.trend_rows(TWO_DATES, str, IT)
    fallen = found[found["fell"]]
    assert cells(fallen, "stage", "day_text", "value", "fell_text") == [("reported", "31/12/2019", 40.0, "10.000.000 €")]
    assert set(cells(found[~found["fell"]], "fell_text")) == {("nessuno",)}


def test_lines_are_named_at_their_ends():
    found = trend.trend_rows(TWO_DATES, str.upper, EN, short_name=str.title)
    assert cells(found[found["last"]], "stage", "end_label", "end_short") == [
        ("allocated", "Allocated €200.0 million", "€200.0 million"),
        ("committed", "Committed €110.0 million", "€110.0 million"),
        ("reported", "Reported €40.0 million", "€40.0 million"),
    ]
    assert list(found["label"].unique()) == ["ALLOCATED", "COMMITTED", "REPORTED"]


def test_a_line_that_ends_before_the_others_is_named_at_its_own_end():
    rows = figures(
        published("allocated", 9 * MILLION, as_of=date(2014, 12, 17)),
        published("committed", 5 * MILLION),
        published("allocated", 8 * MILLION, as_of=date(2021, 8, 20)),
    )
    found = trend.trend_rows(progress.trend(rows, DOCUMENTS, "axis"), str, IT)
    assert cells(found, "stage", "day_text", "last") == [
        ("allocated", "17/12/2014", False),
        ("committed", "31/12/2018", True),
        ("allocated", "20/08/2021", True),
    ]


def test_charts_on_one_scale_have_one_top():
    assert set(trend.trend_rows(TWO_DATES, str, IT)["top"]) == {200.0}
    assert set(trend.trend_rows(TWO_DATES, str, IT, top_cents=900 * MILLION)["top"]) == {900.0}


def test_a_trend_of_one_date_draws_a_point_that_is_its_last():
    found = trend.trend_rows(lines(*statement("3", "LD", 5 * MILLION, 2 * MILLION, 0)), str, IT)
    assert cells(found, "stage", "value", "last", "fell") == [
        ("allocated", 5.0, True, False),
        ("committed", 2.0, True, False),
        ("reported", 0.0, True, False),
    ]
    unfiltered = [
        layer
        for layer in layers(specification("trend", Look("it")))
        if layer["mark"]["type"] == "point" and layer["mark"].get("opacity") and "transform" not in layer
    ]
    assert len(unfiltered) == 1, "points are drawn at every date, so that one date alone is seen"


def test_a_trend_without_dates_has_no_rows():
    assert trend.trend_rows(lines(), str, IT).empty


# --- training ---------------------------------------------------------------------------------------------------


def padua() -> pd.DataFrame:
    of_course = {"series": "published", "subject_kind": "training", "subject_code": "CM"}
    rows = known(
        figure("trainees_target", 2_400_000, **of_course),
        figure("cohorts_planned", 3_000, **of_course),
        figure("trainees_involved", 800_000, cohort=1, firmness="about", **of_course),
    )
    return cohort_steps(uptake(rows, "CM"))


@pytest.mark.parametrize(
    ("w", "first", "rest"),
    [
        (IT, "circa 800 coinvolti", "circa 1.600 da avviare · ripartizione n.d."),
        (EN, "about 800 involved", "about 1,600 still to start · breakdown n.a."),
    ],
)
def test_cohorts_that_the_source_does_not_split_are_one_dashed_block(w: Words, first, rest):
    found = training.step_rows(padua(), 2_400, w)
    assert cells(found, "row", "start", "end", "planned", "firmness", "target") == [
        (0, 0, 800, False, "about", 2_400),
        (1, 800, 2_400, True, "about", 2_400),
    ]
    assert cells(found, "value_label") == [(first,), (rest,)]


def test_cohorts_are_named_by_their_numbers():
    assert cells(training.step_rows(padua(), 2_400, IT), "label") == [("1ª annualità",), ("Dalla 2ª alla 3ª annualità",)]


# --- participants -----------------------------------------------------------------------------------------------


def test_a_stack_has_a_row_per_part_and_its_total_once():
    over_time = [
        Participants(END_2018, 460_094, ("CO05",), (("CO01", 262_801), ("CO03", 197_293))),
        Participants(date(2019, 12, 31), 649_610, (), (("CO01", 388_568), ("CO03", 260_888), ("CO05", 154))),
    ]
    found = participants.stack_rows(over_time, IT, name=str)
    assert cells(found, "position", "day_text", "part", "rank", "value", "value_text") == [
        (0, "31/12/2018", "CO01", 0, 262_801, "262.801"),
        (0, "31/12/2018", "CO03", 1, 197_293, "197.293"),
        (1, "31/12/2019", "CO01", 0, 388_568, "388.568"),
        (1, "31/12/2019", "CO03", 1, 260_888, "260.888"),
        (1, "31/12/2019", "CO05", 2, 154, "154"),
    ]
    labels = [label for (label,) in cells(found, "total_label") if label]
    assert labels == ["460.094", "649.610"]


def test_target_rows_leave_out_what_has_no_target():
    indicators = pd.DataFrame(
        {
            "subject_code": ["CO01", "CO03"],
            "value": [30, 5],
            "target": pd.array([120, None], dtype="Int64"),
            "rate": [0.25, None],
        }
    )
    found = participants.target_rows(indicators, EN, name=str)
    assert cells(found, "label", "whole", "middle", "value_label") == [("CO01", 120, 30, "30 = 25.0%")]


# --- state of play and deadlines --------------------------------------------------------------------------------


def test_a_cell_is_an_outline_where_all_of_it_was_inferred():
    state = pd.DataFrame(
        {
            "beneficiary": ["UNAR", "UNAR", "Regions"],
            "status": ["planned", "in_progress", "planned"],
            "activities": [1, 2, 1],
            "inferred": [1, 1, 0],
            "names": [("a",), ("b", "c"), ("d",)],
        }
    )
    found = activities.matrix_rows(state, EN, say=str.upper)
    assert cells(found, "row", "label", "activities", "inferred_only", "names_text") == [
        (0, "UNAR", 1, True, "A"),
        (0, "UNAR", 2, False, "B; C"),
        (1, "REGIONS", 1, False, "D"),
    ]


def test_the_dates_of_a_call_stand_above_and_below_their_line_in_turn():
    frame = pd.DataFrame(
        {
            "call_code": ["A", "A", "B"],
            "new_deadline": pd.to_datetime(["2020-12-31", "2021-12-31", "2021-06-30"]),
            "decided_wording": ["2019-03", "2021-02-15", None],
            "later": [False, True, False],
            "act": ["x", "y", "z"],
        }
    )
    found = deadlines.timeline_rows(frame, IT, name=axis_name, say=str.upper)
    assert cells(found, "row", "label", "date_text", "odd", "later", "act_text") == [
        (0, "Axis A", "31/12/2020", True, False, "X"),
        (0, "Axis A", "31/12/2021", False, True, "Y"),
        (1, "Axis B", "30/06/2021", True, False, "Z"),
    ]


@pytest.mark.parametrize(
    ("w", "wording", "expected"),
    [
        (IT, "2019-03", "marzo 2019"),
        (EN, "2019-03", "March 2019"),
        (IT, "2021-02-15", "15/02/2021"),
        (IT, None, "non datato"),
        (EN, float("nan"), "undated"),
    ],
)
def test_a_decision_is_dated_as_far_as_its_date_is_known_and_in_the_readers_language(w: Words, wording, expected):
    frame = pd.DataFrame(
        {
            "call_code": ["A", "A"],
            "new_deadline": pd.to_datetime(["2020-12-31", "2021-12-31"]),
            "decided_wording": ["2018-01", wording],
            "later": [False, True],
            "act": ["x", "y"],
        }
    )
    assert deadlines.timeline_rows(frame, w, name=axis_name, say=str)["decided_text"].iloc[1] == expected


# --- forms of firmness ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bullets", "commitment_gaps", "training"])
def test_a_value_known_as_about_is_hollow(name):
    palette = Look("it").palette
    spec = specification(name, Look("it"))
    hollow = [
        layer
        for layer in layers(spec)
        if "'about'" in str(layer) and palette.background in (layer["mark"].get("fill"), _condition(layer))
    ]
    assert hollow


def _condition(layer: dict[str, Any]) -> Any:
    return layer["encoding"].get("fill", {}).get("condition", {}).get("value")


def test_an_ambiguous_value_is_a_dashed_outline_without_filling():
    (bar,) = [
        layer
        for layer in layers(specification("bullets", Look("it")))
        if "'ambiguous'" in str(layer["encoding"].get("fill"))
    ]
    assert bar["encoding"]["fill"]["condition"]["value"] == "transparent"
    assert bar["encoding"]["strokeDash"]["condition"]["value"] == [4, 3]


def test_what_is_still_to_come_is_a_dashed_outline():
    (bar,) = [layer for layer in layers(specification("training", Look("it"))) if layer["mark"]["type"] == "bar"]
    assert bar["encoding"]["fill"]["condition"] == {"test": "datum.planned", "value": "transparent"}
    assert bar["encoding"]["strokeDash"]["condition"]["value"] == [6, 4]
