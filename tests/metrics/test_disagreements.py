from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_model import queries
from data_model.store import Store
from data_model.vocabulary import Firmness
from metrics.disagreements import Disagreement, Voice, agree, disagreements
from tests import oracles
from tests.metrics.rows import END_2018, figure, figures, on_call, published, statement, subject, subjects

FINANCE_SET, INDICATOR_SET = "99js-gm52", "aesb-873i"
"""The Commission's own numbers of its two data sets: sample_data/README.md."""


OF_PROGRAMME: dict[str, Any] = {
    "axis_code": None,
    "subject_kind": "programme",
    "subject_code": "P",
    "source_id": "press",
}


def voice(value: int, wording: str, firmness: str = "exact", *, unit: str = "EUR") -> Voice:
    return Voice("reported", value, unit, Firmness(firmness), wording, END_2018, "stated", "src", "p. 1")


def about(euros: float, wording: str) -> Voice:
    return voice(round(euros * 100), wording, "about")


def exact(euros: float) -> Voice:
    return voice(round(euros * 100), str(euros))


# --- the four of the sample -------------------------------------------------------------------------------------


def in_sample(store: Store, programme: str = oracles.PON) -> dict[tuple[str, str], Disagreement]:
    with store.reading() as session:
        found = disagreements(queries.figures(session, programme), queries.subjects(session, programme))
    keyed = {(d.family, d.subject_code): d for d in found}
    assert len(keyed) == len(found)
    return keyed


def said(found: Disagreement) -> set[tuple[str, int, str]]:
    """(source, value, firmness) of each voice."""
    return {(v.source_id, v.value, str(v.firmness)) for v in found.voices}


def test_sources_disagree_on_four_things_in_the_sample_and_on_nothing_else(sample_store: Store):
    assert set(in_sample(sample_store)) == {
        ("expenditure", "1"),
        ("allocated", "AVV3_2016"),
        ("cities_participating", "RSC_BAMBINI"),
        ("participants", ""),
    }


def test_axis_1_at_the_end_of_2018_has_three_voices(sample_store: Store):
    found = in_sample(sample_store)["expenditure", "1"]
    declared = oracles.finance_totals(oracles.PON, "year", "axis")["2018", "1"]["declared"]
    assert declared == oracles.cents("22777181.51")
    assert (found.subject_kind, found.as_of, found.difference) == ("axis", END_2018, oracles.cents("17300000"))
    assert [(v.measure, v.value, str(v.firmness), v.source_id) for v in found.voices] == [
        ("reported", oracles.cents("40000000"), "about", "euradia"),
        ("declared", declared, "exact", FINANCE_SET),
        ("certified", oracles.cents("22700000"), "about", "euradia"),
    ]


def test_avviso_3_2016_has_three_budgets_one_of_them_a_sum_made_here(sample_store: Store):
    found = in_sample(sample_store)["allocated", "AVV3_2016"]
    assert (found.as_of, found.difference) == (None, oracles.cents("4000000"))
    assert [(v.value, v.parts, v.source_id) for v in found.voices] == [
        (oracles.cents("490000000"), 1, "mlps_en"),
        (oracles.cents("487884668.32"), 2, "mlps_avv3"),
        (oracles.cents("486000000"), 1, "mlps_avv3"),
    ]


def test_the_cities_of_the_rsc_project_are_12_or_13(sample_store: Store):
    found = in_sample(sample_store)["cities_participating", "RSC_BAMBINI"]
    rows = [row for row in oracles.published() if row["measure"] == "cities_participating"]
    expected = {(row["source_id"], oracles.thousandths(row["value"]), "exact") for row in rows}
    assert {value for _, value, _ in expected} == {12_000, 13_000}
    assert said(found) == expected
    assert found.difference == 1_000


def test_the_participants_of_2018_differ_by_2551_and_the_missing_part_is_named(sample_store: Store):
    found = in_sample(sample_store)["participants", ""]
    unemployed, inactive, employed = oracles.participants()["2018"]
    assert (unemployed, inactive, employed) == (262_801, 197_293, None)
    assert [(v.value, v.source_id, v.missing) for v in found.voices] == [
        (462_645_000, "euradia", ()),
        (460_094_000, INDICATOR_SET, ("CO05",)),
    ]
    assert (found.as_of, found.difference) == (END_2018, 2_551_000)


def test_programmes_of_which_only_the_commission_speaks_have_no_disagreement(sample_store: Store):
    for programme in ("2014IT05SFOP007", "2014IT05SFOP015", "2014IT16M2OP002"):
        assert in_sample(sample_store, programme) == {}


# --- what agrees ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounded", "euros", "agrees"),
    [
        (about(658_000_000, "oltre 658 milioni"), 658_221_493.61, True),
        (about(658_000_000, "oltre 658 milioni"), 657_999_999.99, False),
        (about(658_000_000, "oltre 658 milioni"), 659_000_000, False),
        (about(137_000_000, "circa 137 milioni"), 137_077_282.19, True),
        (about(137_000_000, "circa 137 milioni"), 136_499_999, False),
        (about(22_700_000, "22,7 milioni"), 22_777_181.51, False),
        (about(22_700_000, "22,7 milioni"), 22_749_999, True),
        (about(89_700_000, "oltre 89,7 milioni"), 89_700_771.97, True),
        (about(490_000_000, "almost 490 million"), 487_884_668.32, False),
        (about(490_000_000, "almost 490 million"), 489_500_000, True),
        (about(490_000_000, "almost 490 million"), 490_000_001, False),
        (about(15_200_000_000, "quasi 15,2 miliardi"), 15_150_000_000, True),
        (about(1_260_000_000, "circa 1,26 miliardi"), 1_255_000_001, True),
        (about(1_260_000_000, "circa 1,26 miliardi"), 1_249_204_169, False),
        (about(24_200_000, "24.2 M€"), 24_249_999, True),
        (about(24_200_000, "24.2 M€"), 24_300_000, False),
        (about(1_238_000_000, "EUR 1238 million"), 1_238_866_667, False),
    ],
)
def test_a_rounded_wording_agrees_with_what_it_may_stand_for(rounded, euros, agrees):
    assert agree(rounded, exact(euros)) is agrees


def test_two_exact_values_agree_only_if_they_are_equal():
    assert agree(exact(486_000_000), exact(486_000_000))
    assert not agree(exact(486_000_000), exact(486_000_000.01))


def test_a_rounded_count_is_rounded_to_whole_numbers():
    some = voice(800_000, "circa 800", "about", unit="count")
    assert agree(some, voice(800_000, "800", unit="count"))
    assert not agree(some, voice(799_000, "799", unit="count"))


WORDINGS = st.sampled_from(
    [
        "oltre 658 milioni",
        "circa 137 milioni",
        "22,7 milioni",
        "almost 490 million",
        "quasi 15,2 miliardi",
        "circa 800",
        "1,26",
        "",
    ]
)
VOICES = st.builds(
    voice, st.integers(0, 2 * 10**12), WORDINGS, st.sampled_from(["exact", "derived", "about", "ambiguous"]),
    unit=st.sampled_from(["EUR", "count"]),
)  # fmt: skip


@given(VOICES)
def test_every_voice_agrees_with_itself(any_voice):
    assert agree(any_voice, any_voice)


@given(VOICES, VOICES, st.integers(-(10**8), 10**8))
def test_agreeing_is_mutual(a, b, near):
    for other in (b, replace(b, value=a.value + near)):
        assert agree(a, other) == agree(other, a)


@given(VOICES, st.text(max_size=200))
def test_no_wording_of_a_source_breaks_the_comparison(any_voice, wording):
    agree(replace(any_voice, wording=wording, firmness=Firmness.ABOUT), exact(1))


# --- what is compared with what ---------------------------------------------------------------------------------

NO_SUBJECTS = subjects(subject("AVV"))


def found_in(*rows: dict[str, Any], among: Any = NO_SUBJECTS) -> list[Disagreement]:
    return disagreements(figures(*rows), among)


def test_two_sources_with_one_value_agree():
    assert found_in(on_call("allocated", 5), on_call("allocated", 5, source_id="other")) == []


def test_two_sources_with_different_values_are_put_side_by_side_the_highest_first():
    (found,) = found_in(on_call("allocated", 5), on_call("allocated", 7, source_id="other", as_of=date(2014, 1, 1)))
    assert (found.family, found.subject_kind, found.subject_code, found.difference) == ("allocated", "call", "AVV", 2)
    assert [(v.value, v.source_id) for v in found.voices] == [(7, "other"), (5, "src")]


def test_a_source_that_corrects_itself_over_time_does_not_disagree():
    assert found_in(on_call("allocated", 5), on_call("allocated", 7, as_of=date(2019, 1, 1))) == []


def test_amounts_of_an_axis_are_compared_only_at_one_date():
    now, later = published("certified", 5), published("certified", 9, source_id="other", as_of=date(2019, 12, 31))
    assert found_in(now, later) == []
    assert len(found_in(now, later | {"as_of": END_2018})) == 1


def test_what_grows_with_time_is_compared_only_at_one_date():
    then, now = on_call("projects_approved", 5_000), on_call("projects_approved", 9_000, source_id="other", as_of=None)
    assert found_in(then, now) == []


def test_a_statement_is_summed_over_categories_before_it_is_compared():
    rows = [*statement("1", "LD", 10, 4, 1), *statement("1", "MD", 10, 2, 1)]
    assert found_in(*rows, published("committed", 6, source_id="press")) == []
    (found,) = found_in(*rows, published("committed", 7, source_id="press"))
    assert [(v.measure, v.value, v.parts) for v in found.voices] == [("committed", 7, 1), ("selected", 6, 2)]


def test_a_statement_is_summed_over_axes_before_it_is_compared_with_what_is_said_of_the_programme():
    rows = [*statement("1", "LD", 10, 4, 1), *statement("2", "LD", 10, 2, 1)]
    assert found_in(*rows, published("allocated", 20, **OF_PROGRAMME)) == []
    (found,) = found_in(*rows, published("allocated", 25, **OF_PROGRAMME))
    assert (found.subject_kind, found.subject_code, found.difference) == ("programme", "", 5)


def test_a_lost_value_is_no_voice():
    assert found_in(on_call("allocated", 5), on_call("allocated", None, source_id="other")) == []


def test_measures_that_are_no_family_are_not_compared():
    assert found_in(on_call("allocated", 5), on_call("allocated_by_programme", 3, source_id="other")) == []


def test_the_parts_of_a_call_by_axis_are_summed_against_what_the_same_source_says_of_the_whole():
    by_axis = subjects(
        subject("AVV"), subject("AVV_A1", parent="AVV", axes=("1",)), subject("AVV_A2", parent="AVV", axes=("2",))
    )
    parts = [on_call("allocated", 4, "AVV_A1"), on_call("allocated", 3, "AVV_A2")]
    assert found_in(*parts, on_call("allocated", 7), among=by_axis) == []
    (found,) = found_in(*parts, on_call("allocated", 8), among=by_axis)
    assert [(v.value, v.parts, str(v.firmness)) for v in found.voices] == [(8, 1, "exact"), (7, 2, "derived")]


def test_one_part_alone_is_not_taken_for_the_whole():
    by_axis = subjects(subject("AVV"), subject("AVV_A1", parent="AVV", axes=("1",)))
    assert found_in(on_call("allocated", 4, "AVV_A1"), on_call("allocated", 7), among=by_axis) == []


def test_without_figures_nobody_disagrees():
    assert found_in() == []


def test_an_indicator_alone_is_no_count_of_participants():
    of_indicator = {"subject_kind": "indicator", "axis_code": "1"}
    rows = [
        figure("indicator_value", 10_000, subject_code="CO06", **of_indicator),
        published("participants", 9_000, **OF_PROGRAMME),
    ]
    assert found_in(*rows) == []
