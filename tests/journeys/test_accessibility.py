"""Everyone can read a page: small screens and large type, charts with names and tables, what is said aloud, the focus."""

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import violations
from tests.journeys.conftest import Tab
from tests.journeys.test_pages_in_a_browser import BEYOND_THE_EDGE, PAGES, SCROLLS_SIDEWAYS
from texts import words

SAID = "document.getElementById('avanzamento-said').textContent"
HIDDEN_EDGES = """
() => [...document.querySelectorAll('[data-testid="stTable"] > div')]
  .filter((frame) => frame.scrollWidth > frame.clientWidth)
  .filter((frame) => frame.getAttribute('role') !== 'region' || !frame.getAttribute('aria-label')
    || parseFloat(getComputedStyle(frame).borderRightWidth) < 2)
  .map((frame) => frame.outerHTML.slice(0, 200))
"""
MOVES = """
() => document.getAnimations().filter((one) => {
  const timing = one.effect?.getComputedTiming();
  return one.playState === 'running' && (timing.duration > 1 || timing.iterations > 1);
}).map((one) => one.animationName ?? one.transitionProperty)
"""


@pytest.mark.parametrize("name", PAGES)
def test_at_400_percent_only_tables_and_charts_scroll_sideways(name: str, tab: Tab) -> None:
    screen = tab(viewport={"width": 320, "height": 256}).open(f"/{name}")
    assert not screen.page.evaluate(SCROLLS_SIDEWAYS)
    assert not screen.page.evaluate(BEYOND_THE_EDGE)
    assert not screen.page.evaluate(HIDDEN_EDGES)
    assert not screen.noise


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_phone_in_the_dark(name: str, tab: Tab) -> None:
    screen = tab(viewport={"width": 320, "height": 640}, color_scheme="dark").open(f"/{name}?lang=en")
    found = violations(screen.page)
    assert not found, "\n".join(found)


def test_a_chart_is_named_by_its_finding_and_a_filter_changes_both_without_a_new_chart(tab: Tab) -> None:
    w = words("it")
    screen = tab().open("/overview?as_of=2018-12-31&lang=it")
    chart = screen.page.locator(".st-key-figure-bullets [data-testid=stVegaLiteChart]")
    drawn = chart.locator("svg").element_handle()
    named_by = screen.page.locator(".st-key-figure-bullets [data-testid=stMarkdownContainer]:has(h2) :is(h2, p)")
    for choice in ("", "Asse 3"):
        if choice:
            screen.choose(w("filter.axis"), choice)
        finding, subtitle = named_by.nth(0).inner_text(), named_by.nth(1).inner_text()
        expect(chart).to_have_accessible_name(f"{finding} {subtitle}")
        assert chart.locator(".mark-text.role-mark").first.locator("text").count() == (1 if choice else 5)
    assert drawn.evaluate("(svg) => svg.isConnected")


def test_nothing_moves_where_that_is_asked_for(tab: Tab) -> None:
    screen = tab(reduced_motion="reduce").open("/overview")
    screen.sidebar.get_by_text("English", exact=True).click()
    for _ in range(5):
        assert not screen.page.evaluate(MOVES)
        screen.page.wait_for_timeout(40)


def test_a_run_that_is_over_before_the_browser_has_time_is_said_aloud(tab: Tab) -> None:
    screen = tab()
    screen.page.add_init_script("window.requestIdleCallback = (work) => setTimeout(work, 3_000)")
    screen.open("/overview").settle("window.avanzamento?.place")  # what stands there first is not said
    screen.choose(words("it")("filter.as_of"), "31/12/2018")
    screen.settle(f"{SAID} !== ''")


def test_a_filter_and_a_change_of_page_are_said_aloud(tab: Tab) -> None:
    screen = tab().open("/overview")
    w = words("it")
    assert screen.page.evaluate(SAID) == ""
    assert screen.page.locator("#avanzamento-said").get_attribute("role") == "status"
    screen.choose(w("filter.as_of"), "31/12/2018")
    screen.settle(f"{SAID} !== ''")
    first = screen.page.evaluate(SAID)
    assert first.startswith(f"{w('control.updated')}: {screen.heading}. ")
    screen.follow(w("axes.title"))
    screen.settle(f"{SAID} !== {first!r}")
    assert w("axes.heading") in screen.page.evaluate(SAID)


def test_the_focus_stays_where_it_was_after_a_run(tab: Tab) -> None:
    screen = tab().open("/overview")
    box = screen.page.get_by_role("combobox", name=words("it")("filter.as_of"), exact=True)
    box.focus()
    screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.type("31/12/2018")
    screen.page.keyboard.press("Enter")
    screen.settle("location.search.includes('as_of=2018-12-31')")
    assert screen.page.evaluate("document.activeElement.getAttribute('aria-label')") == words("it")("filter.as_of")
