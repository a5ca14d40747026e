"""What the page around the app needs: its style sheet, and what document.js adds to Streamlit's document."""

import json
from functools import lru_cache
from pathlib import Path

import streamlit as st

from texts import LANGUAGES, words

_FOLDER = Path(__file__).resolve().parent

CONTROLS = (
    "skip",
    "sidebar",
    "sidebar_close",
    "sidebar_open",
    "choose",
    "list_open",
    "no_results",
    "select_all",
    "clear",
    "help",
    "less",
    "more",
    "enter",
    "running",
    "connecting",
    "stop",
    "full",
    "full_close",
    "close",
    "copy",
    "copied",
    "remove",
    "updated",
    "heading_link",
)
"""The words of Streamlit's own controls that document.js puts in the reader's language, and what it says aloud."""


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@lru_cache(maxsize=len(LANGUAGES))
def _sent(language: str) -> bytes:
    """The language, the words of Streamlit's controls and what is said aloud. In bytes, as what is given to
    the other components of every page: a dictionary Streamlit goes through for frames, and writes twice in each run."""
    w = words(language)
    said = {name: w(f"control.{name}") for name in CONTROLS}
    said |= {"options": w("control.options", count="#"), "selected": w("control.selected", option="#")}
    return json.dumps({"language": language, "words": said}).encode()


def prepare(language: str) -> None:
    """Put the style sheet, the language and the words of Streamlit's controls into the document."""
    component = st.components.v2.component(
        "avanzamento_document", css=_file("style.css"), js=_file("document.js"), isolate_styles=False
    )
    component(data=_sent(language), key="document")
