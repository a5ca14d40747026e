"""What is seen by whoever is not let in: where to sign in, or that they are not on the list. No data, no menu."""

from collections.abc import Iterable
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from shell import document
from shell.access import Mode, current
from shell.here import plain
from texts import Words


def closed(w: Words, names: Iterable[str]) -> list[StreamlitPage]:
    """Pages that only say that they are not for this person: at an address that it does not know, Streamlit would lay a
    window of its own in English over everything."""
    said = plain(w("door.closed"))
    return [st.Page(partial(_closed, said), title=w("door.title"), url_path=name) for name in names]


def _closed(said: str) -> None:
    st.warning(said, icon=":material/lock:")


def draw(w: Words, names: Iterable[str]) -> None:
    """The page in the place of all pages, of which these are the names."""
    everywhere = [st.Page(_nothing, title=w("door.title"), url_path=name) for name in names]
    first = st.Page(_nothing, title=w("door.title"), url_path="home", default=True)
    page = st.navigation([first, *everywhere], position="hidden")
    st.set_page_config(page_title=w("app.page_title", page=page.title))
    document.prepare(w.language)
    signed_in = st.user.get("is_logged_in") is True
    st.title(w("door.title"), anchor=False)
    if current().mode is not Mode.OIDC:
        st.error(plain(w("door.not_on_the_list")), icon=":material/block:")
        return
    if signed_in:
        st.error(plain(w("door.not_on_the_list")), icon=":material/block:")
        st.button(w("door.sign_out"), on_click=st.logout, key="sign-out")
        return
    st.markdown(plain(w("door.sign_in_help")))
    st.button(w("door.sign_in"), on_click=st.login, key="sign-in", type="primary")


def _nothing() -> None:
    """Nothing to run: what there is to see is drawn already."""
