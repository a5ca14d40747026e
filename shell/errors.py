"""The edge where an exception of a run becomes a sentence for the reader and a trace in the server's log."""

import logging

import streamlit as st

from data_model.store import StoreBusy, StoreFull, StoreUnavailable
from shell.here import plain
from shell.view import DEFAULT_LANGUAGE
from texts import words

_LOG = logging.getLogger("avanzamento")


def tell(error: Exception) -> bool:
    """Log the error and show a plain sentence in its place; True keeps Streamlit from showing its own box."""
    log(error)
    w = words(st.session_state.get("lang", DEFAULT_LANGUAGE))
    st.error(plain(w(key_of(error))), icon=":material/error:")
    return True


def log(error: Exception) -> None:
    """Leave the trace where the people who run the server find it."""
    _LOG.error("A run failed", exc_info=error)


def key_of(error: Exception) -> str:
    """The text that says an error."""
    kinds = ((StoreFull, "store.full"), (StoreBusy, "store.busy"), (StoreUnavailable, "store.unavailable"))
    return next((key for kind, key in kinds if isinstance(error, kind)), "error.unexpected")
