from datetime import date

import pytest

from data_model.vocabulary import Firmness
from metrics import published
from tests.metrics.rows import END_2018, figures, known, on_call, plain, subject, subjects

JUNE_2019 = date(2019, 6, 20)


def firmness_of(*numbers: published.Given) -> list[str]:
    return [str(number.firmness) for number in numbers]


# --- what is known at a date ------------------------------------------------------------------------------------


def test_the_latest_of_each_figure_and_source_is_known_and_the_undated_ones_are_always():
    rows = figures(
        on_call("allocated", 1, as_of=date(2016, 1, 1)),
        on_call("allocated", 2),
        on_call("allocated", 3, as_of=JUNE_2019),
        on_call("allocated", 4, as_of=None, source_id="page"),
        on_call("allocated", 5, as_of=date(2017, 1, 1), source_id="other"),
    )
    assert sorted(plain(published.known_at(rows, END_2018).frame, "amount_cents")) == [(2,), (4,), (5,)]
    assert sorted(plain(published.known_at(rows, date(2015, 1, 1)).frame, "amount_cents")) == [(4,)]


def test_two_undated_figures_of_one_source_are_both_kept():
    rows = figures(on_call("allocated", 1, as_of=None), on_call("allocated", 2, as_of=None))
    assert sorted(plain(published.known_at(rows, END_2018).frame, "amount_cents")) == [(1,), (2,)]


def test_the_most_recent_comes_first_then_the_firmest_and_the_undated_last():
    stated = known(
        on_call("allocated", 1, as_of=None),
        on_call("allocated", 2, firmness="about"),
        on_call("allocated", 3, firmness="exact"),
        on_call("allocated", 4, as_of=JUNE_2019, firmness="ambiguous"),
        on_call("allocated", 5, code="ANOTHER"),
        on_call("committed", 6),
    )
    found = published.all_given(stated, "call", "AVV", "allocated")
    assert [number.value for number in found] == [4, 3, 2, 1]
    assert published.given(stated, "call", "AVV", "allocated") == found[0]
    assert (found[0].as_of, found[-1].as_of, found[-1].date_basis) == (JUNE_2019, None, "undated")


def test_what_no_source_gives_is_none():
    assert published.given(known(), "call", "AVV", "allocated") is None


def test_a_given_number_says_where_it_comes_from_in_the_sources_words():
    stated = known(
        on_call("projects_started", 593_000, wording="593/595", source_id="seed", place="slide 3", note="formally", cohort=2)
    )
    number = published.given(stated, "call", "AVV", "projects_started")
    assert number == published.Given(
        593_000, Firmness.EXACT, "count", END_2018, "stated", "593/595", "seed", "slide 3", "formally", 1, 2,
        "call", "AVV", "projects_started",
    )  # fmt: skip


# --- gaps of calls ----------------------------------------------------------------------------------------------


def gap_of(*rows: dict[str, object]) -> dict[str, object]:
    frame = published.subject_gaps(known(*rows), subjects(subject("AVV", axes=("1", "2"))), ["call"])
    (record,) = frame.to_dict("records")
    return {str(name): value for name, value in record.items()}


def test_a_gap_is_commitments_less_reported_and_as_firm_as_the_weaker():
    row = gap_of(
        on_call("committed", 2_420_000_000, as_of=JUNE_2019, firmness="about"),
        on_call("reported", 157_000_000, as_of=JUNE_2019, firmness="exact"),
    )
    assert (row["gap_cents"], row["gap_firmness"], row["reported_rate"]) == (2_263_000_000, "about", 157 / 2_420)
    assert (row["missing"], row["lost"], row["as_of"]) == ((), False, JUNE_2019)
    assert (row["source_ids"], row["axis_codes"], row["label"]) == (("src",), ("1", "2"), "Name of AVV")


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"committed": 5}, ("reported",)), ({"reported": 5}, ("committed",)), ({}, ("committed", "reported"))],
)
def test_without_one_of_its_sides_a_gap_is_missing_and_says_which(given, missing):
    frame = published.subject_gaps(
        known(*(on_call(measure, value) for measure, value in given.items())), subjects(subject("AVV")), ["call"]
    )
    assert plain(frame, "gap_cents", "reported_rate") == [(None, None)]
    assert (frame.iloc[0]["missing"], frame.iloc[0]["gap_firmness"]) == (missing, "not_given")


def test_a_call_with_a_lost_series_says_so():
    row = gap_of(on_call("reported_expenditure_series", None, as_of=None), on_call("committed", 5))
    assert (row["lost"], row["missing"]) == (True, ("reported",))


def test_zero_reported_is_a_gap_as_wide_as_the_commitments():
    row = gap_of(on_call("committed", 5), on_call("reported", 0))
    assert (row["gap_cents"], row["reported_rate"], row["missing"]) == (5, 0.0, ())


def test_the_date_of_a_gap_is_the_later_one_of_its_sides():
    row = gap_of(on_call("committed", 5), on_call("reported", 1, as_of=JUNE_2019, date_basis="assumed"))
    assert (row["as_of"], row["date_basis"]) == (JUNE_2019, "assumed")
    undated = gap_of(on_call("committed", 5, as_of=None), on_call("reported", 1, as_of=None))
    assert (undated["as_of"], undated["date_basis"]) == (None, "undated")


def test_there_is_one_row_per_subject_of_the_kinds_asked_for_even_without_figures():
    all_subjects = subjects(subject("A"), subject("B", kind="agreement"), subject("C", kind="training"))
    frame = published.subject_gaps(known(), all_subjects, ["call", "agreement"])
    assert plain(frame, "kind", "code", "allocated_cents", "committed_cents", "reported_cents", "gap_cents") == [
        ("call", "A", None, None, None, None),
        ("agreement", "B", None, None, None, None),
    ]


# --- shares -----------------------------------------------------------------------------------------------------


def test_a_share_has_its_rate_what_remains_and_the_firmness_of_the_weaker():
    stated = known(on_call("projects_started", 11_000), on_call("projects_approved", 28_000, firmness="ambiguous"))
    found = published.share(stated, "call", "AVV", "projects_started", "projects_approved")
    assert found is not None
    assert (found.rate, found.remaining, str(found.firmness)) == (11 / 28, 17_000, "ambiguous")
    assert firmness_of(found.part, found.whole) == ["exact", "ambiguous"]


def test_two_exact_numbers_make_a_derived_share():
    stated = known(on_call("projects_started", 1_000), on_call("projects_approved", 2_000))
    found = published.share(stated, "call", "AVV", "projects_started", "projects_approved")
    assert found is not None
    assert str(found.firmness) == "derived"


def test_a_share_of_a_lost_number_has_neither_rate_nor_remainder():
    stated = known(on_call("projects_started", None), on_call("projects_approved", 28_000))
    found = published.share(stated, "call", "AVV", "projects_started", "projects_approved")
    assert found is not None
    assert (found.rate, found.remaining, str(found.firmness)) == (None, None, "not_given")


@pytest.mark.parametrize("only", ["projects_started", "projects_approved"])
def test_a_share_needs_both_its_part_and_its_whole(only):
    assert published.share(known(on_call(only, 1_000)), "call", "AVV", "projects_started", "projects_approved") is None


def test_the_whole_of_a_share_is_that_of_the_parts_own_source_where_it_gives_one():
    stated = known(
        on_call("projects_started", 11_000, source_id="deck", as_of=JUNE_2019),
        on_call("projects_approved", 28_000, source_id="deck", as_of=JUNE_2019),
        on_call("projects_approved", 30_000, source_id="press", as_of=date(2020, 1, 1)),
    )
    found = published.share(stated, "call", "AVV", "projects_started", "projects_approved")
    assert found is not None
    assert (found.whole.value, found.whole.source_id) == (28_000, "deck")
