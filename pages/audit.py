"""The audit trail: who did what and when, who took data away, what was refused; whether it is as it was written."""

import streamlit as st

from data_model import audit
from data_model.audit import Verdict
from data_model.store import default_url
from shell import data, help, kept, show, trail
from shell.here import Here, draw, plain
from shell.tables import audit as tables

PAGE = 50


def render(h: Here) -> None:
    """The page from top to bottom."""
    show.title(h.w("audit.heading"), h.w("audit.help"))
    help.first_time(h, "audit")
    _verified(h, trail.verdict(default_url()))
    show.heading(h.w("audit.list_title"))
    with data.store().reading() as session:
        pages = -(-audit.entries_count(session) // PAGE)
        number = 1
        if pages > 1:
            number = int(st.number_input(h.w("provenance.page", pages=h.w.count(pages)), 1, pages, key="audit-page"))
        listed = audit.entries_page(session, offset=(number - 1) * PAGE, limit=PAGE)
    if not listed:
        show.empty(h, h.w("audit.list_empty"))
        return
    newest = listed[0].id  # entries are only appended
    show.show_table(h, "audit", kept.piece(h, f"entries from {newest}", lambda: tables.entries(h, listed)))


def _verified(h: Here, verdict: Verdict) -> None:
    """The result of the verification, in words."""
    entries = h.w.count(verdict.entries)
    if verdict.unbroken:
        st.success(plain(h.w("audit.unbroken", entries=entries)), icon=":material/check:")
    else:
        found = [h.w(f"audit.problem_{code}", number=number) for code, number in verdict.problems]
        st.error(plain(" ".join((h.w("audit.broken", entries=entries), *found[:PAGE]))), icon=":material/error:")
    show.muted(h.w("audit.last_hash", hash=verdict.last_hash))


if __name__ == "__main__":
    draw("audit")
