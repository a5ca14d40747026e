"""Everything can be reached and used with the keyboard alone, and one sees where one is."""

import io

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.journeys.conftest import Tab
from tests.journeys.screen import Screen
from texts import words

W = words("it")
FOCUS = "document.activeElement"
NAME = f"({FOCUS}.getAttribute('aria-label') || {FOCUS}.innerText || '').trim()"
MANY = 60
"""More stops than there are in the sidebar."""
SEEN = 40
"""Pixels that must change for a focus to be seen: those of a line of one pixel around something small."""


def press_until(page: Page, key: str, condition: str) -> None:
    """Press a key until a condition of the browser's holds."""
    for _ in range(MANY):
        page.keyboard.press(key)
        if page.evaluate(condition):
            return
    pytest.fail(f"{key} does not lead to {condition}")


def go_to(screen: Screen, name: str) -> None:
    """Tab until the element of this name has the focus."""
    press_until(screen.page, "Tab", f"{NAME} === {name!r}")


def test_the_first_stop_leads_past_the_menu(tab: Tab) -> None:
    screen = tab().open("/overview")
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate(f"{FOCUS}.dataset.testid") == "stSkipToContent"
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate(f"!!{FOCUS}.closest('[data-testid=\"stMain\"]')")


def test_the_menu_leads_to_a_page(tab: Tab) -> None:
    screen = tab().open("/overview")
    go_to(screen, W("axes.title"))
    screen.page.keyboard.press("Enter")
    screen.until(lambda: screen.heading, W("axes.heading"))
    assert screen.path == "/axes"


def test_a_date_can_be_chosen(tab: Tab) -> None:
    screen = tab().open("/overview")
    go_to(screen, W("filter.as_of"))
    screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.type("31/12/2018")
    screen.page.keyboard.press("Enter")
    screen.settle("location.search.includes('as_of=2018-12-31')")
    assert "1.249.204.169" in screen.text


def test_axes_can_be_chosen_and_taken_back(tab: Tab) -> None:
    screen = tab().open("/overview")
    go_to(screen, W("filter.axis"))
    for key in ("ArrowDown", "ArrowDown", "Enter", "Escape"):
        screen.page.keyboard.press(key)
    screen.settle("location.search.includes('axis=')")
    screen.page.keyboard.press("Backspace")
    screen.settle("!location.search.includes('axis=')")


def test_the_language_can_be_chosen(tab: Tab) -> None:
    screen = tab().open("/overview")
    press_until(screen.page, "Tab", f"{FOCUS}.type === 'radio'")
    screen.page.keyboard.press("ArrowRight")
    screen.settle("document.documentElement.lang === 'en'")


def test_the_provenance_of_a_chart_can_be_unfolded(tab: Tab) -> None:
    screen = tab().open("/commitment_gaps")
    press_until(screen.page, "Tab", f"{FOCUS}.tagName === 'SUMMARY' && {FOCUS}.innerText.includes({W('provenance.open')!r})")
    tables = screen.page.locator("table").count()
    screen.page.keyboard.press("Enter")
    screen.settle(f"document.querySelectorAll('table').length > {tables}")


def test_a_table_wider_than_its_frame_can_be_scrolled(tab: Tab) -> None:
    screen = tab(viewport={"width": 800, "height": 900}).open("/overview")
    press_until(screen.page, "Tab", f"{FOCUS}.querySelector(':scope > table') !== null")
    assert screen.page.evaluate(f"{FOCUS}.getAttribute('role')") == "region"
    assert screen.page.evaluate(f"{FOCUS}.getAttribute('aria-label')")
    screen.page.keyboard.press("ArrowRight")
    screen.settle(f"{FOCUS}.scrollLeft > 0")


def test_on_a_phone_the_menu_can_be_opened_and_used(tab: Tab) -> None:
    screen = tab(viewport={"width": 320, "height": 640}).open("/overview")
    press_until(screen.page, "Tab", f"{FOCUS}.getAttribute('aria-controls') === 'stSidebar'")
    screen.page.keyboard.press("Enter")
    go_to(screen, W("training.title"))
    screen.page.keyboard.press("Enter")
    screen.until(lambda: screen.heading, W("training.heading"))
    assert screen.path == "/training"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_sees_where_the_focus_is(scheme: str, tab: Tab) -> None:
    screen = tab(color_scheme=scheme, reduced_motion="reduce").open("/commitment_gaps?axis=1")
    unseen = []
    for _ in range(28):
        screen.page.keyboard.press("Tab")
        if not focus_is_seen(screen.page):
            unseen.append(screen.page.evaluate(f"{FOCUS}.outerHTML.slice(0, 200)"))
    assert not unseen, "\n".join(unseen)


def focus_is_seen(page: Page) -> bool:
    """Whether the surroundings of the focused element look different without the focus."""
    page.wait_for_timeout(60)
    with_focus = picture(page)
    page.evaluate(f"window.kept = {FOCUS}; window.kept.blur()")
    page.wait_for_timeout(60)
    without = picture(page)
    page.evaluate("window.kept.focus({ preventScroll: true, focusVisible: true })")
    difference = ImageChops.difference(with_focus, without).convert("L").point(lambda value: 255 if value > 24 else 0)
    return sum(difference.histogram()[255:]) >= SEEN


def picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def test_the_mark_of_a_disputed_figure_leads_to_the_comparison(tab: Tab) -> None:
    screen = tab().open("/participants?as_of=2018-12-31")
    mark = screen.page.get_by_role("link", name=W("table.disputed"))
    mark.focus()
    screen.page.keyboard.press("Enter")
    place = str(mark.get_attribute("href"))
    seen = f"document.querySelector({place!r}).getBoundingClientRect()"
    screen.settle(f"{seen}.top >= 0 && {seen}.bottom <= innerHeight")
