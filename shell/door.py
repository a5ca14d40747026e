"""What is seen by whoever is not let in: where to sign in, or that they are not on the list. No data, no menu."""

import streamlit as st

from shell import document
from shell.access import Mode, current
from shell.here import plain
from texts import Words


def draw(w: Words) -> None:
    """The page in the place of all pages."""
    # Pages that are not named here do not exist for this person: Streamlit would look for files by itself.
    page = st.navigation([st.Page(_nothing, title=w("door.title"), default=True)], position="hidden")
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
