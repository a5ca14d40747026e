"""What is done to a whole sitting: made, described, copied for the next meeting, put on newer data, compared, taken away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Literal

import streamlit as st

from data_model import sittings as store
from data_model import snapshots
from data_model.sittings import LONGEST_CODE, LONGEST_NAME, CannotChange, Described, Listed
from data_model.slides import Kept
from exports.sitting import FORMATS, Format, file_name
from importers.numbers import written_date
from importers.reading import BadValue
from shell import data, decks, frame, person, show, sittings, slides, taken
from shell.acts import attempt
from shell.here import Here, plain
from shell.show import Table
from shell.slides import Shown
from shell.tables.cells import columns
from texts import LANGUAGES

Purpose = Literal["new", "change", "copy"]
_LANGUAGE_NAMES = {"it": "Italiano", "en": "English"}
_DELETED = "_sitting_deleted"
MOST_CHANGES = 200
"""More cells that move are counted only."""


def open_sitting(code: str) -> None:
    """Open another sitting on this page. To be called from a callback."""
    st.query_params.from_dict(frame.address() | {"sitting": [code]})


# --- forms ------------------------------------------------------------------------------------------------------


def new(h: Here) -> None:
    """A new sitting of the programme in view, on the data of now."""
    with st.expander(h.w("sitting.new"), key="sitting-new", on_change="rerun") as opened:
        if opened.open:
            show.muted(h.w("sitting.new_help", programme=h.programme_name(h.view.programme)))
            _form(h, "new", None)


def change(h: Here, one: Listed) -> None:
    """Name, day, place and language; the way out of the list."""
    with st.expander(h.w("sitting.change"), key="sitting-change", on_change="rerun") as opened:
        if opened.open:
            _form(h, "change", one)
            act = partial(_delete, one.code)
            given = (h.view.language, "sitting.deleted", act)
            st.button(h.w("sitting.delete"), key="sitting-delete", on_click=attempt, args=given)


def copy(h: Here, one: Listed) -> None:
    """The next meeting: the same slides on the data of now."""
    with st.expander(h.w("sitting.copy"), key="sitting-copy", on_change="rerun") as opened:
        if opened.open:
            show.muted(h.w("sitting.copy_help"))
            _form(h, "copy", one)


def _form(h: Here, purpose: Purpose, one: Listed | None) -> None:
    kept, stem = (one if purpose == "change" else None), _stem(purpose, one)
    with st.form(f"sitting-{purpose}-form", border=False):
        st.text_input(h.w("sitting.name"), kept.name if kept else "", LONGEST_NAME, key=f"{stem}-name")
        if kept is None:
            st.text_input(h.w("sitting.code"), "", LONGEST_CODE, key=f"{stem}-code", help=h.w("sitting.code_help"))
        day = h.w.day(kept.day) if kept else ""
        st.text_input(h.w("sitting.day"), day, 10, key=f"{stem}-day", placeholder=h.w("sitting.day_example"))
        st.text_input(h.w("sitting.place"), kept.place if kept else "", LONGEST_NAME, key=f"{stem}-place")
        language = LANGUAGES.index(one.language if one else h.view.language)
        st.radio(
            h.w("filter.language"),
            LANGUAGES,
            language,
            _LANGUAGE_NAMES.__getitem__,
            horizontal=True,
            key=f"{stem}-language",
        )
        if purpose == "copy":
            st.checkbox(h.w("sitting.copy_latest"), key="copy-latest", help=h.w("sitting.copy_latest_help"))
        act = partial(_act, purpose, one, one.programme if one else h.view.programme)
        st.form_submit_button(
            h.w(f"sitting.{purpose}_keep"),
            key=f"{stem}-keep",
            type="primary",
            on_click=attempt,
            args=(h.view.language, f"sitting.{purpose}_done", act),
        )


def _stem(purpose: Purpose, one: Listed | None) -> str:
    """What the keys of a form begin with: that of one sitting must not show the words of another."""
    return f"change-{one.code}" if purpose == "change" and one else purpose


def _act(purpose: Purpose, one: Listed | None, programme: str) -> None:
    described = _described(purpose, one, programme)
    actor, live = person.actor(), data.store()
    if purpose != "change" and programme not in data.programmes(live.data_version()):
        raise CannotChange("no_such_programme")
    if purpose == "new" or one is None:
        store.create_sitting(live, actor=actor, described=described)
    elif purpose == "change":
        store.change_sitting(live, actor=actor, code=one.code, described=described)
    else:
        latest = bool(st.session_state["copy-latest"])
        store.duplicate_sitting(live, actor=actor, code=one.code, described=described, latest=latest)
    for name in ("name", "code", "day", "place") if purpose != "change" else ():
        st.session_state[f"{purpose}-{name}"] = ""
    open_sitting(described.code)


def _described(purpose: Purpose, one: Listed | None, programme: str) -> Described:
    """What the form says. Raises CannotChange."""
    said = {
        name: str(st.session_state.get(f"{_stem(purpose, one)}-{name}", ""))
        for name in ("name", "code", "day", "place", "language")
    }
    try:
        day = written_date(said["day"])
    except BadValue:
        day = None
    if day is None:
        raise CannotChange("no_day")
    code = one.code if purpose == "change" and one else said["code"].strip() or store.proposed_code(said["name"], day)
    return Described(code, said["name"], day, said["place"], programme, said["language"])


def _delete(code: str) -> None:
    number = store.delete_sitting(data.store(), actor=person.actor(), code=code)
    st.session_state[_DELETED] = number
    st.query_params.from_dict({key: values for key, values in frame.address().items() if key != "sitting"})


def undo(h: Here) -> None:
    """The way back for the sitting that was deleted last in this session."""
    if (number := st.session_state.get(_DELETED)) is not None:
        given = (h.view.language, "sitting.restored", partial(_restore, int(number)))
        st.button(h.w("sitting.undo"), key="sitting-undo", icon=":material/undo:", on_click=attempt, args=given)


def _restore(number: int) -> None:
    st.session_state.pop(_DELETED, None)
    store.restore_sitting(data.store(), actor=person.actor(), sitting_id=number)


# --- newer data, and the sitting before -------------------------------------------------------------------------


def refresh(h: Here, one: Listed, kept: Sequence[Kept]) -> None:
    """What would move on the data of now, and the act that moves it."""
    with st.expander(h.w("sitting.refresh"), key="sitting-refresh", on_change="rerun") as opened:
        if not opened.open:
            return
        if one.programme not in data.programmes(h.version):
            show.empty(h, h.w("sitting.cannot_no_such_programme"))
            return
        before = slides.of_sitting(one, kept, h.view.language)
        after = {slide.code: slides.shown(h.version, slide, h.view.language) for slide in kept}
        _changes(h, "refresh", [(shown, after[shown.kept.code]) for shown in before], "sitting.refresh_same")
        show.muted(h.w("sitting.refresh_help", version=one.data_version, now=h.version))
        given = (h.view.language, "sitting.refresh_done", partial(_refresh, one))
        st.button(h.w("sitting.refresh_keep"), key="refresh-keep", type="primary", on_click=attempt, args=given)


def _refresh(one: Listed) -> None:
    live = data.store()
    if one.programme not in data.programmes(live.data_version()):
        raise CannotChange("no_such_programme")
    with live.reading() as session:
        frozen = snapshots.freeze(session, one.programme)
    store.refresh_sitting(live, actor=person.actor(), code=one.code, frozen=frozen)


def compare(h: Here, one: Listed, kept: Sequence[Kept]) -> None:
    """The slides that the sitting has in common with the one it was made from, cell by cell."""
    found = sittings.before(h.acts, one)
    if found is None:
        return
    before, old = found[0], {slide.code: slide for slide in found[1]}
    with st.expander(h.w("sitting.compare", name=before.name), key="sitting-compare", on_change="rerun") as opened:
        if opened.open:
            both = [slide for slide in kept if slide.code in old]
            now = slides.of_sitting(one, both, h.view.language)
            then = slides.of_sitting(before, [old[slide.code] for slide in both], h.view.language)
            _changes(h, "compare", list(zip(then, now, strict=True)), "sitting.compare_same")


def _changes(h: Here, name: str, pairs: Iterable[tuple[Shown, Shown]], nothing: str) -> None:
    """The cells that are not the same, old beside new."""
    rows = [
        (after.title, cell.row, cell.column, cell.before or h.w.missing, cell.after or h.w.missing)
        for before, after in pairs
        for cell in slides.changes(before.piece, after.piece)
    ]
    if not rows:
        show.empty(h, h.w(nothing))
        return
    heads = [h.w(f"sitting.csv_{head}") for head in ("title", "row", "column")] + [
        h.w("sitting.old"),
        h.w("sitting.new_value"),
    ]
    st.markdown(plain(h.w("sitting.moves", cells=h.w.count(len(rows)))))
    table = Table(columns(rows[:MOST_CHANGES], heads), numbers=(4, 5), sentences=(2, 3), folded=False)
    show.table_in_place(h, f"moves-{name}", table)


# --- to take away -----------------------------------------------------------------------------------------------


def downloads(h: Here, one: Listed) -> None:
    """A button per form of file, folded as those of every page. Bytes are made on the click."""
    with st.expander(h.w("sitting.files"), key="sitting-take", on_change="rerun") as opened:
        if opened.open:
            _buttons(h, one)


def _buttons(h: Here, one: Listed) -> None:
    with st.container(horizontal=True, key="sitting-files"):
        for form in FORMATS.values():
            st.download_button(
                plain(h.w(f"sitting.file_{form.name.replace('-', '_')}")),
                data=taken.logged(h.version, "sitting", form.name, {"sitting": [one.code]}, None, maker(one.code, form)),
                file_name=file_name(one.code, one.day, h.w.language, form),
                mime=form.mime,
                on_click="ignore",
                key=f"sitting-file-{form.name}",
                icon=":material/download:",
            )


def maker(code: str, form: Format) -> Callable[[], bytes]:
    """What makes the bytes of a file when its button is clicked: it runs outside the script."""

    def make() -> bytes:
        stream = BytesIO()
        form.write(decks.deck_of(code), stream)
        return stream.getvalue()

    return make


def names(listed: Sequence[Listed]) -> Mapping[str, str]:
    """The name per code."""
    return {one.code: one.name for one in listed}
