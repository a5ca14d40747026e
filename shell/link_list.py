"""Several links to pages of the app as one element: the menu, and lists of links on a page. Streamlit's own links cost the
server and the browser an element each, and open in no other tab."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

_SCRIPT = Path(__file__).with_suffix(".js")


@dataclass(frozen=True)
class Link:
    """What a page is called and its address with the view; `here` is the page that is shown."""

    label: str
    address: str
    here: bool = False


def address(page: str, query: Mapping[str, Sequence[str]]) -> str:
    """The address of a page with a view, as seen from every other page."""
    return f"{page}?{urlencode(query, doseq=True)}"


@lru_cache(maxsize=1)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def draw(name: str, groups: Mapping[str, Sequence[Link]], key: str) -> None:
    """Draw links in groups by their title, which may be empty; `name` is what the whole list is called."""
    component = st.components.v2.component("avanzamento_links", html="<nav></nav>", js=_script(), isolate_styles=False)
    sent = [{"title": title, "links": [vars(link) for link in links]} for title, links in groups.items()]
    component(data=json.dumps({"name": name, "groups": sent}).encode(), key=f"links-{key}")
