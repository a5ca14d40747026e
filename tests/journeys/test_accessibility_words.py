"""A page speaks one language: what it shows and what a screen reader says of it. Exceptions are in docs/ACCESSIBILITY.md."""

import pytest

from tests.journeys.conftest import Tab
from tests.journeys.words_of_a_page import accepted, only_in, told
from texts import LANGUAGES, words

PROJECTS = "programme=2021ITFSCANT13&series=oc"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "view", ["/overview?axis=1&axis=2&compared_with=2018-12-31", "/axes?as_of=2015-12-31&category=transition"]
)
def test_a_filtered_page_speaks_one_language(view: str, language: str, tab: Tab) -> None:
    assert not told(tab().open(f"{view}&lang={language}"), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_list_without_a_match_speaks_one_language(language: str, tab: Tab) -> None:
    screen = tab().open(f"/overview?lang={language}")
    box = screen.page.get_by_role("combobox", name=words(language)("filter.axis"), exact=True)
    box.evaluate("(element) => element.scrollIntoView({ block: 'center' })")  # its list closes when the bar scrolls
    box.press_sequentially("qqqq")
    screen.page.get_by_text(words(language)("control.no_results")).wait_for()
    assert not told(screen, language)


def test_the_words_of_controls_follow_the_language_there_and_back(tab: Tab) -> None:
    screen = tab().open("/overview?lang=it")
    for name, language in (("English", "en"), ("Italiano", "it"), ("English", "en")):
        screen.speak(name)
        assert not told(screen, language)
        label = f"{words(language)('control.help')}: {words(language)('filter.as_of')}"
        assert screen.page.get_by_role("button", name=label).count() == 1


def test_the_list_of_words_finds_what_it_should(tab: Tab) -> None:
    screen = tab().open("/overview?lang=it")
    screen.page.evaluate("document.querySelector('h1').append(' Choose the options')")
    screen.page.evaluate("document.querySelector('h1').title = 'Collapse my sidebar'")
    found = told(screen, "it")
    assert "choose, options, the" in found
    assert "collapse, sidebar" in found


def test_the_words_of_the_languages_are_apart_and_the_exceptions_are_read() -> None:
    assert not only_in("it") & only_in("en")
    assert min(len(only_in(language)) for language in LANGUAGES) > 900
    assert all(accepted(language) for language in LANGUAGES)
