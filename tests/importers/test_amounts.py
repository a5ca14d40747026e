"""Amounts with thousands separators and with more decimals than are kept, for any amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.amounts import decimal_number, grouped_number, rounded
from importers.reading import BadValue

CENTS = st.integers(-(10**15) + 1, 10**15 - 1)


@given(CENTS)
def test_an_amount_comes_back_to_the_cent_however_it_is_written(cents):
    exact = Decimal(cents).scaleb(-2)
    for text in (f"{exact:.2f}", f"{exact:,.2f}"):
        assert rounded(grouped_number("c", text), 2) == (cents, False)
    assert rounded(decimal_number("c", f"{exact:.2f}".replace(".", ","), ","), 2) == (cents, False)


@given(CENTS, st.integers(1, 10**13 - 1))
def test_decimals_beyond_the_cent_are_rounded_to_the_nearest_and_that_is_said(cents, beyond):
    text = f"{abs(cents)}.{beyond:013d}"
    value, lost = rounded(decimal_number("c", text, ".").scaleb(-2), 2)
    assert lost
    assert value == abs(cents) + (beyond * 2 >= 10**13)


@pytest.mark.parametrize(("text", "value"), [("0.005", 1), ("-0.005", -1), ("0.0049", 0), ("1E+2", 10_000), ("1.5e-3", 0)])
def test_halves_go_away_from_zero_and_the_notation_of_spreadsheets_is_read(text, value):
    assert rounded(decimal_number("c", text, "."), 2)[0] == value


@pytest.mark.parametrize(
    "text", ["", "1,5", "1.234,56", "NaN", "Infinity", "1_000", "٣", "1.", ".5", "1e999", "12,34", "1,23,456"]
)
def test_what_may_mean_two_things_or_nothing_is_refused(text):
    for read in (grouped_number, lambda column, value: decimal_number(column, value, ".")):
        with pytest.raises(BadValue):
            read("c", text)
