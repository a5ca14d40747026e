"""Charts as files: title, source and date stand inside, the numbers are those of the screen, nothing is asked of anybody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import streamlit as st
import vl_convert
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, ImageChops, ImageFont
from playwright.sync_api import Browser, Page

from exports import pictures
from exports.pictures import FONTS, MARGIN, SCALE, WIDTH, Colours, Numbers, Picture
from shell import kept
from tests.charts.builders import BUILDERS
from tests.exports.drawn import drawn
from tests.pages.screen import LANGUAGES, PAGES, WITHOUT_CHARTS

COLOURS = Colours("#17324D", "#5D7083", "#D9DEE4")
HOSTILE = "</script><script>document.title='gone'</script><!--<script> & \"'\u2028 {{vega}}"
OF_PROJECTS = {"programme": "PSCUMBRIA2021"}
PLACES: list[tuple[str, dict[str, str]]] = [(page, {}) for page in PAGES if page not in WITHOUT_CHARTS] + [
    ("commitment_gaps", OF_PROJECTS)
]

Taken = tuple[Any, pictures.Picture]


@pytest.fixture(autouse=True)
def app_on_the_sample(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", sample_url)
    yield
    st.cache_resource.clear()
    kept.forget()
    st.cache_data.clear()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab without a network."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def taken(page: str, language: str, query: dict[str, str]) -> tuple[Taken, ...]:
    return tuple((build, picture) for build, _, picture in drawn(page, (("lang", language), *query.items())))


def words_of(drawing: bytes) -> list[str]:
    """The texts of a drawing in their order."""
    return ["".join(node.itertext()) for node in ElementTree.fromstring(drawing).iter() if node.tag.endswith("}text")]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def simple(**changes: Any) -> Picture:
    """Two bars."""
    spec = {
        "mark": "bar",
        "encoding": {"x": {"field": "n", "type": "quantitative"}, "y": {"field": "label", "type": "nominal"}},
        "config": {"font": pictures.FONT},
    }
    rows = pd.DataFrame({"label": ["One", "Two"], "n": [1, 2]})
    made = Picture("it", "Un titolo", "Sotto", ("Fonte: noi", "Dati al 31/12/2018"), spec, rows, COLOURS)
    return replace(made, **changes)


# --- every chart of every page ----------------------------------------------------------------------------------


def test_every_kind_of_chart_stands_on_some_page():
    seen = {build for page, query in PLACES for build, _ in taken(page, "it", query)}
    assert {build for build, _ in BUILDERS.values()} <= seen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "query"), PLACES)
def test_a_drawing_says_title_source_and_date_in_the_font_of_the_app_and_inside_its_frame(page, query, language, tab):
    for _, picture in taken(page, language, query):
        drawing = pictures.svg(picture)
        said = squeezed(" ".join(words_of(drawing)))
        for text in (picture.title, picture.subtitle, *picture.foot):
            assert squeezed(text) in said
        assert any(re.search("Fonte: |Source: ", line) for line in picture.foot)
        assert re.search(r"(Situazione al|Position as of) \d\d/\d\d/\d{4}", picture.foot[-1])
        tab.set_content(f"<body style='margin:0'>{drawing.decode()}</body>")
        tab.evaluate("document.fonts.ready")
        assert tab.evaluate(OUTSIDE) == [], picture.title
        assert tab.evaluate(FAMILIES) == [pictures.FONT], picture.title
        assert tab.evaluate("document.querySelector('svg').getAttribute('lang')") == language


OUTSIDE = """() => {
  const frame = document.querySelector('svg').getBoundingClientRect();
  return [...document.querySelectorAll('svg text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return text.textContent && (box.left < frame.left || box.right > frame.right + 0.5 || box.top < frame.top
      || box.bottom > frame.bottom);
  }).map((text) => text.textContent);
}"""
FAMILIES = """() => [...new Set([...document.querySelectorAll('svg text')]
  .map((text) => getComputedStyle(text).fontFamily.split(',')[0].replaceAll('"', '')))]"""


@pytest.mark.parametrize(("page", "query"), PLACES)
def test_a_picture_of_each_chart_has_its_size(page, query):
    for _, picture in taken(page, "it", query):
        made = Image.open(BytesIO(pictures.png(picture)))
        assert made.format == "PNG"
        assert made.width == SCALE * WIDTH
        assert 300 < made.height < 4000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "query"), [*PLACES[:3], PLACES[-1]])
def test_a_page_draws_offline_asks_for_nothing_and_shows_the_numbers_of_the_screen(page, query, language, tab, tmp_path):
    asked: list[str] = []
    wrong: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    for number, (_, picture) in enumerate(taken(page, language, query)):
        file = tmp_path / f"{number}.html"
        file.write_bytes(pictures.page(picture))
        tab.goto(file.as_uri())
        tab.wait_for_selector("body[data-drawn] #chart svg .mark-group", state="attached")
        assert tab.evaluate("document.documentElement.lang") == language
        assert tab.title() == picture.title
        body = squeezed(tab.inner_text("body"))
        assert all(squeezed(text) in body for text in (picture.title, picture.subtitle, *picture.foot))
        assert picture.numbers is not None
        rows = [tuple(cells) for cells in zip(*picture.numbers.columns.values(), strict=True)]
        shown = tab.eval_on_selector_all("tbody tr", "rows => rows.map((r) => [...r.cells].map((c) => c.textContent))")
        assert [tuple(cells) for cells in shown] == rows
        drawn = set(tab.eval_on_selector_all("#chart svg text", "texts => texts.map((t) => t.textContent)"))
        ends = {str(text) for field in ("value_label", "gap_label") for text in picture.rows.get(field, ())}
        assert ends <= drawn
    assert [url for url in asked if not url.startswith(tmp_path.as_uri())] == []
    assert wrong == []


def test_a_filter_is_said_in_the_picture_and_one_without_effect_is_not():
    (_, filtered), *_ = taken("axes", "it", {"axis": "3"})
    assert filtered.foot[-1].startswith("Filtri: ")
    assert "Asse: 3" in filtered.foot[-1]
    (_, idle), *_ = taken("training", "it", {"category": "LD"})
    assert "Filtri" not in "".join(idle.foot)


# --- title and source are ink -----------------------------------------------------------------------------------


@pytest.mark.parametrize("without", [{"title": " "}, {"foot": (" ", "Dati al 31/12/2018")}, {"foot": ("Fonte: noi", " ")}])
def test_title_source_and_date_are_ink(without):
    whole, bare = (Image.open(BytesIO(pictures.png(p))).convert("L") for p in (simple(), simple(**without)))
    assert whole.size == bare.size
    box = ImageChops.difference(whole, bare).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert left >= SCALE * MARGIN - 2
    assert right - left > 60
    assert bottom < whole.height / 4 if "title" in without else top > whole.height / 2


def test_letters_are_of_the_font_of_the_app_not_of_the_machine():
    ours = pictures.png(simple())
    other = pictures.FONT
    drawing = pictures._framed(simple()).replace(other, "No Such Font")
    assert ours != vl_convert.svg_to_png(drawing, scale=SCALE)


@pytest.mark.parametrize("weight", [400, 600])
@given(text=some.text(some.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"]), max_size=300))
def test_no_line_is_wider_than_its_room(weight, text):
    font = ImageFont.truetype(FONTS / "ttf" / f"titillium-{weight}.ttf", 22)
    for line in pictures.lines(text, 22, 300):
        assert font.getlength(line) <= 300 or len(line) < 10


# --- data are never markup --------------------------------------------------------------------------------------


def test_words_of_the_data_stay_words(tab, tmp_path):
    rows = pd.DataFrame({"label": [HOSTILE, "Two"], "n": [1, 2]})
    numbers = Numbers({HOSTILE: [HOSTILE], "B": ["=1"]})
    picture = simple(title=HOSTILE, subtitle=HOSTILE, foot=(HOSTILE,), rows=rows, numbers=numbers, numbers_title=HOSTILE)
    assert squeezed(HOSTILE).split(" ")[0] in "".join(words_of(pictures.svg(picture)))
    (tmp_path / "page.html").write_bytes(pictures.page(picture))
    tab.goto((tmp_path / "page.html").as_uri())
    tab.wait_for_selector("body[data-drawn]", state="attached")
    assert tab.title() != "gone"
    assert tab.inner_text("tbody th").replace("\u2028", " ") == HOSTILE.replace("\u2028", " ")
    assert tab.locator("script").count() == 2


def test_a_page_may_not_ask_anybody_even_if_it_wanted_to(tab, tmp_path):
    made = re.sub(r"<script.*?</script>", "<script></script>", pictures.page(simple()).decode(), flags=re.DOTALL)
    assert "default-src 'none'" in made
    assert made.count("<script>") == 2
    assert re.findall(r"<(?:link|script|img|iframe)[^>]+(?:src|href)=", made) == []


def test_what_is_missing_is_missing_and_dates_are_those_of_the_axis():
    rows = pd.DataFrame({"n": [1.5, None], "day": [pd.Timestamp(2018, 12, 31), pd.NaT], "yes": [True, False]})
    assert list(pictures._values(rows)) == [
        {"n": 1.5, "day": "2018-12-31T00:00:00Z", "yes": True},
        {"n": None, "day": None, "yes": False},
    ]
