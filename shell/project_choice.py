"""What is chosen of projects: level, filters, the project that is opened, the page.

It comes with the address and is kept from run to run, as long as programme and series stay.
"""

import streamlit as st

from shell.session import own
from shell.view import Query, View

_OPENED = "opened_view"


def remember(view: View) -> None:
    """Keep the view that came with the address."""
    own()[_OPENED] = view


def kept(view: View) -> View:
    """A view from the sidebar with what was chosen of projects. Another programme or series starts without; where another
    filter, date or order is chosen the ranking starts at its first page."""
    opened: View | None = own().get(_OPENED)
    if opened is None or (opened.programme, opened.series) != (view.programme, view.series):
        return view
    same = (opened.as_of, opened.axes, opened.sort) == (view.as_of, view.axes, view.sort)
    return view.having(
        level=opened.level,
        regions=opened.regions,
        calls=opened.calls,
        beneficiaries=opened.beneficiaries,
        project=opened.project,
        page=opened.page if same else 1,
    )


def go_to(query: Query) -> None:
    """Open a view as an address would: the next run reads it. To be called from a widget's callback."""
    st.query_params.from_dict(query)
