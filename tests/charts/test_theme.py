"""Contrast of the palettes, computed as WCAG 2.2 says."""

from itertools import pairwise

import pytest

from charts.theme import DARK, LIGHT, Palette

TEXTS = ("ink", "reported", "committed_text", "certified", "gap", "muted")
MARKS = ("committed", "outline", "reported", "certified", "gap")


def luminance(color: str) -> float:
    channels = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


palettes = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_the_backgrounds_are_those_of_the_look():
    assert (LIGHT.background, DARK.background) == ("#FFFFFF", "#0B1622")


@palettes
@pytest.mark.parametrize("token", TEXTS)
def test_text_has_a_contrast_of_4_5(palette: Palette, token):
    assert contrast(getattr(palette, token), palette.background) >= 4.5


@palettes
@pytest.mark.parametrize("token", MARKS)
def test_marks_have_a_contrast_of_3(palette: Palette, token):
    assert contrast(getattr(palette, token), palette.background) >= 3


@palettes
def test_the_classes_of_a_map_go_from_next_to_the_background_to_the_strongest(palette: Palette):
    steps = [contrast(color, palette.background) for color in palette.gap_steps]
    assert steps == sorted(steps)
    assert all(later / earlier > 1.25 for earlier, later in pairwise(steps))
    assert contrast(palette.outline, palette.background) >= 3  # which every region has


@palettes
def test_the_outline_of_an_allocation_is_seen_against_its_filling(palette: Palette):
    assert contrast(palette.outline, palette.outline_fill) >= 3


@palettes
def test_a_number_inside_a_filled_disc_can_be_read(palette: Palette):
    assert contrast(palette.background, palette.committed_text) >= 4.5


@palettes
def test_reported_is_seen_on_the_commitments_it_is_drawn_over(palette: Palette):
    assert contrast(palette.reported, palette.committed) >= 2


@pytest.mark.parametrize(
    ("token", "color"),
    [
        ("ink", "#17324D"),
        ("reported", "#17324D"),
        ("committed_text", "#0066CC"),
        ("committed", "#4A90D9"),
        ("outline", "#7C8B9A"),
        ("outline_fill", "#F2F5F8"),
        ("certified", "#008055"),
        ("gap", "#CC334D"),
        ("muted", "#5D7083"),
    ],
)
def test_the_light_colours_are_those_of_the_look(token, color):
    assert getattr(LIGHT, token) == color
