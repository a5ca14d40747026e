"""The slides of a sitting in a list: their order, their words, which are left out; deleted ones come back. What can be done
is offered of one slide, which is chosen: five buttons for each of them were most of what the page cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from data_model import slides as store
from data_model.sittings import LONGEST_NAME, Listed
from data_model.slides import Kept, Said
from shell import data, person, show, sittings, slides
from shell import kept as keeping
from shell.acts import attempt
from shell.here import Here, plain
from shell.show import Table
from shell.slides import Shown
from shell.tables import sittings as tables

_DELETED = "_slide_deleted"
_CHOSEN = "chosen-slide"
_FIELDS = ("title", "section", "note", "text")


def listing(h: Here, one: Listed, kept: Sequence[Kept]) -> None:
    """A table with one row per slide, as it is in the language of the page; one of them is chosen to be worked on."""
    show.heading(h.w("sitting.slides"))
    edits = person.actor().edits(one.programme)
    if edits:
        _undo(h, one)
    if not kept:
        show.empty(h, h.w("sitting.no_slides"))
        return
    listed = _listed(h.acts, h, one)
    show.show_table(h, "slides", listed.table)
    shown, numbers = listed.shown, listed.numbers
    chosen = _choice(h, listed)
    with st.container(horizontal=True, key="slide-acts", vertical_alignment="center"):
        _present(h, one, numbers[chosen.kept.code])
        if edits:
            _acts(h, one, chosen, first=chosen is shown[0], last=chosen is shown[-1])


@dataclass(frozen=True)
class _Slides:
    """The slides of a sitting as they are listed; number and name by the code of each."""

    shown: Sequence[Shown]
    numbers: Mapping[str, int | None]
    names: Mapping[str, str]
    table: Table


@keeping.kept
def _listed(acts: int, h: Here, one: Listed) -> _Slides:
    """Made again after an act (see shell.sittings)."""
    all_of_them = sittings.slides(acts, one.id)
    shown = slides.of_sitting(one, all_of_them, h.view.language)
    numbers = tables.numbers(all_of_them)
    names = {each.kept.code: _called(h, each, place, numbers) for place, each in enumerate(shown, start=1)}
    return _Slides(shown, numbers, names, tables.slides(h, one, shown, numbers))


def _choice(h: Here, listed: _Slides) -> Shown:
    """The slide that is chosen; the first one where none is, or where it is gone."""
    names = listed.names
    code = st.session_state.get(_CHOSEN)
    st.session_state[_CHOSEN] = code if code in names else listed.shown[0].kept.code
    code = st.selectbox(h.w("sitting.slide_which"), list(names), key=_CHOSEN, format_func=partial(_name, names))
    return next(each for each in listed.shown if each.kept.code == code)


def _called(h: Here, shown: Shown, place: int, numbers: Mapping[str, int | None]) -> str:
    """The number of a slide and its title. Of hidden ones the row: the browser gives back the text, so no two are alike."""
    number = numbers[shown.kept.code]
    mark = h.w("sitting.slide_hidden_row", place=place) if number is None else str(number)
    return f"{mark} · {shown.title}"


def _name(names: Mapping[str, str], code: str) -> str:
    return names.get(code, code)


def _present(h: Here, one: Listed, number: int | None) -> None:
    if number is not None:
        place = {"lang": [h.view.language], "sitting": [one.code], "present": ["1"], "slide": [str(number)]}
        st.page_link(h.pages["presentation"], label=plain(h.w("sitting.present_from")), query_params=place)


def _acts(h: Here, one: Listed, shown: Shown, *, first: bool, last: bool) -> None:
    kept = shown.kept
    _button(h, one, kept, "up", lambda: _move(one, kept, -1), disabled=first)
    _button(h, one, kept, "down", lambda: _move(one, kept, 1), disabled=last)
    _button(h, one, kept, "show" if kept.hidden else "hide", lambda: _hide(one, kept))
    _button(h, one, kept, "delete", lambda: _delete(one, kept, shown.title))
    with st.popover(h.w("sitting.slide_edit"), key=f"slide-edit-{kept.code}", on_change="rerun") as opened:
        if opened.open:
            _edit(h, one, shown)


def _button(h: Here, one: Listed, kept: Kept, name: str, act: Callable[[], None], *, disabled: bool = False) -> None:
    st.button(
        h.w(f"sitting.slide_{name}"),
        key=f"slide-{name}-{kept.code}",
        disabled=disabled,
        on_click=attempt,
        args=(h.view.language, f"sitting.slide_{name}_done", act),
    )


def _move(one: Listed, kept: Kept, by: int) -> None:
    store.move_slide(data.store(), actor=person.actor(), sitting=one.code, slide=kept.code, by=by)


def _hide(one: Listed, kept: Kept) -> None:
    store.hide_slide(data.store(), actor=person.actor(), sitting=one.code, slide=kept.code, hidden=not kept.hidden)


def _delete(one: Listed, kept: Kept, title: str) -> None:
    store.delete_slide(data.store(), actor=person.actor(), sitting=one.code, slide=kept.code)
    st.session_state[_DELETED] = (one.code, kept.code, title)


def _undo(h: Here, one: Listed) -> None:
    """The way back for the slide that was deleted last in this session."""
    found = st.session_state.get(_DELETED)
    if found is None or found[0] != one.code:
        return
    sitting, slide, title = found

    def restore() -> None:
        st.session_state.pop(_DELETED, None)
        store.restore_slide(data.store(), actor=person.actor(), sitting=sitting, slide=slide)

    st.button(
        plain(h.w("sitting.slide_undo", title=title)),
        key="slide-undo",
        icon=":material/undo:",
        on_click=attempt,
        args=(h.view.language, "sitting.slide_restored", restore),
    )


def _edit(h: Here, one: Listed, shown: Shown) -> None:
    """The words of a slide. An empty title is the finding, which stands as what it would be."""
    kept = shown.kept
    finding = shown.piece.finding if shown.piece else ""
    with st.form(f"slide-form-{kept.code}", border=False):
        st.text_input(
            h.w("sitting.slide_title"),
            value=kept.said.title,
            placeholder=finding,
            max_chars=store.LONGEST_TITLE,
            key=f"slide-title-{kept.code}",
            help=h.w("sitting.slide_title_help"),
        )
        st.text_input(
            h.w("sitting.slide_section"), value=kept.said.section, max_chars=LONGEST_NAME, key=f"slide-section-{kept.code}"
        )
        for name, value in (("note", kept.said.note), ("text", kept.said.text)):
            label = h.w(f"sitting.slide_{name}")
            st.text_area(label, value=value, max_chars=store.LONGEST_TEXT, key=f"slide-{name}-{kept.code}")
        st.form_submit_button(
            h.w("sitting.slide_keep"),
            key=f"slide-keep-{kept.code}",
            on_click=attempt,
            args=(h.view.language, "sitting.slide_kept", lambda: _change(one, kept)),
        )


def _change(one: Listed, kept: Kept) -> None:
    said = Said(**{name: str(st.session_state[f"slide-{name}-{kept.code}"]) for name in _FIELDS})
    store.change_slide(data.store(), actor=person.actor(), sitting=one.code, slide=kept.code, said=said)
