"""The sittings: one opened with its slides and minutes, frozen on its data; made, copied, refreshed, compared."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from data_model.news import new_since
from data_model.sittings import Listed
from data_model.slides import Kept
from shell import data, frame, help, minutes, person, show, sittings, slide_list
from shell import sitting_forms as forms
from shell.here import Here, draw, plain
from shell.tables import sittings as tables
from shell.tables.cells import moment
from texts import LANGUAGES

_CHOSEN = "sitting-chosen"


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("presentation.heading"), h.w("presentation.help"))
    help.first_time(h, "presentation")
    listed = sittings.listed(h.acts)
    writes = person.actor().edits(h.view.programme)
    if writes:
        forms.undo(h)
    if not listed:
        show.empty(h, h.w("presentation.none"))
        if writes:
            forms.new(h)
        return
    asked = frame.address().get("sitting", [""])[0]
    one = next((each for each in listed if each.code == asked), listed[0])
    if len(listed) > 1:
        _choice(h, listed, one)
    kept = sittings.slides(h.acts, one.id)
    _opened(h, one, kept)
    slide_list.listing(h, one, kept)
    if person.actor().edits(one.programme):
        minutes.folded(h, one)
    minutes.listing(h, one, h.acts)
    if len(listed) > 1:
        _every(h, listed)
    if writes:
        forms.new(h)


def _choice(h: Here, listed: Sequence[Listed], one: Listed) -> None:
    names = dict(forms.names(listed))
    st.session_state[_CHOSEN] = one.code
    st.selectbox(h.w("sitting.which"), list(names), key=_CHOSEN, format_func=partial(_name, names), on_change=_chosen)


def _every(h: Here, listed: Sequence[Listed]) -> None:
    """All sittings, folded: which of them is open is chosen above."""
    with st.expander(h.w("presentation.all", count=h.w.count(len(listed))), key="sittings-all", on_change="rerun") as opened:
        if not opened.open:
            return
        for language in LANGUAGES:  # a table says of a column, not of a row, which language it is in
            if len(table := tables.sittings(h, listed, language)):
                show.show_table(h, f"sittings-{language}", table)


def _name(names: dict[str, str], code: str) -> str:
    return names.get(code, code)


def _chosen() -> None:
    forms.open_sitting(str(st.session_state[_CHOSEN]))


def _opened(h: Here, one: Listed, kept: Sequence[Kept]) -> None:
    """What the sitting is, on which data, and what can be done to it as a whole."""
    marked = show.spoken(h, one.language)
    with st.container(key=f"sitting-name{marked}") if marked else nullcontext():
        show.heading(one.name)
    shown = [slide for slide in kept if not slide.hidden]
    show.findings(h, [_on_data(h, one, len(shown)), _newer(h, one)])
    place = {"lang": h.view.language, "sitting": one.code, "present": "1"}
    with st.container(horizontal=True, key="sitting-acts", vertical_alignment="center"):
        if shown:
            st.page_link(h.pages["presentation"], label=plain(h.w("sitting.present")), query_params=place)
            st.link_button(h.w("sitting.speaker"), f"?{urlencode({**place, 'notes': '1'})}", icon=":material/open_in_new:")
    show.muted(h.w("sitting.keys"))
    forms.downloads(h, one)
    edits = person.actor().edits(one.programme)
    if edits:
        forms.refresh(h, one, kept)
    forms.compare(h, one, kept)
    if edits:
        forms.copy(h, one)
        forms.change(h, one)


def _on_data(h: Here, one: Listed, slides: int) -> str:
    where = h.w("sitting.where", day=h.w.day(one.day), place=one.place) if one.place else h.w.day(one.day)
    return h.w(
        "sitting.finding", where=where, slides=h.w.count(slides), when=moment(h, one.frozen_at), version=one.data_version
    )


def _newer(h: Here, one: Listed) -> str:
    """Whether data came in that the sitting does not have."""
    newer = new_since(data.received(h.version), one.programme, one.data_version)
    return h.w("sitting.newer", when=moment(h, newer)) if newer else ""


if __name__ == "__main__":
    draw("presentation")
