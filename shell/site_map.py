"""Which pages there are, in which section, and for whom."""

from copy import copy
from functools import lru_cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data_model.roles import Actor, Role
from data_model.store import ROOT
from shell.access import Mode, current
from texts import Words

SECTIONS = {
    "programme": ("start", "overview", "axes", "commitment_gaps", "calls", "activities"),
    "people": ("training", "participants"),
    "meeting": ("presentation",),
    "data": ("sources", "import_data", "audit"),
}
START = "start"
"""The page that the bare address shows."""

WRITES = ("import_data",)
"""Pages that are only for who may write."""

ADMINISTERS = ("audit",)
"""Pages that are only for administrators."""

NOT_PUBLIC = (*WRITES, *ADMINISTERS, "presentation")
"""Pages that a public app does not have: what they need to write is not even loaded there."""


def closed_to(who: Actor) -> tuple[str, ...]:
    """The pages that there are not for a person."""
    if current().mode is Mode.PUBLIC:
        return NOT_PUBLIC
    return (*(() if who.writes else WRITES), *(() if who.role is Role.ADMINISTRATOR else ADMINISTERS))


@lru_cache(maxsize=128)
def _made(name: str, title: str, address: str, default: bool) -> StreamlitPage:
    """A page as Streamlit knows it: making one looks for its file on the disk."""
    return st.Page(ROOT / "pages" / f"{name}.py", title=title, url_path=address, default=default)


def _page(name: str, title: str, address: str, *, default: bool = False) -> StreamlitPage:
    """A page for one run: Streamlit notes in it whether it has run."""
    return copy(_made(name, title, address, default))


def first(w: Words) -> StreamlitPage:
    """The page of the bare address. Streamlit serves its default page there alone; a second entry for it keeps /start an
    address of its own."""
    return _page(START, w(f"{START}.title"), "home", default=True)


def pages(w: Words, who: Actor) -> dict[str, list[StreamlitPage]]:
    """The pages that there are for a person, by section, titled in the language in use."""
    without = closed_to(who)
    found = {
        w(f"section.{section}"): [_page(name, w(f"{name}.title"), name) for name in names if name not in without]
        for section, names in SECTIONS.items()
    }
    return {section: entries for section, entries in found.items() if entries}
