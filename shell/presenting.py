"""A sitting on the screen: one slide in the whole window, or the speaker's window with the notes. The address is the place:
`present=1&sitting=CODE&slide=n`, and what is filtered for the moment."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from data_model.sittings import Listed
from data_model.slides import Kept
from shell import arrow, data, frame, live, minutes, person, show, sittings, slides
from shell.acts import tell
from shell.here import Here, plain
from shell.session import own
from shell.slides import Shown
from shell.stage import fitted, look
from shell.view import Query
from texts import LANGUAGES, Words, words

KEYS = ("sitting", "present", "slide", "notes")
"""Query keys of the presentation besides those of a view, as long as it goes on."""

_TABLE = "table"
"""Query key of the slide on the stage: 1 shows its numbers instead of its chart. It falls away with the next slide."""

_ANSWERED = "slides asked for"
"""How often the browser has asked for a slide: what is sent changes with each answer, else one that tells it to be where it
is already would not be seen there."""

_COMPONENT = "presenting"
_FOLDER = Path(__file__).resolve().parent
_ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="taking-ahead")

_STATUS = '<p class="stage-status" role="status"></p>'
_CLOCK = f'<p class="stage-clock"></p>{_STATUS}'
_WORDS = ("black", "lost", "since")


def run() -> None:
    """Draw the slide, or the speaker's window, that the address asks for."""
    st.html(f"<style>{_file('presenting.css')}</style>")
    if not _for_speaker(frame.address()):
        st.html(f"<style>{_file('stage.css')}</style>")
    _screen()


def _for_speaker(query: Query) -> bool:
    return query.get("notes") == ["1"]


@st.fragment
def _screen() -> None:
    """What changes from slide to slide: a key runs this alone, and not the frame of the app around it."""
    query = frame.address()
    if query.get("present") != ["1"] or person.person() is None:
        st.rerun()  # who left, or is not let in any more, gets the whole page
    acts = data.store().state().acts
    one = _sitting(acts, query)
    if one is None:
        _nothing(query)
        return
    kept = [slide for slide in sittings.slides(acts, one.id) if not slide.hidden]
    language = _language(query, one)
    number = _number(query, len(kept))
    changed = live.changed(query, kept[number - 1]) if number else {}
    if not kept:
        _nothing(query, one)
        return
    shown = slides.shown(data.frozen_version(one.snapshot_id), kept[number - 1], language, changed)
    if _for_speaker(query):
        _notes(one, kept, number, shown, acts)
    else:
        _stage(one, kept, number, shown, changed, as_table=query.get(_TABLE) == ["1"])
    _prepare(one, kept, number, language)


def _sitting(acts: int, query: Query) -> Listed | None:
    """The sitting of the address, or the latest."""
    code = query.get("sitting", [""])[0]
    return next((one for one in sittings.listed(acts) if one.code == code or not code), None)


def _language(query: Query, one: Listed) -> str:
    asked_for = query.get("lang", [one.language])[0]
    return asked_for if asked_for in LANGUAGES else one.language


def _number(query: Query, count: int) -> int:
    """The slide of the address, from 1, within those that there are."""
    text = query.get("slide", ["1"])[0]
    return min(max(int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1, 1), count)


def _nothing(query: Query, one: Listed | None = None) -> None:
    """No such sitting, or one without slides: say so and show the way back."""
    language = query.get("lang", [one.language if one else LANGUAGES[0]])[0]
    w = words(language if language in LANGUAGES else LANGUAGES[0])
    with st.container(key="stage"):
        st.title(plain(w("presenting.nothing")), anchor=False)
        _leave_button(w, one.code if one else "")


# --- the slide --------------------------------------------------------------------------------------------------


def _stage(one: Listed, kept: Sequence[Kept], number: int, shown: Shown, changed: Query, *, as_table: bool) -> None:
    h = shown.here
    with st.container(key="stage"):
        # First, where no slide moves it: an element that moves is made anew, and a key pressed meanwhile would be lost.
        _component(h.w, one, len(kept), number, role="stage", html=_STATUS)
        if shown.kept.said.section:
            with _quoted(h, one.language, "stage-section"):
                st.markdown(f":primary[{plain(shown.kept.said.section)}]")
        with _quoted(h, one.language if shown.kept.said.title else h.w.language, "stage-title"):
            st.title(plain(shown.title), anchor=False)
        if shown.piece and shown.piece.subtitle:
            st.markdown(plain(shown.piece.subtitle))
        with st.container(key="stage-body"):
            _body(h, one, shown, as_table=as_table)
        lines = (live.said(h, changed), *slides.foot(shown), _frozen(h, one))
        st.markdown("  \n".join(plain(line) for line in lines if line))
        with st.container(key="stage-bar", horizontal=True, vertical_alignment="center"):
            _bar(h.w, one, len(kept), number)
            live.controls(shown, changed)
            _turn_button(shown, as_table=as_table)
            _leave_button(h.w, one.code)


def _quoted(h: Here, language: str, key: str) -> AbstractContextManager[object]:
    """Where words in another language than the page's stand. Others need no container: every one costs the reader time."""
    spoken = show.spoken(h, language)
    return st.container(key=f"{key}{spoken}") if spoken else nullcontext()


def _frozen(h: Here, one: Listed) -> str:
    """Which date, which meeting, and since when its data are frozen."""
    as_of, day = h.w.day(h.view.as_of), h.w.day(one.frozen_at.date())
    return h.w("presenting.frozen", as_of=as_of, day=day, version=one.data_version, name=one.name)


def _body(h: Here, one: Listed, shown: Shown, *, as_table: bool) -> None:
    piece = shown.piece
    if shown.kept.said.text:
        with st.container(key=f"stage-text{show.spoken(h, one.language)}"):
            st.markdown("  \n".join(plain(line) for line in shown.kept.said.text.split("\n")))
    if piece is None:
        show.empty(h, h.w("presenting.piece_gone"))
        return
    if piece.build is None or piece.rows is None or (as_table and piece.table):
        if piece.table:
            show.table_in_place(h, f"slide-{shown.kept.code}", piece.table)
        return
    st.vega_lite_chart(
        arrow.of(piece.rows),
        fitted(show.specification(piece.build, look(h.w.language, piece.rows, dark=_dark()), piece.words), piece.rows),
        theme=None,
        width="content",
        alt=f"{shown.title}. {piece.subtitle}",
        key="slide-chart",
    )


def _bar(w: Words, one: Listed, count: int, number: int) -> None:
    """Back, where we are, forward: for whoever uses a mouse or a screen reader."""
    st.button(
        w("presenting.back"),
        key="stage-back",
        disabled=number <= 1,
        on_click=_go,
        args=(number - 1,),
        icon=":material/arrow_back:",
    )
    st.markdown(plain(w("presenting.counter", number=number, count=count)), width="content")
    st.button(
        w("presenting.forward"),
        key="stage-forward",
        disabled=number >= count,
        on_click=_go,
        args=(number + 1,),
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def _turn_button(shown: Shown, *, as_table: bool) -> None:
    """From a chart to its numbers and back."""
    piece = shown.piece
    if piece and piece.build and piece.table:
        label = shown.here.w("presenting.as_chart" if as_table else "presenting.as_table")
        st.button(label, key="stage-table", on_click=_turn, args=("" if as_table else "1",))


def _turn(value: str) -> None:
    query = {key: codes for key, codes in frame.address().items() if key != _TABLE}
    st.query_params.from_dict(query | ({_TABLE: [value]} if value else {}))


def _dark() -> bool:
    return st.context.theme.type == "dark"


def _leave_button(w: Words, code: str) -> None:
    st.button(w("presenting.leave"), key="stage-leave", type="tertiary", on_click=_leave, args=(code, w.language))


def _component(w: Words, one: Listed, count: int, number: int, *, role: str, html: str) -> None:
    """What listens to the keys. Its callbacks write the address, which the next run reads."""
    component = st.components.v2.component(
        f"avanzamento_{_COMPONENT}_{role}", html=html, js=_file("presenting.js"), isolate_styles=False
    )
    place = {"sitting": one.code, "number": number, "count": count, "role": role, "answered": own().get(_ANSWERED, 0)}
    sent = place | {"words": {name: w(f"presenting.{name}") for name in _WORDS}}
    component(
        data=json.dumps(sent).encode(),  # in bytes: see document.py
        key=_COMPONENT,
        width="content",
        on_go_change=_gone,
        on_leave_change=lambda: _leave(one.code, w.language),
    )


def _gone() -> None:
    own()[_ANSWERED] = own().get(_ANSWERED, 0) + 1
    wanted: Any = st.session_state[_COMPONENT].get("go")
    if isinstance(wanted, int | float):
        _go(int(wanted))


def _go(number: int) -> None:
    """Another slide: what was filtered for the moment falls away. A slide asked for twice is not another one, and yet its
    address is sent: the browser may have been told of another one since it asked."""
    query = frame.address()
    if query.get("slide") != [str(number)]:
        query = {key: query[key] for key in (*KEYS, "lang") if key in query} | {"slide": [str(number)]}
    st.query_params.from_dict(query)


def _leave(code: str, language: str) -> None:
    st.query_params.from_dict({"sitting": code, "lang": language} if code else {"lang": language})


# --- the speaker's window ---------------------------------------------------------------------------------------


def _notes(one: Listed, kept: Sequence[Kept], number: int, shown: Shown, acts: int) -> None:
    h = shown.here
    with st.container(key="notes-window"):
        with st.container(horizontal=True, vertical_alignment="center"):
            _bar(h.w, one, len(kept), number)
            _component(h.w, one, len(kept), number, role="notes", html=_CLOCK)
        st.title(plain(shown.title), anchor=False)
        with st.container(key=f"speaker-section{show.spoken(h, one.language)}"):
            show.muted(shown.kept.said.section or one.name)
        with st.container(key=f"speaker-note{show.spoken(h, one.language)}"):
            note = shown.kept.said.note or h.w("presenting.no_note")
            st.markdown("  \n".join(plain(line) for line in note.split("\n")))
        _next(h, one, kept, number)
        tell()
        if person.actor().edits(one.programme):
            minutes.form(h, one, shown.kept.code)
        minutes.listing(h, one, acts)


def _next(h: Here, one: Listed, kept: Sequence[Kept], number: int) -> None:
    """The slide that comes: its title and its chart in small."""
    show.heading(h.w("presenting.next"))
    if number >= len(kept):
        show.muted(h.w("presenting.last"))
        return
    after = slides.shown(data.frozen_version(one.snapshot_id), kept[number], h.w.language)
    show.heading(after.title, level=3)
    piece = after.piece
    if piece and piece.build and piece.rows is not None:
        spec = show.specification(piece.build, h.look, piece.words)
        alt = f"{after.title}. {piece.subtitle}"
        st.vega_lite_chart(piece.rows, dict(spec), theme=None, width="stretch", alt=alt, key=f"next-chart-{after.kept.code}")


def _prepare(one: Listed, kept: Sequence[Kept], number: int, language: str) -> None:
    """Have the neighbours of a slide ready before somebody asks for them."""
    for place in (number, number - 2, number + 1):  # the next, the one before, the one after the next
        if 0 <= place < len(kept):
            view = kept[place].view
            version = data.frozen_version(one.snapshot_id)
            _ahead.submit(_ready, version, view.page, slides.codes(view.query), language, view.piece, dark=_dark())


@lru_cache(maxsize=1024)  # what was made ready once is kept where it is shown from
def _ready(version: int, page: str, query: slides.Codes, language: str, name: str, *, dark: bool) -> None:
    piece = slides.piece(version, page, query, language, name)
    if piece and piece.rows is not None:
        slides.specification(piece, look(language, piece.rows, dark=dark))


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
