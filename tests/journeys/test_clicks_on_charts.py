"""A click on a bar, point or region filters the page in one step of the history; the keyboard has the same filter."""

from playwright.sync_api import Locator

from tests.journeys.conftest import Tab
from tests.journeys.screen import Screen
from tests.journeys.test_links_and_language import chips
from texts import words

W = words("it")
END_2018 = "as_of=2018-12-31"
PROJECTS = "programme=PSCUMBRIA2021&series=oc"


def marks(screen: Screen, chart: str, kind: str) -> Locator:
    return screen.page.locator(f".st-key-chart-{chart} svg .mark-{kind}.role-mark").first.locator("path")


def click(screen: Screen, mark: Locator) -> Screen:
    before = screen.address
    mark.click(force=True)  # a mark below its own label gets the click all the same
    return screen.settle(f"location.href !== {before!r}")


def test_a_click_on_a_bar_filters_the_page_and_a_second_one_takes_that_back(tab: Tab) -> None:
    screen = tab().open(f"/overview?lang=it&{END_2018}")
    steps: int = screen.page.evaluate("history.length")
    click(screen, marks(screen, "bullets", "rect").nth(2))
    assert screen.query["axis"] == ["3"]
    assert chips(screen) == ["Asse: 3"]
    assert screen.page.locator('[class*="st-key-table-bullets"] tbody tr').count() == 1
    assert screen.page.evaluate("history.length") == steps + 1
    click(screen, marks(screen, "bullets", "rect").first)
    assert "axis" not in screen.query
    screen.page.go_back()
    screen.settle("location.search.includes('axis=3')").until(lambda: chips(screen), ["Asse: 3"])
    assert not screen.noise


def test_a_click_works_again_after_the_filter_was_taken_away_elsewhere(tab: Tab) -> None:
    screen = tab().open(f"/commitment_gaps?lang=it&{END_2018}")
    for _ in range(2):
        click(screen, marks(screen, "gaps-axes", "symbol").first)
        assert len(chips(screen)) == 1
        before = screen.address
        screen.page.get_by_role("button", name=W("filter.clear")).click()
        screen.settle(f"location.href !== {before!r}")
        assert not chips(screen)


def test_a_click_on_a_region_and_on_a_group_of_projects(tab: Tab) -> None:
    screen = tab().open(f"/commitment_gaps?lang=it&{PROJECTS}")
    click(screen, screen.page.locator('.st-key-chart-region-map svg path[fill="#7f1d2f"], .st-key-chart-region-map svg '
                                      'path[aria-label*="Umbria"]').first)  # fmt: skip
    assert screen.query["region"] == ["10"]
    click(screen, marks(screen, "gaps-projects", "symbol").first)
    assert screen.query["level"] == ["call"]
    assert len(screen.query["axis"]) == 1


def test_the_same_filter_by_keyboard(tab: Tab) -> None:
    clicked, typed = tab().open(f"/overview?lang=it&{END_2018}"), tab().open(f"/overview?lang=it&{END_2018}")
    click(clicked, marks(clicked, "bullets", "rect").nth(2))
    typed.page.get_by_role("combobox", name=W("filter.axis"), exact=True).focus()
    before = typed.address
    typed.page.keyboard.type("Asse 3")
    typed.page.keyboard.press("Enter")
    typed.page.keyboard.press("Escape")
    typed.settle(f"location.href !== {before!r}")
    assert typed.seen == clicked.seen
    assert typed.query == clicked.query
