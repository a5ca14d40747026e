"""What a person does on a page that writes: done in a callback, told once in the next run."""

from collections.abc import Callable

import streamlit as st

from data_model.reasons import CannotDo
from data_model.roles import NotAllowed
from data_model.store import StoreUnavailable
from shell import errors
from shell.here import plain
from shell.session import own
from texts import words

_TOLD = "_told"
_LATEST = "told"


def attempt(language: str, done: str, act: Callable[[], object], **values: object) -> None:
    """Do something and keep the text that the next run tells: `done`, or that part's `cannot_…` of why it cannot be done."""
    w = words(language)
    part = done.partition(".")[0]
    try:
        act()
    except NotAllowed as error:
        st.session_state[_TOLD] = (False, w("door.refused", reason=w(f"reason.{error.reason}")))
    except CannotDo as error:
        st.session_state[_TOLD] = (False, w(f"{part}.cannot_{error.reason}"))
    except StoreUnavailable as error:
        errors.log(error)
        st.session_state[_TOLD] = (False, w(errors.key_of(error)))
    else:
        st.session_state[_TOLD] = (True, w(done, **values))


def tell() -> None:
    """What the last act did, once."""
    own()[_LATEST] = found = st.session_state.pop(_TOLD, None)
    if found is not None:
        _say(*found)


def tell_again() -> None:
    """What was told in this run already, where the act was clicked."""
    if (found := own().get(_LATEST)) is not None:
        _say(*found)


def _say(done: bool, sentence: str) -> None:
    if done:
        st.success(plain(sentence), icon=":material/check:")
    else:
        st.warning(plain(sentence), icon=":material/warning:")
