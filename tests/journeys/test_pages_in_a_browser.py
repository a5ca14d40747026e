"""Every page in both languages as a browser shows it: nothing goes wrong, nothing leaves the house, everyone can read it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.journeys.accessibility import violations
from tests.journeys.conftest import Tab
from tests.journeys.screen import FOLDED_TABLES, Screen, opened_tab
from tests.journeys.servers import ROOT, Server
from tests.journeys.words_of_a_page import told
from texts import LANGUAGES, words

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
WITHOUT_CHARTS = {"start", "presentation", "sources", "import_data", "audit"}

UNNAMED_CHARTS = """
() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')]
  .filter((chart) => (chart.getAttribute('aria-label') || '').trim().length < 20)
  .map((chart) => chart.outerHTML.slice(0, 300))
"""
WITHOUT_NUMBERS = """
() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')].filter((chart) => {
  const numbers = document.getElementById(chart.getAttribute('aria-details'));
  if (numbers) return !numbers.matches('table') && !numbers.querySelector('table');
  const later = [...document.querySelectorAll('[data-testid="stMain"] :is(h2, table)')]
    .filter((element) => chart.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  return later[0]?.tagName !== 'TABLE';
}).map((chart) => chart.getAttribute('aria-label').slice(0, 100))
"""
NO_PICTURE = """
() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')]
  .filter((chart) => chart.getAttribute('role') !== 'img' || !chart.querySelector('[aria-hidden="true"]:is(svg, canvas)'))
  .map((chart) => chart.outerHTML.slice(0, 200))
"""
BEYOND_THE_EDGE = """
() => [...document.querySelectorAll('[data-testid="stMain"] *')]
  .filter((element) => !element.closest('table, svg, [data-testid="stElementToolbar"]'))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 200))
"""
REACHABLE = """[...document.querySelectorAll('[data-testid="stTable"] > div')]
  .every((frame) => frame.scrollWidth <= frame.clientWidth || frame.tabIndex === 0)"""
SCROLLS_SIDEWAYS = """
() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .filter((element) => element.scrollWidth > element.clientWidth)
  .map((element) => `${element.tagName}: ${element.scrollWidth} > ${element.clientWidth}`)
"""


@dataclass(frozen=True)
class Visit:
    """A page that was opened in one language, and what the tab noticed on the way."""

    name: str
    language: str
    screen: Screen


@pytest.fixture(scope="module", params=[(name, language) for language in LANGUAGES for name in PAGES], ids="-".join)
def visit(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    name, language = request.param
    screen = opened_tab(browser, server)
    yield Visit(name, language, screen.open(f"/{name}?lang={language}"))
    screen.close()


def test_a_page_loads_without_an_error_in_the_console(visit: Visit) -> None:
    assert not visit.screen.noise


def test_a_page_asks_nobody_but_its_own_server(visit: Visit) -> None:
    assert not visit.screen.strangers


def test_a_page_speaks_one_language(visit: Visit) -> None:
    assert not told(visit.screen, visit.language)


def test_a_page_says_its_language(visit: Visit) -> None:
    assert visit.screen.language == visit.language


def test_a_page_has_a_title_of_its_own_and_one_first_heading(visit: Visit) -> None:
    w = words(visit.language)
    assert visit.screen.page.title() == w("app.page_title", page=w(f"{visit.name}.title"))
    assert visit.screen.page.locator("h1").count() == 1
    assert visit.screen.heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_have_the_same_title(language: str) -> None:
    titles = [words(language)(f"{name}.title") for name in PAGES]
    assert len(set(titles)) == len(titles)


def test_a_page_has_no_notice_that_something_went_wrong(visit: Visit) -> None:
    for key in ("error.unexpected", "store.unavailable"):
        assert words(visit.language)(key) not in visit.screen.text


def test_a_page_shows_its_numbers_in_a_table(visit: Visit) -> None:
    tables = visit.screen.page.locator("table")
    assert tables.count() >= 1
    assert tables.locator("tbody tr").count() >= 1


def test_every_chart_has_a_name_and_marks(visit: Visit) -> None:
    assert visit.screen.page.get_by_test_id("stVegaLiteChart").count() or visit.name in WITHOUT_CHARTS
    assert not visit.screen.page.evaluate(UNNAMED_CHARTS)


def test_axe_finds_nothing(visit: Visit) -> None:
    found = violations(visit.screen.page)
    assert not found, "\n".join(found)


def test_every_chart_is_one_picture_and_its_numbers_are_in_a_table(visit: Visit) -> None:
    """The last look at a visit: it unfolds the tables."""
    visit.screen.settle("document.getElementById('avanzamento-said') !== null")
    assert not visit.screen.page.evaluate(NO_PICTURE)
    visit.screen.unfold(FOLDED_TABLES)
    assert not visit.screen.page.evaluate(WITHOUT_NUMBERS)


@pytest.mark.parametrize("name", ["overview", "commitment_gaps"])
def test_axe_finds_nothing_in_the_dark(name: str, tab: Tab) -> None:
    screen = tab(color_scheme="dark").open(f"/{name}?axis=1")
    assert screen.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == "rgb(11, 22, 34)"
    found = violations(screen.page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_where_everything_is_unfolded(tab: Tab) -> None:
    # text that is fading in would be measured at the contrast of that moment
    screen = tab(reduced_motion="reduce").open("/overview?compared_with=2018-12-31").unfold()
    screen.settle(REACHABLE)  # a frame of the browser later
    found = violations(screen.page)
    assert not found, "\n".join(found)
    assert not screen.noise


def test_the_bare_address_is_the_start_page(tab: Tab) -> None:
    screen = tab().open("/")
    assert screen.page.title() == words("it")("app.page_title", page=words("it")("start.title"))
    assert not screen.noise


def test_an_address_that_is_no_page_says_so_and_offers_the_menu(tab: Tab) -> None:
    screen = tab().open("/nowhere?lang=en")
    assert screen.menu.get_by_text(words("en")("overview.title"), exact=True).is_visible()
