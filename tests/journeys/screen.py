"""One browser tab as its reader sees it: waits until a page is drawn, and notes what should not happen."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.journeys.servers import Server

POLL = 50
"""Milliseconds between two looks. Looking once per frame, as Playwright does by itself, was seen to stop for good when a
run took elements away, while the frames of the page went on."""

DRAWN = """
() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.testScriptState !== 'notRunning' || !document.querySelector('h1')) return false;
  if (!window.avanzamento || window.avanzamento.asked) return false;
  if (document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')) return false;
  const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
  return charts.every((chart) => chart.querySelector('svg .mark-group, canvas'));
}
"""

WORDS_OF_CHARTS = """
() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')].map((chart) =>
  [...chart.querySelectorAll('text')].map((text) => text.textContent.replaceAll('\u00a0', ' ')).sort())
"""
WITHOUT_CHARTS = """
() => {
  const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
  charts.forEach((chart) => { chart.style.visibility = 'hidden'; });
  const text = document.querySelector('[data-testid="stMain"]').innerText;
  charts.forEach((chart) => { chart.style.visibility = ''; });
  return text;
}
"""


FOLDED_TABLES = "[class*='st-key-fold-']"


class Screen:
    """A tab on a server. `noise` are console errors, `strangers` requests to other hosts."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.noise: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.noise.append(f"{message.text} ({message.location.get('url', '')})")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.port != self.server.port:
            self.strangers.append(request.url)

    def open(self, address: str) -> "Screen":
        """Go to an address of the server and wait until the page is drawn."""
        self.page.goto(self.server.url + address)
        return self.wait()

    def wait(self) -> "Screen":
        """Wait until the run has ended and every chart is drawn."""
        self.page.wait_for_function(DRAWN, timeout=45_000, polling=POLL)
        return self

    def settle(self, condition: str) -> "Screen":
        """Wait until a condition of the browser's holds and the page is drawn again."""
        # a bare expression would be evaluated
        self.page.wait_for_function(f"() => ({condition})", timeout=20_000, polling=POLL)
        return self.wait()

    def until(self, look: Callable[[], object], expected: object) -> "Screen":
        """Wait until a look at the page gives what is expected: Back changes the address before the page."""
        end = time.monotonic() + 20
        while (found := look()) != expected:
            assert time.monotonic() < end, f"{found} is not {expected}"
            self.page.wait_for_timeout(POLL)
        return self.wait()

    def follow(self, link: str) -> "Screen":
        """Click an entry of the menu and wait for its page."""
        self.menu.get_by_text(link, exact=True).click()
        return self.settle(f"document.querySelector('[data-testid=stSidebar] a[aria-current]')?.textContent === {link!r}")

    def choose(self, label: str, option: str) -> "Screen":
        """Choose an option of one of the filters by its label and wait for the page."""
        before = self.address
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.evaluate("(element) => element.scrollIntoView({ block: 'center' })")  # its list closes when the bar scrolls
        box.click()
        self.page.get_by_role("option", name=option).first.click()
        self.page.keyboard.press("Escape")
        return self.settle(f"location.href !== {before!r}")

    def speak(self, language: str) -> "Screen":
        """Choose the language by its name and wait for the page."""
        before = self.language
        self.sidebar.get_by_text(language, exact=True).click()
        return self.settle(f"document.documentElement.lang !== {before!r}")

    def unfold(self, within: str = "") -> "Screen":
        """Open everything that is folded, one after the other: what is in it comes when it is opened."""
        folded = self.page.locator(f"{within} details:not([open]) > summary")
        while left := folded.count():
            folded.first.press("Enter")  # a click may miss what moves while charts are drawn
            self.settle(f"document.querySelectorAll({f'{within} details:not([open])'!r}).length < {left}")
        return self

    def close(self) -> None:
        self.page.context.close()

    @property
    def sidebar(self) -> Locator:
        return self.page.get_by_test_id("stSidebar")

    @property
    def menu(self) -> Locator:
        return self.sidebar.get_by_role("navigation")

    @property
    def text(self) -> str:
        """All words of the page, without the frame."""
        return self.page.get_by_test_id("stMain").inner_text().replace("\u00a0", " ")

    @property
    def seen(self) -> tuple[str, list[list[str]]]:
        """The words of the page, in their order, without those of its charts; and those of each chart, in one of their own:
        one that was given other rows keeps the marks that it had first."""
        of_charts: list[list[str]] = self.page.evaluate(WORDS_OF_CHARTS)
        text: str = self.page.evaluate(WITHOUT_CHARTS)
        return text.replace("\u00a0", " "), of_charts

    @property
    def address(self) -> str:
        found: str = self.page.evaluate("location.href")
        return found

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.address).query)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def language(self) -> str:
        found: str = self.page.evaluate("document.documentElement.lang")
        return found


def opened_tab(browser: Browser, server: Server, **context: Any) -> Screen:
    """A tab in a context of its own. By default its browser speaks neither of the app's languages."""
    settings = {"locale": "de-DE", "viewport": {"width": 1280, "height": 900}} | context
    return Screen(browser.new_context(**settings).new_page(), server)
