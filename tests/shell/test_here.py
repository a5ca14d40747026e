"""Texts of the data are shown as the characters they are, whatever Markdown would make of them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shell.here import plain

# As Streamlit's browser part reads Markdown, as far as a parser in Python goes.
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
INERT = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "text_special"}
SPECIAL = "\\`*_{}[]()<>#+-.!|~$:&@=^\"'/1 \n\r\tab"

HOSTILE = [
    "![x](https://example.org/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "`code` and ```fence```",
    "**bold** _soft_ ~~gone~~",
    "# title",
    "- item",
    "1. item",
    "1) item",
    "> said",
    "| a | b |\n|---|---|\n| c | d |",
    "---",
    "title\n===",
    ":red[x] :material/home: :smile:",
    "$x^2$ and $$y$$",
    "https://example.org <https://example.org> a@example.org",
    "&amp; &#60;script&#62;",
    "[a]: https://example.org\n[a]",
    "a\\*b*",
    "L. 26/2019 – D.L. 4/2019, art. 4, c. 15 «PUC»",
    "a\r\r    indented",
    "\tindented",
]


def tokens(text: str) -> list[Token]:
    found = []
    for token in PARSER.parse(text.strip()):  # Streamlit strips too
        found.append(token)
        found += token.children or []
    return found


def shown(text: str) -> str:
    """What the reader sees, blanks being one blank."""
    parts = [token.content if token.type != "softbreak" else " " for token in tokens(text) if not token.children]
    return " ".join("".join(parts).split())


def seen(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_in_a_text_of_the_data_does_nothing(text):
    assert {token.type for token in tokens(plain(text))} <= INERT
    assert shown(plain(text)) == seen(text)


@settings(max_examples=500)
@given(st.text(st.sampled_from(SPECIAL), max_size=30) | st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join))
def test_nothing_that_is_put_together_from_markdown_does_anything(text):
    assert {token.type for token in tokens(plain(text))} <= INERT
    assert shown(plain(text)) == seen(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_every_other_character_is_left_as_it_is(text):
    assert re.sub(r"\\(.)", r"\1", plain(text)) == text


def test_what_streamlit_adds_to_markdown_is_escaped_too():
    assert plain(":red[x]") == "\\:red\\[x\\]"
    assert plain("$x$") == "\\$x\\$"
    assert plain(":material/home:") == "\\:material\\/home\\:"


def test_a_text_stays_on_one_line():
    assert "\n" not in plain("a\nb\r\nc")
    assert "\r" not in plain("a\rb")
