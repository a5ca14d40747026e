"""Who acts in this session."""

import time

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data_model.audit import local_user
from data_model.roles import Actor, Role, keyboard
from shell.access import Mode, current

NOBODY = Actor("", Role.READER)


def person() -> Actor | None:
    """The person of this session as they are now; None where they are not let in."""
    access = current()
    if access.mode is Mode.LOCAL:
        return keyboard(local_user())
    if access.mode is Mode.PUBLIC:
        return NOBODY
    if get_script_run_ctx(suppress_warning=True) is None:
        return None  # no session: the health route, or a file that is made for one in another thread
    return access.admitted(st.user.to_dict(), time.time())


def actor() -> Actor:
    """Who acts: also whoever is not let in, who may do nothing."""
    return person() or NOBODY


def owner() -> str | None:
    """Whose views are seen: those of the person signed in, or everybody's where nobody signs in."""
    return None if current().mode in (Mode.LOCAL, Mode.PUBLIC) else actor().name
