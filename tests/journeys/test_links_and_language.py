"""A view is a link: it opens the same everywhere, and language, menu, reload and back keep it."""

from playwright.sync_api import expect

from tests.journeys.conftest import Tab
from tests.journeys.screen import Screen
from tests.journeys.servers import Server
from texts import words

IT, EN = words("it"), words("en")
AXIS_3, AXIS_5 = "axis=3", "axis=5"
END_OF_2018 = "as_of=2018-12-31"
CHOSEN_AXES = """
() => [...document.querySelectorAll('.st-key-axis [data-tag]')].map((tag) => tag.textContent)
"""


def chosen_axes(screen: Screen) -> list[str]:
    """The first words of each axis that the filter shows as chosen: `Asse 3`."""
    tags: list[str] = screen.page.evaluate(CHOSEN_AXES)
    return [tag.split(" · ")[0] for tag in tags]


def chosen_day(screen: Screen) -> str:
    return screen.page.get_by_role("combobox", name=IT("filter.as_of")).or_(
        screen.page.get_by_role("combobox", name=EN("filter.as_of"))
    ).input_value()  # fmt: skip


# Links


def test_a_link_as_the_very_first_request_opens_its_page_inside_the_frame(fresh_server: Server, tab: Tab) -> None:
    screen = tab(fresh_server).open("/training?lang=en")
    assert screen.heading == EN("training.heading")
    assert screen.menu.get_by_text(EN("axes.title"), exact=True).is_visible()
    assert screen.page.get_by_role("dialog").count() == 0
    assert not screen.noise
    screen.follow(EN("axes.title"))
    assert screen.heading == EN("axes.heading")


def test_an_entry_of_the_menu_is_a_link_of_the_browser_too(tab: Tab) -> None:
    screen = tab().open(f"/axes?lang=it&{AXIS_3}")
    entry = screen.menu.get_by_text(IT("overview.title"), exact=True)
    with screen.page.context.expect_page() as opening:
        entry.click(modifiers=["ControlOrMeta"])
    opening.value.wait_for_url(f"**/overview?*{AXIS_3}*")
    opening.value.close()
    assert screen.path == "/axes"
    before = screen.page.evaluate("history.length")
    entry.focus()
    screen.page.keyboard.press("Enter")
    screen.settle("document.activeElement.ariaCurrent === 'page'")  # the focus stays where it was
    assert (screen.path, screen.query["axis"]) == ("/overview", ["3"])
    assert screen.page.evaluate("history.length") == before + 1
    assert screen.menu.locator("[aria-current=page]").all_inner_texts() == [IT("overview.title")]
    screen.page.go_back()
    screen.until(lambda: screen.heading, IT("axes.heading"))
    assert screen.path == "/axes"


def test_a_link_sets_every_filter(tab: Tab) -> None:
    screen = tab().open(f"/overview?lang=it&{END_OF_2018}&compared_with=2016-12-31&axis=3&axis=5&category=LD")
    assert chosen_axes(screen) == ["Asse 3", "Asse 5"]
    assert chosen_day(screen) == "31/12/2018"
    assert IT("overview.changes_title", before="31/12/2016", now="31/12/2018") in screen.text
    assert screen.query["axis"] == ["3", "5"]


def test_a_copied_link_opens_the_same_view_for_somebody_else(tab: Tab) -> None:
    first = tab().open("/overview?lang=en")
    first.choose(EN("filter.as_of"), "31/12/2018")
    first.choose(EN("filter.axis"), "Axis 3")
    second = tab().open(first.address.removeprefix(first.server.url))
    assert second.seen == first.seen
    assert second.query == first.query


def test_what_a_link_says_wrongly_is_said_and_falls_back(tab: Tab) -> None:
    screen = tab().open("/overview?lang=it&programme=XX&as_of=tomorrow&axis=99&series=nothing&category=?")
    names = [IT(f"query.{key}") for key in ("as_of", "axis", "category", "programme", "series")]
    for name in names:
        assert name in screen.page.get_by_role("alert").inner_text()
    assert "PON Inclusione" in screen.heading
    assert chosen_axes(screen) == []
    assert not screen.noise


def test_an_unknown_language_falls_back_to_italian_and_is_said(tab: Tab) -> None:
    screen = tab().open("/overview?lang=xx")
    assert screen.language == "it"
    assert IT("query.lang") in screen.page.get_by_role("alert").inner_text()


# Language


def test_the_language_switch_keeps_page_date_and_filters(tab: Tab) -> None:
    screen = tab().open(f"/axes?lang=it&{END_OF_2018}&{AXIS_3}")
    screen.speak("English")
    assert screen.path == "/axes"
    assert screen.heading == EN("axes.heading")
    assert (chosen_axes(screen), chosen_day(screen)) == (["Axis 3"], "31/12/2018")
    assert (screen.query["lang"], screen.query["axis"], screen.query["as_of"]) == (["en"], ["3"], ["2018-12-31"])
    screen.speak("Italiano")
    assert screen.heading == IT("axes.heading")
    assert (chosen_axes(screen), chosen_day(screen)) == (["Asse 3"], "31/12/2018")


def test_filters_still_work_after_the_language_switch(tab: Tab) -> None:
    screen = tab().open(f"/axes?lang=it&{AXIS_3}")
    screen.speak("English")
    screen.choose(EN("filter.axis"), "Axis 5")
    assert chosen_axes(screen) == ["Axis 3", "Axis 5"]
    assert screen.query["axis"] == ["3", "5"]


def test_numbers_are_those_of_the_app_in_a_browser_of_another_language(tab: Tab) -> None:
    italian = tab(locale="en-US").open(f"/overview?lang=it&{END_OF_2018}")
    english = tab(locale="it-IT").open(f"/overview?lang=en&{END_OF_2018}")
    assert "1.249.204.169" in italian.text
    assert "658.221.493,61" in italian.text
    assert "1,249,204,169" in english.text
    assert "658,221,493.61" in english.text


def test_chart_axes_are_those_of_the_app_in_a_browser_of_another_language(tab: Tab) -> None:
    italian = ticks(tab(locale="en-US").open("/overview?lang=it"))
    english = ticks(tab(locale="it-IT").open("/overview?lang=en"))
    assert "1.000" in italian
    assert "1,000" not in italian
    assert "1,000" in english
    assert "1.000" not in english


def ticks(screen: Screen) -> list[str]:
    found: list[str] = screen.page.locator("svg .role-axis-label text").all_text_contents()
    return found


# Menu, reload, back


def test_the_menu_keeps_the_filters_in_one_step_of_the_history(tab: Tab) -> None:
    screen = tab().open(f"/overview?lang=en&{END_OF_2018}&{AXIS_3}")
    before: int = screen.page.evaluate("history.length")
    screen.follow(EN("axes.title"))
    assert (chosen_axes(screen), chosen_day(screen)) == (["Axis 3"], "31/12/2018")
    assert (screen.query["axis"], screen.query["as_of"], screen.language) == (["3"], ["2018-12-31"], "en")
    assert screen.page.evaluate("history.length") == before + 1


def test_reloading_keeps_the_view(tab: Tab) -> None:
    screen = tab().open("/commitment_gaps?lang=en")
    screen.choose(EN("filter.as_of"), "31/12/2018")
    screen.page.get_by_text(EN("commitment_gaps.sort_rate"), exact=True).click()
    screen.settle("location.search.includes('sort=rate')")
    before = screen.seen
    screen.page.reload()
    screen.wait()
    assert screen.seen == before


def test_back_is_one_step(tab: Tab) -> None:
    screen = tab().open(f"/overview?lang=it&{AXIS_3}")
    screen.follow(IT("axes.title")).follow(IT("training.title"))
    screen.page.go_back()
    screen.settle("location.pathname === '/axes'").until(lambda: screen.heading, IT("axes.heading"))
    assert chosen_axes(screen) == ["Asse 3"]
    screen.page.go_back()
    overview = IT("overview.heading", programme="PON Inclusione 2014-2020")
    screen.settle("location.pathname === '/overview'").until(lambda: screen.heading, overview)
    assert chosen_axes(screen) == ["Asse 3"]


def test_back_undoes_a_filter(tab: Tab) -> None:
    screen = tab().open(f"/axes?lang=it&{AXIS_3}")
    screen.choose(IT("filter.as_of"), "31/12/2018")
    screen.page.go_back()
    screen.settle("!location.search.includes('2018-12-31')")
    expect(screen.page.get_by_role("combobox", name=IT("filter.as_of"))).not_to_have_value("31/12/2018")
    assert chosen_axes(screen) == ["Asse 3"]


# Several readers


def test_two_readers_at_once_do_not_touch_each_other(tab: Tab) -> None:
    italian = tab().open(f"/axes?lang=it&{AXIS_3}")
    english = tab().open(f"/axes?lang=en&{AXIS_5}&{END_OF_2018}")
    italian.choose(IT("filter.as_of"), "31/12/2020")
    english.choose(EN("filter.axis"), "Axis 4")
    italian.follow(IT("overview.title"))
    assert (italian.language, english.language) == ("it", "en")
    assert (chosen_axes(italian), chosen_day(italian)) == (["Asse 3"], "31/12/2020")
    assert sorted(chosen_axes(english)) == ["Axis 4", "Axis 5"]
    assert chosen_day(english) == "31/12/2018"
    assert english.heading == EN("axes.heading")


# Copy link, filters in words

COPIED = "navigator.clipboard.readText()"
WITH_CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def chips(screen: Screen) -> list[str]:
    """The filters in force, as the bar above the page names them."""
    found = screen.page.locator('[class*="st-key-chip-"] button p').all_inner_texts()
    return [text.replace("\u00a0", " ") for text in found]


def copied(screen: Screen) -> str:
    """The address that the button puts into the clipboard, without its server."""
    w = words(screen.language)
    screen.page.get_by_role("button", name=w("link.copy")).click()
    expect(screen.page.get_by_role("status").filter(has_text=w("link.copied"))).to_be_visible()
    address: str = screen.page.evaluate(COPIED)
    assert address.startswith(screen.server.url)
    return address.removeprefix(screen.server.url)


def test_the_copied_link_opens_the_same_numbers_in_a_clean_browser(tab: Tab) -> None:
    first = tab(**WITH_CLIPBOARD).open("/axes?lang=it")
    first.choose(IT("filter.as_of"), "31/12/2018")
    first.choose(IT("filter.axis"), "Asse 3")
    seen = first.seen
    second = tab().open(copied(first))
    assert (second.path, second.seen) == ("/axes", seen)
    assert chips(second) == chips(first) == ["Asse: 3"]


def test_the_copied_link_shows_the_same_figures_in_the_other_language(tab: Tab) -> None:
    first = tab(**WITH_CLIPBOARD).open(f"/overview?lang=it&{END_OF_2018}")
    second = tab().open(copied(first).replace("lang=it", "lang=en"))
    assert second.language == "en"
    assert second.query["as_of"] == ["2018-12-31"]
    assert "658.221.493,61" in first.text
    assert "658,221,493.61" in second.text


def test_the_link_of_a_bare_address_names_what_was_left_to_defaults(tab: Tab) -> None:
    address = copied(tab(**WITH_CLIPBOARD).open("/overview"))
    for key in ("lang=it", "programme=2014IT05SFOP001", "series=ec", "as_of="):
        assert key in address


def test_where_the_browser_does_not_copy_the_link_stands_in_a_field(tab: Tab) -> None:
    screen = tab()
    screen.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    screen.open(f"/overview?lang=it&{AXIS_3}")
    screen.page.get_by_role("button", name=IT("link.copy")).click()
    field = screen.page.get_by_role("textbox", name=IT("link.address"))
    expect(field).to_be_visible()
    assert field.input_value().startswith(f"{screen.server.url}/overview?lang=it")
    assert IT("link.by_hand") in screen.page.get_by_role("status").all_inner_texts()


def test_a_filter_is_taken_away_with_the_keyboard_in_one_step_of_the_history(tab: Tab) -> None:
    screen = tab().open(f"/axes?lang=it&{END_OF_2018}&axis=3&axis=5")
    assert chips(screen) == ["Asse: 3", "Asse: 5"]
    before: int = screen.page.evaluate("history.length")
    screen.page.get_by_role("button", name="Asse: 3").press("Enter")
    screen.settle("!location.search.includes('axis=3')")
    assert (chips(screen), chosen_axes(screen), screen.query["axis"]) == (["Asse: 5"], ["Asse 5"], ["5"])
    assert screen.page.evaluate("history.length") == before + 1
    screen.page.go_back()
    screen.settle("location.search.includes('axis=3')").until(lambda: chips(screen), ["Asse: 3", "Asse: 5"])


def test_all_filters_are_cleared_at_once_and_come_back(tab: Tab) -> None:
    screen = tab().open("/axes?lang=en&as_of=2018-12-31&axis=3&category=LD")
    assert len(chips(screen)) == 2
    screen.page.get_by_role("button", name=EN("filter.clear")).click()
    screen.settle("!location.search.includes('axis')")
    assert (chips(screen), chosen_axes(screen), chosen_day(screen)) == ([], [], "31/12/2018")
    screen.page.go_back()
    screen.settle("location.search.includes('axis=3')").until(lambda: len(chips(screen)), 2)
