"""The edge where an exception of a run becomes a sentence for the reader and a trace in the server's log."""

import logging

import streamlit as st

from data_model.store import StoreUnavailable
from shell.here import plain
from shell.view import DEFAULT_LANGUAGE
from texts import words

_LOG = logging.getLogger("avanzamento")


def tell(error: Exception) -> bool:
    """Log the error and show a plain sentence in its place; True keeps Streamlit from showing its own box."""
    _LOG.error("A run failed", exc_info=error)
    w = words(st.session_state.get("lang", DEFAULT_LANGUAGE))
    key = "store.unavailable" if isinstance(error, StoreUnavailable) else "error.unexpected"
    st.error(plain(w(key)), icon=":material/error:")
    return True
