"""Decisions and remarks, written down while a slide is shown."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from data_model import slides as store
from data_model.sittings import Listed
from data_model.vocabulary import MinuteKind
from shell import data, person, show, sittings
from shell.acts import attempt
from shell.here import Here, plain
from shell.tables.cells import moment

_KIND, _TEXT, _STRUCK = "minute-kind", "minute-text", "_minute_struck"


def folded(h: Here, one: Listed) -> None:
    """The same field on the page about the sitting, made when it is opened: most is written while slides are shown."""
    show.heading(h.w("sitting.minutes"))
    with st.expander(h.w("sitting.minute_write"), key="minute-write", on_change="rerun") as opened:
        if opened.open:
            _form(h, one, None)


def form(h: Here, one: Listed, slide: str) -> None:
    """A field for what is said now, with the slide that is shown."""
    show.heading(h.w("sitting.minutes"))
    _form(h, one, slide)


def _form(h: Here, one: Listed, slide: str | None) -> None:
    names = {kind: h.w(f"minute.{kind}") for kind in MinuteKind}
    with st.form("minute", border=False):
        st.radio(h.w("sitting.minute_kind"), list(MinuteKind), key=_KIND, horizontal=True, format_func=partial(_name, names))
        st.text_area(h.w("sitting.minute_text"), key=_TEXT, max_chars=store.LONGEST_TEXT, height=120)
        st.form_submit_button(
            h.w("sitting.minute_keep"), key="minute-keep", on_click=_write, args=(h.w.language, one.code, slide)
        )


def _name(names: Mapping[MinuteKind, str], kind: MinuteKind) -> str:
    return names[kind]


def _write(language: str, code: str, slide: str | None) -> None:
    kind, text = MinuteKind(st.session_state[_KIND]), str(st.session_state[_TEXT])

    def act() -> None:
        store.write_minute(data.store(), actor=person.actor(), sitting=code, kind=kind, text=text, slide=slide)
        st.session_state[_TEXT] = ""

    attempt(language, "sitting.minute_kept", act)


def listing(h: Here, one: Listed, acts: int) -> None:
    """What was written down, each entry with its time, its slide and a way to strike it out."""
    written = sittings.minutes(acts, one.id)
    edits = person.actor().edits(one.programme)
    for entry in reversed(written):
        with st.container(horizontal=True, vertical_alignment="center", key=f"minute-{entry.id}"):
            where = h.w("sitting.minute_slide", slide=entry.slide) if entry.slide else h.w("sitting.minute_no_slide")
            st.markdown(f"**{plain(h.w(f'minute.{entry.kind}'))}** · {plain(moment(h, entry.said_at))} · {plain(where)}")
            with st.container(key=f"minute-text-{entry.id}{show.spoken(h, one.language)}"):
                st.markdown("  \n".join(plain(line) for line in entry.text.split("\n")))
            if edits:
                st.button(
                    h.w("sitting.minute_strike"),
                    key=f"minute-strike-{entry.id}",
                    type="tertiary",
                    on_click=_strike,
                    args=(h.w.language, one.code, entry.id),
                )
    if edits and (struck := st.session_state.get(_STRUCK)) and struck[0] == one.code:
        st.button(
            h.w("sitting.minute_restore"), key="minute-restore", icon=":material/undo:", on_click=_restore,
            args=(h.w.language, *struck),
        )  # fmt: skip


def _strike(language: str, code: str, number: int) -> None:
    def act() -> None:
        store.delete_minute(data.store(), actor=person.actor(), sitting=code, minute_id=number)
        st.session_state[_STRUCK] = (code, number)

    attempt(language, "sitting.minute_struck", act)


def _restore(language: str, code: str, number: int) -> None:
    def act() -> None:
        store.delete_minute(data.store(), actor=person.actor(), sitting=code, minute_id=number, deleted=False)

    st.session_state.pop(_STRUCK, None)
    attempt(language, "sitting.minute_restored", act)
