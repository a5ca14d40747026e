"""The three lines on each page: open on the first visit of a session, folded afterwards, always at hand."""

import pytest

from shell.help import LINES
from tests.pages.screen import LANGUAGES, PAGES, go_to, opened
from texts import words


def unfolded(at) -> bool:
    """Whether the help of the page is open."""
    language = at.session_state["lang"]
    (found,) = [e for e in at.expander if e.label == words(language)("help.open")]
    return bool(found.proto.expanded)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_three_lines_of_help_that_begin_alike(language):
    w = words(language)
    start = {"it": "In questa pagina", "en": "On this page"}[language]
    for page in (*PAGES, "start"):
        assert len([w(f"help.{page}.{line}") for line in LINES]) == 3
        assert w(f"help.{page}.what").startswith(start)


def test_the_help_is_open_at_first_and_folded_when_one_comes_back():
    at = opened("axes")
    assert unfolded(at)
    assert unfolded(at.run())
    assert unfolded(go_to(at, "sources"))
    assert not unfolded(go_to(at, "axes"))
    assert not unfolded(at.run())
    assert unfolded(go_to(at, "training"))
