"""A click on a chart: it opens the view that the clicked row stands for, in one step of the history."""

from collections.abc import Callable

import streamlit as st

from charts.picking import PICKED
from shell import project_choice
from shell.view import View

Pick = Callable[[str], View]
"""The view that a click on a row of this code opens."""

_BEFORE = "_picked_before"


def note(key: str) -> None:
    """Remember what a chart has as picked while it is drawn: the next click is told from it."""
    st.session_state.setdefault(_BEFORE, {})[key] = _picked(key)


def follow(key: str, pick: Pick) -> None:
    """Open the view of the row that was clicked; to be called when the selection of a chart changes.

    What a chart has as picked may be older than the filters, since those change elsewhere too: only the one row by which
    it differs from before was clicked.
    """
    clicked = _picked(key) ^ st.session_state.get(_BEFORE, {}).get(key, frozenset())
    if len(clicked) == 1:
        project_choice.go_to(pick(next(iter(clicked))).query())


def _picked(key: str) -> frozenset[str]:
    state = st.session_state.get(key)
    found = state["selection"].get(PICKED, []) if state else []
    return frozenset(str(row["code"]) for row in found if "code" in row)
