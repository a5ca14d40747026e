"""Below each chart and table of a page: it becomes a slide of a sitting, with the view as it is now."""

from functools import partial

import streamlit as st

from data_model import sittings as of_sittings
from data_model import slides as store
from data_model.slides import Said, View
from shell import data, person
from shell.acts import attempt, tell_again
from shell.here import Here, plain
from shell.session import own
from shell.view import Query

_LAST = "_sitting_last"
"""The sitting that a slide was added to last in this session: proposed first for the next."""
_CLICKED = "add clicked"
"""The piece of which the last click wanted to make a slide."""


def control(h: Here, name: str, finding: str) -> None:
    """A small menu; what is in it is read only when it is opened."""
    with st.popover(
        h.w("sitting.add"), type="tertiary", icon=":material/add_to_queue:", key=f"add-{name}", on_change="rerun"
    ) as opened:
        if opened.open:
            choose(h, name, finding)


def choose(h: Here, name: str, finding: str) -> None:
    """Which sitting, under which title, and the button that adds the slide."""
    with data.store().reading() as session:
        names = {one.code: one.name for one in of_sittings.sittings(session) if one.programme == h.view.programme}
    if not names:
        st.markdown(plain(h.w("sitting.add_none")))
        if "presentation" in h.pages:
            h.link("presentation", h.w("presentation.title"), h.view)
        return
    last = st.session_state.get(_LAST)
    ordered = sorted(names, key=lambda code: code != last)
    st.selectbox(h.w("sitting.which"), ordered, key=f"add-sitting-{name}", format_func=partial(_name, names))
    st.text_input(
        h.w("sitting.slide_title"),
        key=f"add-title-{name}",
        max_chars=store.LONGEST_TITLE,
        placeholder=finding,
        help=h.w("sitting.slide_title_help"),
    )
    given = (h.view.language, name, h.page, h.view.query(), names)
    st.button(h.w("sitting.add_keep"), key=f"add-keep-{name}", type="primary", on_click=_add, args=given)
    if own().get(_CLICKED) == name:
        del own()[_CLICKED]
        tell_again()  # above the page it is out of sight from here


def _name(names: dict[str, str], code: str) -> str:
    return names.get(code, code)


def _add(language: str, name: str, page: str, query: Query, names: dict[str, str]) -> None:
    code = str(st.session_state[f"add-sitting-{name}"])
    title = str(st.session_state[f"add-title-{name}"])
    own()[_CLICKED] = name

    def act() -> None:
        view = View(page, query, name)
        store.add_slide(data.store(), actor=person.actor(), sitting=code, view=view, said=Said(title))
        st.session_state[_LAST] = code
        st.session_state[f"add-title-{name}"] = ""

    attempt(language, "sitting.slide_added", act, sitting=_name(names, code))
