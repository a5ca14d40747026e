"""Letters encoded twice are put right where it can be proved, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.mojibake import mended

ITALIAN = st.text(st.sampled_from("abcdefgABCDEFG 0123456789'-–’àèéìòùÀÈÉÌÒÙ°«»€"), max_size=60)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("povertÃ\u00a0", "povertà"),
        ("povertÃ\u00a0, dell'esclusione", "povertà, dell'esclusione"),
        ("POVERTÃ\u0080", "POVERTÀ"),
        ("CompetitivitÃ\u0083Â\u00a0 Imprese", "Competitività Imprese"),
        ("Tutela dellÂ\u0092ambiente", "Tutela dell’ambiente"),
        ("â‚¬", "€"),
    ],
)
def test_what_was_encoded_twice_or_more_is_put_right(wrong, right):
    assert mended(wrong) == right


@pytest.mark.parametrize(
    "text",
    ["", "poverta'", "Adattabilità", "POVERTÀ", "L’Italia – 2014", "LEGALITÃ", "MobilitÃ\u00a0 e qualità", "A\u00a0B", "È«"],
)
def test_what_is_right_or_cannot_be_proved_wrong_stays_as_it_is(text):
    assert mended(text) == text


@given(ITALIAN)
def test_no_italian_text_is_changed(text):
    assert mended(text) == text


@given(ITALIAN, st.integers(1, 2))
def test_italian_texts_come_back_after_one_or_two_wrong_readings(text, times):
    wrong = text
    for _ in range(times):
        wrong = wrong.encode().decode("latin-1")
    assert mended(wrong) == text
