"""The closed vocabularies: how firm a derived figure is, and in which order axes are shown."""

import pytest

from data_model.vocabulary import Firmness, axis_order, weakest


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ((), Firmness.DERIVED),
        (("exact",), Firmness.DERIVED),
        (("exact", "exact"), Firmness.DERIVED),
        (("exact", "derived"), Firmness.DERIVED),
        (("about", "exact"), Firmness.ABOUT),
        (("about", "derived", "about"), Firmness.ABOUT),
        (("ambiguous", "about"), Firmness.AMBIGUOUS),
        (("exact", "not_given", "ambiguous"), Firmness.NOT_GIVEN),
    ],
)
def test_a_derived_figure_is_as_firm_as_its_weakest_input_and_at_best_derived(inputs, expected):
    assert weakest(inputs) is expected


def test_a_firmness_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="sure"):
        weakest(["sure"])


@pytest.mark.parametrize(
    ("shuffled", "expected"),
    [
        (["10", "2", "1", "9"], ["1", "2", "9", "10"]),
        (["X", "IX", "V", "IV", "I", "VI", "III", "II"], ["I", "II", "III", "IV", "V", "VI", "IX", "X"]),
        (["XIV", "XL", "IX", "XI", "XIX"], ["IX", "XI", "XIV", "XIX", "XL"]),
        (["SAFE", "A", "II", "7", "B", "I", "1"], ["1", "7", "I", "II", "A", "B", "SAFE"]),
        (["9:::3", "", "3"], ["3", "", "9:::3"]),
    ],
)
def test_axes_are_ordered_by_number_then_by_roman_number_then_by_letter(shuffled, expected):
    assert sorted(shuffled, key=axis_order) == expected
