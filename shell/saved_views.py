"""Views under a name: saved from any page, listed on the start page, renamed, deleted and brought back there."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from data_model import saved_views as store
from data_model.news import Received, new_since
from data_model.saved_views import Saved
from shell import data, person, show
from shell.acts import attempt
from shell.here import Here, plain
from shell.kept import kept
from shell.tables.cells import moment
from shell.view import Query

_DELETED = "_saved_deleted"
_OPEN, _NAME, _NEW_NAME, _CHOSEN = "save-view", "save-name", "saved-new-name", "saved-chosen"


def save_control(h: Here, page: str) -> None:
    """The button that saves this view, and its name."""
    with st.popover(h.w("saved.save"), key=_OPEN, on_change="rerun") as opened:
        if opened.open:
            given = (h.view.language, page, h.view.query())
            st.text_input(h.w("saved.name"), key=_NAME, max_chars=store.LONGEST_NAME, help=h.w("saved.name_help"))
            st.button(h.w("saved.keep"), key="save-keep", type="primary", on_click=_save, args=given)


def _save(language: str, page: str, query: Query) -> None:
    name = str(st.session_state.get(_NAME, ""))

    def act() -> None:
        store.save_view(data.store(), actor=person.actor(), owner=person.owner(), name=name, page=page, query=query)
        st.session_state[_NAME] = ""
        st.session_state[_OPEN] = False  # or it would cover what is said now

    attempt(language, "saved.kept", act, name=" ".join(name.split()))


def listing(h: Here, received: Sequence[Received]) -> None:
    """The saved views as links, each with when it was saved and whether newer data came since; what can be done to them."""
    show.heading(h.w("saved.title"))
    writes = person.actor().writes
    if writes:
        _undo(h)
    views = _views(h.acts, person.owner())
    if not views:
        show.empty(h, h.w("saved.none"))
        return
    show.muted(h.w("saved.whose_own" if person.owner() else "saved.whose_all"))
    for number, view in enumerate(views):
        _one(h, number, view, received)
    if writes:
        _manage(h, views)


@kept
def _views(acts: int, owner: str | None) -> Sequence[Saved]:
    """The views of an owner, read again after each act (see shell.sittings)."""
    with data.store().reading() as session:
        return store.saved_views(session, owner)


def _one(h: Here, number: int, view: Saved, received: Sequence[Received]) -> None:
    with st.container(horizontal=True, key=f"saved-{number}", vertical_alignment="center"):
        page = h.pages.get(view.page)
        if page is None:
            st.markdown(plain(h.w("saved.page_gone", name=view.name)), width="content")
            return
        query = dict(view.query) | {"lang": [h.view.language]}
        st.page_link(page, label=plain(view.name), query_params=query)
        st.markdown(plain(_said_of(h, view, page.title, received)), width="content")


def _said_of(h: Here, view: Saved, title: str, received: Sequence[Received]) -> str:
    """The page, when it was saved and by whom; and since when there are data that were not there then."""
    said = h.w("saved.entry", page=title, when=moment(h, view.saved_at), who=view.saved_by)
    newer = new_since(received, next(iter(view.query.get("programme", [])), ""), view.data_version)
    return f"{said} {h.w('saved.newer', when=moment(h, newer))}" if newer else said


def _manage(h: Here, views: Sequence[Saved]) -> None:
    names = {view.id: view.name for view in views}
    if st.session_state.get(_CHOSEN) not in names:
        st.session_state[_CHOSEN] = views[0].id
    with st.expander(h.w("saved.manage"), key="saved-manage"):
        chosen = st.selectbox(h.w("saved.which"), list(names), key=_CHOSEN, format_func=partial(_name_of, names))
        st.text_input(h.w("saved.new_name"), key=_NEW_NAME, max_chars=store.LONGEST_NAME)
        with st.container(horizontal=True):
            given = (h.view.language, chosen, names[chosen])
            st.button(h.w("saved.rename"), key="saved-rename", on_click=_rename, args=given)
            st.button(h.w("saved.delete"), key="saved-delete", on_click=_delete, args=given)


def _name_of(names: dict[int, str], number: int) -> str:
    return names.get(number, str(number))


def _rename(language: str, number: int, _old: str) -> None:
    name = str(st.session_state.get(_NEW_NAME, ""))

    def act() -> None:
        store.rename_view(data.store(), actor=person.actor(), owner=person.owner(), view_id=number, name=name)
        st.session_state[_NEW_NAME] = ""

    attempt(language, "saved.renamed", act, name=" ".join(name.split()))


def _delete(language: str, number: int, name: str) -> None:
    def act() -> None:
        store.delete_view(data.store(), actor=person.actor(), owner=person.owner(), view_id=number)
        st.session_state[_DELETED] = (number, name)

    attempt(language, "saved.deleted", act, name=name)


def _undo(h: Here) -> None:
    """The way back for the view that was deleted last in this session."""
    found = st.session_state.get(_DELETED)
    if found is not None:
        label = plain(h.w("saved.undo", name=found[1]))
        st.button(label, key="saved-undo", icon=":material/undo:", on_click=_restore, args=(h.view.language, *found))


def _restore(language: str, number: int, name: str) -> None:
    def act() -> None:
        store.restore_view(data.store(), actor=person.actor(), owner=person.owner(), view_id=number)

    st.session_state.pop(_DELETED, None)
    attempt(language, "saved.restored", act, name=name)
