from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_model.vocabulary import Series
from metrics import progress
from metrics.measures import BASES
from metrics.progress import Scope
from tests.metrics.rows import END_2018, figure, figures, plain, published, statement

EC, DOCUMENTS = BASES[Series.EC], BASES[Series.PUBLISHED]
END_2019, END_2020 = date(2019, 12, 31), date(2020, 12, 31)
AMOUNTS = ("allocated_cents", "committed_cents", "reported_cents", "gap_cents")

THREE_PARTS = figures(
    *statement("1", "MD", 1_000, 1_285, 500),
    *statement("2", "TR", 1_000, 500, 250),
    *statement("2", "LD", 2_000, 1_000, 250),
)


# --- positions at every level -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "keys", "expected"),
    [
        ("programme", (), [(4_000, 2_785, 1_000, 1_785)]),
        ("axis", ("axis_code",), [("1", 1_000, 1_285, 500, 785), ("2", 3_000, 1_500, 500, 1_000)]),
        (
            "category",
            ("category_code",),
            [("LD", 2_000, 1_000, 250, 750), ("TR", 1_000, 500, 250, 250), ("MD", 1_000, 1_285, 500, 785)],
        ),
        (
            "axis_category",
            ("axis_code", "category_code"),
            [
                ("1", "MD", 1_000, 1_285, 500, 785),
                ("2", "LD", 2_000, 1_000, 250, 750),
                ("2", "TR", 1_000, 500, 250, 250),
            ],
        ),
    ],
)
def test_a_statement_is_summed_at_each_level_in_the_order_of_axes_and_categories(level, keys, expected):
    assert plain(progress.positions(THREE_PARTS, EC, END_2018, level), *keys, *AMOUNTS) == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(["10", "2", "1"], ["1", "2", "10"]), (["IX", "X", "I", "VIII", "IV"], ["I", "IV", "VIII", "IX", "X"])],
)
def test_axes_come_in_the_order_of_the_programme_whatever_they_are_numbered_with(codes, expected):
    rows = figures(*(row for code in codes for row in statement(code, "LD", 1, 1, 1)))
    assert list(progress.positions(rows, EC, END_2018, "axis")["axis_code"]) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(axes=("2",)), (3_000, 1_500, 500, 1_000)),
        (Scope(categories=("MD",)), (1_000, 1_285, 500, 785)),
        (Scope(axes=("2",), categories=("TR",)), (1_000, 500, 250, 250)),
        (Scope(axes=("1", "2")), (4_000, 2_785, 1_000, 1_785)),
    ],
)
def test_a_scope_keeps_the_parts_it_names(scope, expected):
    assert plain(progress.positions(THREE_PARTS, EC, END_2018, "programme", scope), *AMOUNTS) == [expected]


def test_a_scope_without_figures_gives_no_row():
    assert progress.positions(THREE_PARTS, EC, END_2018, "axis", Scope(axes=("1",), categories=("LD",))).empty


def test_rates_are_shares_of_the_stage_they_are_compared_with():
    first = progress.positions(THREE_PARTS, EC, END_2018, "axis").iloc[1]
    assert (first["committed_rate"], first["reported_rate"]) == (1_500 / 3_000, 500 / 1_500)


def test_over_booking_is_not_clamped():
    assert progress.positions(THREE_PARTS, EC, END_2018, "axis").iloc[0]["committed_rate"] == 1.285


def test_zero_commitments_are_zero_and_leave_nothing_to_divide_by():
    found = progress.positions(figures(*statement("6", "REACT", 900, 0, 0)), EC, END_2018, "axis")
    assert plain(found, *AMOUNTS, "committed_rate", "reported_rate") == [(900, 0, 0, 0, 0.0, None)]


def test_a_stage_that_no_source_gives_is_missing_and_not_zero():
    found = progress.positions(figures(published("committed", 500)), DOCUMENTS, END_2018, "axis")
    assert plain(found, *AMOUNTS) == [(None, 500, None, None)]
    row = found.iloc[0]
    assert (row["reported_firmness"], row["reported_as_of"], row["reported_source_ids"]) == ("not_given", None, ())
    assert row["gap_firmness"] == "not_given"
    assert plain(found, "committed_rate", "reported_rate", "certified_rate") == [(None, None, None)]


def test_a_sum_with_a_missing_part_is_missing():
    *given_parts, last = [*statement("1", "LD", 10, 5, 1), *statement("1", "MD", 10, 5, 1)]
    rows = figures(*given_parts, last | {"amount_cents": None, "firmness": "not_given"})
    found = progress.positions(rows, EC, END_2018, "axis")
    assert plain(found, *AMOUNTS, "reported_firmness") == [(20, 10, None, None, "not_given")]


# --- what is known at a date ------------------------------------------------------------------------------------


def test_of_statements_only_the_last_one_at_or_before_the_date_counts():
    rows = figures(
        *statement("1", "LD", 10, 5, 1),
        *statement("2", "LD", 10, 5, 1),
        *statement("1", "LD", 20, 6, 2, END_2019),
        *statement("1", "LD", 30, 7, 3, END_2020),
    )
    in_between = progress.positions(rows, EC, date(2020, 6, 30), "axis")
    assert plain(in_between, "axis_code", *AMOUNTS) == [("1", 20, 6, 2, 4)]
    assert list(in_between["committed_as_of"]) == [END_2019]
    assert plain(progress.positions(rows, EC, END_2020, "axis"), *AMOUNTS) == [(30, 7, 3, 4)]


def test_before_the_first_date_nothing_is_known():
    found = progress.positions(THREE_PARTS, EC, date(2018, 12, 30), "axis")
    assert found.empty
    assert {"axis_code", *AMOUNTS, "committed_rate"} <= set(found.columns)


def test_of_documents_the_latest_of_each_figure_and_source_counts_and_the_undated_ones():
    rows = figures(
        published("committed", 1, as_of=date(2016, 1, 1)),
        published("committed", 2),
        published("committed", 3, as_of=END_2019),
        published("committed", 4, as_of=date(2017, 1, 1), source_id="other"),
        published("allocated", 5, as_of=None),
    )
    known = progress.at_date(rows, END_2018, DOCUMENTS)
    assert sorted(plain(known, "measure", "source_id", "amount_cents")) == [
        ("allocated", "src", 5),
        ("committed", "other", 4),
        ("committed", "src", 2),
    ]


def test_of_several_documents_the_most_recent_one_is_shown_with_its_own_date():
    rows = figures(
        published("committed", 7, source_id="old", as_of=date(2017, 5, 1)),
        published("committed", 8, source_id="new"),
        published("committed", 9, source_id="undated", as_of=None),
    )
    row = progress.positions(rows, DOCUMENTS, END_2019, "axis").iloc[0]
    assert (row["committed_cents"], row["committed_as_of"]) == (8, END_2018)
    assert (row["committed_source_ids"], row["committed_figure_ids"]) == (("new",), (2,))


@pytest.mark.parametrize(
    ("level", "scope", "expected"),
    [
        ("programme", Scope(), [100]),
        ("axis", Scope(), [60]),
        ("category", Scope(), [70]),
        ("axis_category", Scope(), []),
        ("programme", Scope(axes=("1",)), [60]),
        ("programme", Scope(categories=("LD",)), [70]),
        ("programme", Scope(axes=("1",), categories=("LD",)), []),
    ],
)
def test_a_document_is_read_at_the_level_it_was_published_at_so_that_no_part_is_added_to_its_whole(level, scope, expected):
    rows = figures(
        published("committed", 100, axis=None, subject_kind="programme", subject_code="P"),
        published("committed", 60, axis="1"),
        published("committed", 70, axis=None, subject_kind="category", subject_code="LD", category_code="LD"),
    )
    assert list(progress.positions(rows, DOCUMENTS, END_2018, level, scope)["committed_cents"]) == expected


# --- how firm, from when and from where -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("firmnesses", "expected"),
    [
        (("exact",), "exact"),
        (("about",), "about"),
        (("exact", "exact"), "derived"),
        (("exact", "about"), "about"),
        (("about", "ambiguous"), "ambiguous"),
    ],
)
def test_a_sum_is_as_firm_as_its_weakest_part_and_at_best_derived(firmnesses, expected):
    rows = [
        figure("selected", 1, axis_code="1", category_code=c, firmness=f)
        for c, f in zip(("LD", "MD"), firmnesses, strict=False)
    ]
    row = progress.positions(figures(*rows), EC, END_2018, "axis").iloc[0]
    assert row["committed_firmness"] == expected


def test_a_gap_is_as_firm_as_the_weaker_of_its_two_sides():
    rows = figures(published("committed", 5), published("reported", 2, firmness="about"))
    row = progress.positions(rows, DOCUMENTS, END_2018, "axis").iloc[0]
    assert (row["gap_cents"], row["gap_firmness"]) == (3, "about")


def test_a_position_names_the_sources_and_the_figures_behind_it():
    rows = figures(
        figure("selected", 1, axis_code="1", category_code="LD", source_id="b"),
        figure("selected", 1, axis_code="1", category_code="MD", source_id="a", date_basis="assumed"),
        figure("declared", 1, axis_code="1", category_code="MD", source_id="c"),
    )
    found = progress.positions(rows, EC, END_2018, "axis")
    row = found.iloc[0]
    assert (row["committed_source_ids"], row["committed_figure_ids"]) == (("a", "b"), (1, 2))
    assert (row["committed_date_basis"], row["reported_date_basis"]) == ("assumed", "stated")
    assert progress.sources_of(found) == ("a", "b", "c")


# --- over time --------------------------------------------------------------------------------------------------


def test_a_trend_has_a_row_per_date_and_stage_and_marks_the_falls_of_cumulative_values():
    rows = figures(
        *statement("3", "LD", 200, 100, 50),
        *statement("3", "LD", 150, 110, 40, END_2019),
        *statement("3", "LD", 150, 90, 40, END_2020),
    )
    found = progress.trend(rows, EC, "axis")
    assert plain(found, "as_of", "axis_code", "stage", "cents", "fell_by_cents") == [
        (END_2018, "3", "allocated", 200, None),
        (END_2018, "3", "committed", 100, None),
        (END_2018, "3", "reported", 50, None),
        (END_2019, "3", "allocated", 150, None),
        (END_2019, "3", "committed", 110, None),
        (END_2019, "3", "reported", 40, 10),
        (END_2020, "3", "allocated", 150, None),
        (END_2020, "3", "committed", 90, 20),
        (END_2020, "3", "reported", 40, None),
    ]
    assert plain(progress.falls(found), "as_of", "stage") == [(END_2019, "reported"), (END_2020, "committed")]


def test_a_fall_is_measured_from_the_last_date_that_has_a_value():
    rows = figures(
        published("certified", 9, as_of=date(2016, 1, 1)),
        published("committed", 1, as_of=date(2017, 1, 1)),
        published("certified", 4),
    )
    assert plain(progress.falls(progress.trend(rows, DOCUMENTS, "axis")), "as_of", "stage", "fell_by_cents") == [
        (END_2018, "certified", 5)
    ]


def test_the_fall_of_one_axis_is_not_that_of_another():
    rows = figures(*statement("1", "LD", 1, 50, 0), *statement("2", "LD", 1, 10, 0))
    assert progress.falls(progress.trend(rows, EC, "axis")).empty


def test_a_trend_of_one_date_has_that_date_and_no_fall():
    found = progress.trend(THREE_PARTS, EC, "programme")
    assert plain(found, "as_of", "stage", "cents") == [
        (END_2018, "allocated", 4_000),
        (END_2018, "committed", 2_785),
        (END_2018, "reported", 1_000),
    ]
    assert progress.falls(found).empty


def test_without_figures_there_is_no_trend():
    found = progress.trend(figures(), EC, "axis")
    assert found.empty
    assert progress.falls(found).empty


def test_of_what_a_document_says_twice_on_one_day_the_last_counts_in_time_as_at_a_date():
    rows = figures(published("committed", 5), published("committed", 7))
    assert plain(progress.positions(rows, DOCUMENTS, END_2018, "axis"), "committed_cents") == [(7,)]
    assert plain(progress.trend(rows, DOCUMENTS, "axis"), "stage", "cents") == [("committed", 7)]


def test_an_undated_figure_has_no_place_in_time():
    assert progress.trend(figures(published("committed", 1, as_of=None)), DOCUMENTS, "axis").empty


# --- what changed -----------------------------------------------------------------------------------------------


def test_changes_have_before_now_and_difference_and_stay_missing_where_one_is():
    rows = figures(
        *statement("1", "LD", 10, 5, 1),
        *statement("1", "LD", 12, 4, 1, END_2019),
        *statement("2", "LD", 7, 0, 0, END_2019),
    )
    before = progress.positions(rows, EC, END_2018, "axis")
    now = progress.positions(rows, EC, END_2019, "axis")
    columns = ("axis_code", "stage", "before_cents", "cents", "difference_cents")
    assert plain(progress.changes(now, before, ["axis_code"]), *columns) == [
        ("1", "allocated", 10, 12, 2),
        ("1", "committed", 5, 4, -1),
        ("1", "reported", 1, 1, 0),
        ("2", "allocated", None, 7, None),
        ("2", "committed", None, 0, None),
        ("2", "reported", None, 0, None),
    ]


def test_changes_of_the_whole_programme_need_no_key():
    before = progress.positions(figures(*statement("1", "LD", 10, 5, 1)), EC, END_2018, "programme")
    now = progress.positions(THREE_PARTS, EC, END_2018, "programme")
    assert plain(progress.changes(now, before, []), "stage", "difference_cents") == [
        ("allocated", 3_990),
        ("committed", 2_780),
        ("reported", 999),
    ]


# --- the arithmetic ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([1, 2], 3), ([1, None], None), ([1, pd.NA], None), ([0], 0), ([0, 0], 0)]
)
def test_a_total_is_missing_where_there_is_nothing_to_add_or_a_part_is_missing(values, expected):
    assert progress.total(values) == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(1, 4, 0.25), (6, 5, 1.2), (0, 5, 0.0), (0, 0, None), (5, 0, None), (None, 5, None), (5, None, None)],
)
def test_a_rate_is_missing_where_a_part_is_or_there_is_nothing_to_divide_by(numerator, denominator, expected):
    assert progress.rate(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("committed", "reported", "expected"), [(5, 2, 3), (2, 5, -3), (0, 0, 0), (None, 2, None), (5, None, None)]
)
def test_a_gap_is_missing_where_a_side_is(committed, reported, expected):
    assert progress.gap(committed, reported) == expected


EUROS = st.integers(0, 10**12)
PARTS = st.dictionaries(
    st.tuples(st.sampled_from(["1", "2", "10"]), st.sampled_from(["LD", "TR", "MD"])),
    st.tuples(EUROS, EUROS, EUROS),
    min_size=1,
)


@settings(max_examples=25)
@given(PARTS)
def test_the_parts_add_up_to_the_whole_at_every_level(parts):
    rows = figures(*(row for (axis, category), values in parts.items() for row in statement(axis, category, *values)))
    whole = [tuple(sum(values[n] for values in parts.values()) for n in range(3))]
    for level in ("programme", "axis", "category", "axis_category"):
        found = progress.positions(rows, EC, END_2018, level)
        sums = [tuple(int(found[name].sum()) for name in AMOUNTS[:3])]
        assert sums == whole
        assert (found["gap_cents"] == found["committed_cents"] - found["reported_cents"]).all()
