"""What the app notes in a session besides the values of choices: under one key, because Streamlit goes through all keys of
a session for each choice that it draws."""

from typing import Any

import streamlit as st

_OWN = "_own"


def own() -> dict[str, Any]:
    """The notes of this session, by name."""
    found: dict[str, Any] = st.session_state.setdefault(_OWN, {})
    return found
