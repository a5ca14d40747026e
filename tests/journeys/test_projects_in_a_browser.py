"""Projects in a browser: the map, the way down and back, a deep link that is opened first of all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from data_model.store import Store
from tests.data_model.project_rows import PROGRAMME, bring
from tests.journeys.accessibility import violations
from tests.journeys.screen import Screen, opened_tab
from tests.journeys.servers import Server, running
from tests.journeys.test_pages_in_a_browser import BEYOND_THE_EDGE, SCROLLS_SIDEWAYS
from texts import words

MILLION = 100_000_000
PAGE = f"/commitment_gaps?programme={PROGRAMME}"


def rows() -> list[dict[str, Any]]:
    """Some sixty projects in all regions but one."""
    return [
        {
            "project_code": f"N/{n:02d} x",
            "title": f"Project number {n} with a title that is as long as those of the monitoring systems are",
            "axis_code": str(n % 3),
            "call_code": f"PRATT{n % 5}",
            "call_name": f"Procedura {n % 5}",
            "beneficiary_code": f"B{n % 20}",
            "beneficiary_name": f"COMUNE DI {n % 20}",
            "region_code": [*(f"{code:02d}" for code in range(1, 20)), "00", "MULTI"][n % 21],
            "committed_cents": n * MILLION,
            "paid_cents": n * MILLION // 3 if n % 2 else None,
        }
        for n in range(1, 64)
    ]


@pytest.fixture(scope="module")
def projects_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a store of projects."""
    folder: Path = tmp_path_factory.mktemp("projects")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    store = Store(url)
    bring(store, rows())
    store.close()
    with running(folder, url, AVANZAMENTO_SAMPLE="0") as server:
        yield server
        assert "Traceback" not in server.output()


@pytest.fixture
def show(browser: Browser, projects_server: Server) -> Iterator[Any]:
    """Opens an address in a tab of its own."""
    made: list[Screen] = []

    def open_at(address: str, **context: Any) -> Screen:
        made.append(opened_tab(browser, projects_server, **context))
        return made[-1].open(address)

    yield open_at
    for screen in made:
        screen.close()


def regions_drawn(screen: Screen) -> list[str]:
    """What a screen reader says of each region of the map."""
    paths = screen.page.locator('[class*="figure-region-map"] .mark-shape path')
    return [str(path.get_attribute("aria-label")) for path in paths.all()]


def test_the_map_is_drawn_on_the_first_deep_link_from_our_own_server_alone(show) -> None:
    screen = show(f"{PAGE}&level=region&region=13&region=03")
    screen.settle("document.querySelectorAll('[class*=figure-region-map] .mark-shape path').length === 20")
    said = regions_drawn(screen)
    assert any(text.startswith("Abruzzo: ") and "n.d." not in text for text in said)
    assert "Sicilia: n.d." in said
    assert not screen.noise
    assert not screen.strangers


@pytest.mark.parametrize("level", ["axis", "beneficiary", "region", "project"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_at_any_level(show, level: str, dark: bool) -> None:
    screen = show(f"{PAGE}&level={level}&lang=en", color_scheme="dark" if dark else "light")
    found = violations(screen.page)
    assert not found, "\n".join(found)
    assert not screen.noise


@pytest.mark.parametrize("query", ["&level=beneficiary", "&level=project", "&project=N/07%20x"])
def test_projects_fit_a_phone_of_320_pixels(show, query: str) -> None:
    screen = show(PAGE + query, viewport={"width": 320, "height": 640})
    assert not screen.page.evaluate(SCROLLS_SIDEWAYS)
    assert not screen.page.evaluate(BEYOND_THE_EDGE)
    assert not screen.noise


def test_links_go_down_and_the_browser_goes_back_and_each_step_has_its_address(show) -> None:
    screen = show(PAGE)
    down = screen.page.locator('[class*="st-key-down"] a')
    for level in ("call", "beneficiary", "project"):
        down.first.click()
        screen.settle(f"location.search.includes('level={level}')")
    down.first.click()
    screen.settle("location.search.includes('project=')")
    assert {"axis", "call", "beneficiary", "project"} <= set(screen.query)
    deep = screen.address
    screen.page.go_back()
    screen.settle("!location.search.includes('project=')")
    assert screen.query["level"] == ["project"]
    screen.until(screen.page.locator('[class*="st-key-table-ranking-project"]').count, 1)
    screen.page.get_by_text(words("it")("project_gaps.trail_root")).click()
    screen.settle("!location.search.includes('axis=')")
    screen.page.goto(deep)
    screen.wait()
    assert screen.page.locator('[class*="st-key-table-facts"]').count() == 1
    assert not screen.noise
