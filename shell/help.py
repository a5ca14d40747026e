"""First-time help: three lines on each page, open on the first visit of a session and folded afterwards."""

import streamlit as st

from shell.here import Here, plain

LINES = ("what", "read", "act")
"""What is here, how it is read, what one can do."""

_SEEN = "_help_seen"
_VISIT = "_help_visit"


def first_time(h: Here, page: str) -> None:
    """The three lines on a page. They stay as they are while the page is open; coming back, they are folded."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    visited, first = st.session_state.get(_VISIT, ("", False))
    if visited != page:
        first = page not in seen
        seen.add(page)
        st.session_state[_VISIT] = (page, first)
    with st.expander(h.w("help.open"), expanded=first):
        st.markdown("  \n".join(plain(h.in_series(f"help.{page}.{line}")) for line in LINES))
