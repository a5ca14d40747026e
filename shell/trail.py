"""Whether the audit trail is as it was written: gone through once a minute at most. Not in the file of its page, which is
executed in each run."""

import streamlit as st

from data_model import audit
from data_model.audit import Verdict
from shell import data

_FRESH = 60
"""Seconds for which the result of going through the trail is shown again."""


@st.cache_data(show_spinner=False, ttl=_FRESH, max_entries=4)
def verdict(url: str) -> Verdict:
    """What going through the trail of the store at an address came to."""
    with data.store().reading() as session:
        return audit.verify(session)
