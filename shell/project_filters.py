"""What can be filtered by and how much of it there is; and the filters that only series of projects have: region, call,
beneficiary. Of long lists the best matches are offered: the browser is never sent fifty thousand names."""

from functools import partial

import streamlit as st

from metrics.measures import BASES
from shell import data, project_choice, project_data
from shell.here import Here
from shell.session import own
from shell.view import View

OFFERED = 50
"""Entries of a list that are offered at once, besides those that are chosen."""

PAGE = "commitment_gaps"
"""The page that these filters change."""

FIELDS = {"region": "regions", "call": "calls", "beneficiary": "beneficiaries"}
"""The field of the view of each filter."""


def counts(h: Here) -> tuple[dict[str, int], dict[str, int]]:
    """Per axis and per category what is known under the other filters: projects, or figures and statements."""
    v = h.view
    if BASES[v.series].system is None:
        return data.filter_counts(h.version, v.programme, v.series, v.as_of, v.scope)
    others = project_data.selection(v.having(axes=()))
    return {code: count for code, _, count in project_data.matches(h.version, others, "axis", "", 1_000)}, {}


def push_labels(key: str, labels: tuple[str, ...]) -> None:
    """Give a list its value again when its labels change: the browser holds the old label, not the code."""
    state = st.session_state
    if own().get(f"labels {key}") != labels:
        own()[f"labels {key}"] = labels
        if key in state:
            state[key] = state[key]


def choose(h: Here) -> None:
    """The filters by region, call and beneficiary, on the page that they change."""
    if h.page != PAGE or BASES[h.view.series].system is None or h.view.project is not None:
        return
    for level in FIELDS:
        _choose(h, level)


def _choose(h: Here, level: str) -> None:
    """One filter: what matches the words searched for, and what is chosen already."""
    chosen: tuple[str, ...] = getattr(h.view, FIELDS[level])
    others = project_data.selection(h.view.having(**{FIELDS[level]: ()}))
    text = ""
    if len(project_data.matches(h.version, others, level, "", OFFERED + 1)) > OFFERED:
        text = st.text_input(h.w(f"filter.search_{level}"), key=f"search-{level}", help=h.w("filter.search_help"))
    matched = project_data.matches(h.version, others, level, text.strip(), OFFERED)
    offered = {code: _label(h, level, code, name, count) for code, name, count in matched}
    missing = tuple(code for code in chosen if code not in offered)
    offered |= _chosen_elsewhere(h, level, missing)
    st.session_state[level] = list(chosen)
    st.multiselect(
        h.w(f"filter.{level}"),
        list(offered),
        key=level,
        format_func=lambda code: offered.get(code, code),
        placeholder=h.w(f"filter.{level}_all"),
        help=h.w("filter.count_help"),
        on_change=partial(_open, h.view, level),
    )
    if text.strip() and not matched:
        st.markdown(h.w("control.no_results"))


def _open(view: View, level: str) -> None:
    project_choice.go_to(view.having(**{FIELDS[level]: tuple(st.session_state[level]), "page": 1}).query())


def _chosen_elsewhere(h: Here, level: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Labels of what is chosen and not among the matches: with how much there is of it under the other filters."""
    if not codes:
        return {}
    only = project_data.selection(h.view.having(**{FIELDS[level]: codes}))
    known = {code: (name, count) for code, name, count in project_data.matches(h.version, only, level, "", len(codes))}
    names = project_data.names(h.version, level, codes) if level != "region" else {}
    return {code: _label(h, level, code, *known.get(code, (names.get(code), 0))) for code in codes}


def _label(h: Here, level: str, code: str, name: str | None, count: int) -> str:
    """How an entry is written: its name, and how many projects it has."""
    return h.w("filter.counted", name=h.group_name(level, code, name), count=h.w.count(count))
