import pandas as pd
import pytest

from data_model.vocabulary import Series
from metrics import commitment_gaps, progress
from metrics.measures import BASES
from tests.metrics.rows import END_2018, figures, plain, published, statement

EC, DOCUMENTS = BASES[Series.EC], BASES[Series.PUBLISHED]


def of_axes(*axes: tuple[str, int, int, int]) -> pd.DataFrame:
    """The positions of axes given as (axis, allocated, selected, declared)."""
    rows = [row for axis, *amounts in axes for row in statement(axis, "LD", amounts[0], amounts[1], amounts[2])]
    return progress.positions(figures(*rows), EC, END_2018, "axis")


AXES = of_axes(("1", 100, 90, 60), ("2", 100, 50, 5), ("3", 100, 0, 0), ("4", 100, 40, 50), ("5", 100, 10, 0))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("amount", [("2", 45, 0.9), ("1", 30, 1 - 60 / 90), ("5", 10, 1.0), ("4", -10, -0.25)]),
        ("rate", [("5", 10, 1.0), ("2", 45, 0.9), ("1", 30, 1 - 60 / 90), ("4", -10, -0.25)]),
    ],
)
def test_gaps_are_ranked_from_the_widest_by_euro_or_by_the_share_not_reported(by, expected):
    assert plain(commitment_gaps.ranked(AXES, by), "axis_code", "gap_cents", "unreported_rate") == expected


def test_equal_gaps_keep_the_order_of_the_axes():
    equal = of_axes(("1", 9, 4, 2), ("2", 9, 4, 2), ("3", 9, 5, 1))
    assert list(commitment_gaps.ranked(equal, "amount")["axis_code"]) == ["3", "1", "2"]


def test_an_axis_without_commitments_is_named_as_such_and_not_ranked():
    assert plain(commitment_gaps.nothing_committed(AXES), "axis_code", "committed_cents") == [("3", 0)]
    assert "3" not in list(commitment_gaps.ranked(AXES, "amount")["axis_code"])
    assert commitment_gaps.unknown(AXES).empty


def test_a_gap_without_one_of_its_sides_is_unknown_and_neither_ranked_nor_zero():
    rows = figures(
        published("committed", 5, "1"),
        published("reported", 2, "1"),
        published("committed", 5, "2"),
        published("reported", 2, "3"),
    )
    positions = progress.positions(rows, DOCUMENTS, END_2018, "axis")
    assert list(commitment_gaps.ranked(positions, "amount")["axis_code"]) == ["1"]
    assert list(commitment_gaps.unknown(positions)["axis_code"]) == ["2", "3"]
    assert commitment_gaps.nothing_committed(positions).empty


@pytest.mark.parametrize("by", ["amount", "rate"])
def test_nothing_is_ranked_where_there_is_nothing(by):
    nothing = progress.positions(figures(), EC, END_2018, "axis")
    assert commitment_gaps.ranked(nothing, by).empty
    assert commitment_gaps.unknown(nothing).empty
    assert commitment_gaps.nothing_committed(nothing).empty
