"""Sources that disagree, side by side with the difference."""

from collections.abc import Sequence

import streamlit as st

from metrics.disagreements import Disagreement, Voice
from shell import show
from shell.here import Here, plain
from shell.show import Table


def section(h: Here, found: Sequence[Disagreement]) -> None:
    """All disagreements, each under its own heading."""
    show.heading(h.w("compared.title"))
    if not found:
        show.muted(h.w("compared.none"))
    for number, item in enumerate(found):
        _one(h, f"compared-{number}", item)


def on_subjects(h: Here, codes: set[str]) -> None:
    """The disagreements on some calls, agreements, activities or courses."""
    found = [d for d in h.compared() if d.subject_code in codes]
    if found:
        section(h, found)


def on_axes(h: Here) -> None:
    """The disagreements on the axes in view at the dates that are shown: sources measure them differently."""
    axes = h.view.axes
    found = [d for d in h.compared() if d.subject_kind == "axis" and (not axes or d.subject_code in axes)]
    if found:
        section(h, found)


def on_measure(h: Here, family: str) -> None:
    """The disagreements on one family of measures."""
    found = [d for d in h.compared() if d.family == family]
    if found:
        section(h, found)


def _one(h: Here, name: str, item: Disagreement) -> None:
    show.anchored(_title(h, item), item.anchor)
    show.show_table(h, name, lambda: _table(h, item))
    if notes := dict.fromkeys(voice.note for voice in item.voices if voice.note):
        st.markdown("\n".join(f"- {plain(h.say(note))}" for note in notes))


def _title(h: Here, item: Disagreement) -> str:
    subject = _subject(h, item)
    if item.as_of is None:
        return h.w("compared.item", family=h.w(f"family.{item.family}"), subject=subject, difference=_difference(h, item))
    return h.w(
        "compared.item_dated",
        family=h.w(f"family.{item.family}"),
        subject=subject,
        day=h.w.day(item.as_of),
        difference=_difference(h, item),
    )


def _subject(h: Here, item: Disagreement) -> str:
    if item.subject_kind == "programme":
        return h.programme_name(h.view.programme)
    if item.subject_kind == "axis":
        return h.axis_short(item.subject_code)
    if item.subject_kind == "category":
        return h.category_name(item.subject_code)
    return h.call_short(item.subject_kind, item.subject_code)


def _difference(h: Here, item: Disagreement) -> str:
    return _number(h, item.difference, item.voices[0].unit)


def _number(h: Here, value: int, unit: str) -> str:
    return h.w.money(value) if unit == "EUR" else h.w.thousandths(value)


def _table(h: Here, item: Disagreement) -> Table:
    rows = [_row(h, voice, item) for voice in item.voices]
    heads = [
        h.w(f"table.{k}") for k in ("source", "measure", "value", "from_highest", "wording", "firmness", "day", "place")
    ]
    return Table(
        {head: [row[n] for row in rows] for n, head in enumerate(heads)}, numbers=(3, 4), quoted=(5,), sentences=(8,)
    )


def _row(h: Here, voice: Voice, item: Disagreement) -> tuple[str, ...]:
    highest = item.voices[0].value
    measure = h.measure(voice.measure)
    if voice.parts > 1:
        measure = h.w("compared.sum_here", measure=measure, parts=voice.parts)
    if voice.missing:
        measure = h.w("compared.without", measure=measure, codes=h.w.joined(list(voice.missing)))
    return (
        h.source(voice.source_id),
        measure,
        h.w.firm(_number(h, voice.value, voice.unit), str(voice.firmness)),
        _number(h, voice.value - highest, voice.unit),
        voice.wording,
        h.w(f"firmness.{voice.firmness}.label"),
        h.day(voice.as_of, voice.date_basis),
        h.say(voice.place),
    )
