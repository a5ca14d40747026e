"""First-time help: three lines on each page, open on the first visit of a session and folded afterwards."""

import streamlit as st

from shell.here import Here, plain
from shell.session import own

LINES = ("what", "read", "act")
"""What is here, how it is read, what one can do."""

_SEEN = "help_seen"
_VISIT = "help_visit"


def first_time(h: Here, page: str) -> None:
    """The three lines on a page. They stay as they are while the page is open; coming back, they are folded."""
    seen: set[str] = own().setdefault(_SEEN, set())
    visited, first = own().get(_VISIT, ("", False))
    if visited != page:
        first = page not in seen
        seen.add(page)
        own()[_VISIT] = (page, first)
    with st.expander(h.w("help.open"), expanded=first):
        st.markdown("  \n".join(plain(h.in_series(f"help.{page}.{line}")) for line in LINES))
