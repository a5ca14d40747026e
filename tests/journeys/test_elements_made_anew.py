"""What listens in the browser, when Streamlit makes its element anew before the old one goes, or calls it with new data."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from data_model.store import ROOT
from tests.journeys.conftest import Tab

SITE = "http://stage.test"
COUNTED = """
window.watching = 0;
const Observer = window.MutationObserver;
window.MutationObserver = class extends Observer {
  observe(...given) { window.watching += 1; return super.observe(...given); }
  disconnect() { window.watching -= 1; return super.disconnect(); }
};
"""
PREPARED = """
async ([file, calls]) => {
  const { default: begin } = await import(file);
  window.asked = [];
  const elements = {};
  window.ends = calls.map(([element, data]) => {
    const parentElement = (elements[element] ??= document.body.appendChild(document.createElement('div')));
    const sent = new TextEncoder().encode(JSON.stringify(data));
    return begin({ data: sent, parentElement, setTriggerValue: (name, value) => window.asked.push([name, value]) });
  });
}
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page that may load the files of shell/."""
    found = browser.new_page()

    def give(route: Route) -> None:
        name = route.request.url.removeprefix(SITE).strip("/")
        if name:
            route.fulfill(path=ROOT / "shell" / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>Test</title><h1>Test</h1>", content_type="text/html")

    found.route(f"{SITE}/**", give)
    found.add_init_script(COUNTED)
    found.goto(f"{SITE}/")
    yield found
    found.close()


def slide(number: int) -> dict[str, Any]:
    return {"sitting": "s", "number": number, "count": 9, "role": "stage", "words": {}}


def asked_after_a_key(page: Page) -> list[list[Any]]:
    page.evaluate("window.asked.length = 0")
    page.keyboard.press("ArrowRight")
    found: list[list[Any]] = page.evaluate("window.asked")
    return found


def test_keys_are_heard_when_the_old_element_goes_after_the_new_one_was_made(page: Page) -> None:
    page.evaluate(PREPARED, ["/presenting.js", [["old", slide(3)], ["new", slide(4)]]])
    page.evaluate("window.ends[0]()")
    assert asked_after_a_key(page) == [["go", 5]]
    page.evaluate("window.ends[1]()")
    assert asked_after_a_key(page) == []


def test_keys_are_heard_once_after_new_data_and_no_more_when_the_element_went(page: Page) -> None:
    page.evaluate(PREPARED, ["/presenting.js", [["one", slide(3)], ["one", slide(4)]]])
    assert asked_after_a_key(page) == [["go", 5]]
    page.evaluate("window.ends[0]()")
    assert asked_after_a_key(page) == []
    assert page.evaluate("window.avanzamentoStage === undefined")


@pytest.mark.parametrize("elements", [("one", "one"), ("old", "new")])
def test_a_document_is_watched_once_whatever_the_language_was_before(page: Page, elements: tuple[str, str]) -> None:
    calls = [
        [element, {"language": language, "words": {"updated": language}}]
        for element, language in zip(elements, ("it", "en"), strict=True)
    ]
    page.evaluate(PREPARED, ["/document.js", calls])
    assert page.evaluate("window.watching") == 1
    if elements[0] != elements[1]:
        page.evaluate("window.ends[0]()")
    assert page.evaluate("window.watching") == 1
    page.evaluate("window.ends.at(-1)()")
    assert page.evaluate("window.watching") == 0


CHANGES = """
() => new Promise((resolve) => {
  let seen = 0;
  const observer = new MutationObserver((records) => { seen += records.length; });
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-label'] });
  setTimeout(() => { observer.disconnect(); resolve(seen); }, 500);
})
"""


def test_a_page_with_tables_wider_than_the_window_comes_to_rest(tab: Tab) -> None:
    screen = tab(viewport={"width": 390, "height": 844})
    screen.open("/overview?lang=it")
    screen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    screen.page.wait_for_function('() => document.querySelector(\'[data-testid="stTable"] > [role="region"]\')')
    screen.page.wait_for_timeout(1000)
    assert screen.page.evaluate(CHANGES) == 0
