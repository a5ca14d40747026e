"""What is filtered on a slide for the moment: it stands in the address, and never in the slide that is kept."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from data_model.slides import Kept
from shell import frame
from shell.here import Here
from shell.slides import LIVE, Shown
from shell.view import TAKEN, Query


def changed(query: Query, kept: Kept) -> Query:
    """What an address changes of a slide: only what may be, and only where it is another choice than the slide's own."""
    asked = {key: [code for code in query[key] if code] for key in LIVE if key in query}
    return {key: codes for key, codes in asked.items() if codes != list(kept.view.query.get(key, []))}


def controls(shown: Shown, now: Query) -> None:
    """The choices in a menu, made when it is opened, and the way back where something was chosen."""
    h, code = shown.here, shown.kept.code
    with st.popover(h.w("presenting.filter"), key=f"live-open-{code}", on_change="rerun") as opened:
        if opened.open:
            _choices(h, code, TAKEN.get(shown.kept.view.page, ()))
    if now:
        st.button(h.w("presenting.unfilter"), key=f"live-reset-{code}", on_click=_write, args=(dict.fromkeys(LIVE, ()),))


def _choices(h: Here, code: str, takes: Sequence[str]) -> None:
    with st.container(key=f"live-{code}"):
        if "axis" in takes:
            _several(h, code, "axis", h.choices.axes, {c: h.axis_name(c) for c in h.choices.axes}, h.view.axes)
        if "category" in takes:
            names = {c: h.category_name(c) for c in h.choices.categories}
            _several(h, code, "category", h.choices.categories, names, h.view.categories)
        _day(h, code)


def _several(
    h: Here, code: str, key: str, known: tuple[str, ...], names: Mapping[str, str], chosen: tuple[str, ...]
) -> None:
    if not known:
        return
    widget = f"live-{key}-{code}-{h.w.language}"
    st.session_state[widget] = list(chosen)
    st.multiselect(
        h.w(f"filter.{key}"),
        known,
        key=widget,
        format_func=partial(_name, dict(names)),
        placeholder=h.w(f"filter.{key}_all"),
        on_change=_taken,
        args=(key, widget),
    )


def _name(names: dict[str, str], code: Any) -> str:
    return names.get(code, str(code))


def _day(h: Here, code: str) -> None:
    widget = f"live-as_of-{code}-{h.w.language}"
    days = sorted({*h.choices.dates, h.choices.default_date, h.view.as_of}, reverse=True)
    st.session_state[widget] = h.view.as_of
    st.selectbox(h.w("filter.as_of"), days, key=widget, format_func=h.w.day, on_change=_taken, args=("as_of", widget))


def _taken(key: str, widget: str) -> None:
    value = st.session_state[widget]
    _write({key: (tuple(value) or ("",)) if isinstance(value, list) else (value.isoformat(),)})


def _write(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Put a choice into the address; none takes its key away. All of something is an empty code."""
    query = frame.address() | {key: list(codes) for key, codes in chosen.items()}
    st.query_params.from_dict({key: codes for key, codes in query.items() if codes})


def said(h: Here, now: Query) -> str:
    """What is filtered for the moment, in a line."""
    return h.w("presenting.filtered", names=h.w.joined([h.w(f"query.{key}") for key in now])) if now else ""
