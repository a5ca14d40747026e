"""The form that corrects one figure: which one, its value, and where the right one is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from data_model.correcting import CannotCorrect, Correction, correct_figure
from data_model.records import FigureRecord
from data_model.roles import NotAllowed
from data_model.vocabulary import Firmness, Unit
from importers.numbers import written_number
from importers.reading import BadValue, normalise
from metrics import frames
from shell import data, importing, person, show
from shell.here import Here, plain
from shell.tables import sources as sources_tables
from texts import LANGUAGES, Words, words

_CORRECTED = "_corrected"
NEW_SOURCE = ""
"""The option for a source that is not known yet."""


@dataclass(frozen=True)
class _Form:
    """What was filled in."""

    value: str
    firmness: str
    wording: str
    source: str
    source_title: str
    place: str
    reason: str


def form(h: Here) -> None:
    """Choose a figure of the programme, then say what is right and why."""
    if said := importing.state().pop(_CORRECTED, None):
        st.success(plain(str(said)), icon=":material/check:")
    figures = data.all_figures(h.version, h.view.programme)
    if figures.empty:
        show.empty(h, h.w("correction.none"))
        return
    row = _choose(h, figures)
    if row is None:
        return
    subjects = data.subjects(h.version, h.view.programme)
    labels = dict(zip(subjects["code"], subjects["label"], strict=True))
    chosen = figures[figures["id"] == row.id]
    show.table_in_place(h, "correction", sources_tables.figures(h, chosen, labels))
    filled = _fields(h, row)
    if filled is not None:
        _correct(h, row, filled)


def _choose(h: Here, figures: pd.DataFrame) -> Any | None:
    """One figure: first the measure, then the subject, then the date and source. Few options at a time."""
    known = sorted(set(figures["measure"]), key=h.measure)
    measure = st.selectbox(
        h.w("correction.measure"),
        known,
        key="correction-measure",
        format_func=h.measure,
        index=None,
        placeholder=h.w("correction.choose"),
    )
    if measure is None:
        return None
    of_measure = figures[figures["measure"] == measure]
    subjects = data.subjects(h.version, h.view.programme)
    labels = dict(zip(subjects["code"], subjects["label"], strict=True))
    names = {row.id: sources_tables.subject(h, row, labels) for row in frames.rows(of_measure)}
    subject = st.selectbox(
        h.w("correction.subject"),
        sorted(set(names.values())),
        key=f"correction-subject-{measure}",
        index=None,
        placeholder=h.w("correction.choose"),
    )
    rows = {row.id: row for row in frames.rows(of_measure) if names[row.id] == subject}
    if not rows:
        return None
    told = {number: _told(h, row) for number, row in rows.items()}
    number = st.selectbox(
        h.w("correction.figure"),
        list(rows),
        key=f"correction-figure-{measure}-{subject}",
        format_func=partial(_label, told),
    )
    return rows.get(number)


def _label(names: Mapping[int, str], number: int) -> str:
    return names.get(number, str(number))


def _told(h: Here, row: Any) -> str:
    """Value, date and source of a figure in one line."""
    return " · ".join((sources_tables.value(h, row), h.day(row.as_of, row.date_basis), h.source(row.source_id)))


def _fields(h: Here, row: Any) -> _Form | None:
    """The form itself; None until it is sent."""
    w = h.w
    sources = data.sources(h.version)
    options = [row.source_id, *(code for code in sorted(sources["id"]) if code != row.source_id), NEW_SOURCE]
    titles = {r.id: f"{r.id} · {r.title}" for r in frames.rows(sources)} | {NEW_SOURCE: w("correction.new_source")}
    firmness = {str(f): w(f"firmness.{f}.label") for f in Firmness}
    with st.form("correction", border=True):
        value = st.text_input(w("correction.value", unit=w(f"unit.{row.unit}")), help=w("correction.value_help"))
        sure = st.selectbox(w("table.firmness"), list(firmness), format_func=firmness.__getitem__)
        wording = st.text_input(w("table.wording"), help=w("correction.wording_help"))
        source = st.selectbox(w("table.source"), options, format_func=titles.__getitem__)
        title = st.text_input(w("correction.source_title"))
        place = st.text_input(w("table.place"), help=w("correction.place_help"))
        reason = st.text_area(w("correction.reason"), help=w("correction.reason_help"))
        sent = st.form_submit_button(w("correction.send"), type="primary")
    return _Form(value, str(sure), wording, str(source), title, place, reason) if sent else None


def _correct(h: Here, row: Any, filled: _Form) -> None:
    try:
        correction = _correction(row, filled)
        result = correct_figure(
            data.store(), actor=person.actor(), correction=correction, notes=partial(_notes, filled.reason)
        )
    except (BadValue, CannotCorrect, NotAllowed) as error:
        st.error(plain(h.w("correction.refused", reason=h.w(f"reason.{error.reason}"))), icon=":material/error:")
        return
    importing.state()[_CORRECTED] = h.w("correction.done", number=result.import_id)
    st.rerun()


def _correction(row: Any, filled: _Form) -> Correction:
    """What was filled in, with the value as an integer. Raises BadValue."""
    seen = row.amount_cents if row.unit == "EUR" else row.quantity_thousandths
    title = filled.source_title.strip()
    if filled.source == NEW_SOURCE and not title:
        raise BadValue("source", "", "missing")
    return Correction(
        figure_id=int(row.id),
        seen=None if pd.isna(seen) else int(seen),
        value=written_number(filled.value, 2 if row.unit == "EUR" else 3),
        firmness=Firmness(filled.firmness),
        wording=filled.wording,
        source_id=filled.source or normalise(title)[:60],
        place=filled.place,
        reason=filled.reason,
        source_title=title if filled.source == NEW_SOURCE else None,
    )


def _written(w: Words, old: FigureRecord) -> str:
    """The value of the old figure with its unit."""
    if old.unit is Unit.EUR:
        return w.money(old.amount_cents)
    if old.unit is Unit.PERCENT and old.quantity_thousandths is not None:
        return w.rate(old.quantity_thousandths / 100_000)
    return w.thousandths(old.quantity_thousandths)


def _notes(reason: str, old: FigureRecord) -> dict[str, str]:
    """The note of the corrected figure, per language: what it was, by which source, and why it was changed."""
    found = {}
    for language in LANGUAGES:
        w = words(language)
        value = _written(w, old)
        note = w(
            "correction.note",
            value=value,
            wording=old.wording,
            source=old.source_id,
            place=old.place,
            reason=" ".join(reason.split()),
        )
        found[language] = f"{note} {w('correction.note_before', note=old.note)}" if old.note else note
    return found
