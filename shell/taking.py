"""Taking a piece of a page down instead of drawing it: a slide shows what the page itself would show, from the same code.

`take` runs the page in a thread of its own. There Streamlit has no run to draw in, so its calls do nothing; what shell.show
is asked to draw is offered here first, and the page ends at the piece that is wanted. It works the same in the app, in a
test and in a command without a browser.
"""

import importlib
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

_THREADS = "taking"
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix=_THREADS)


class Taken(Exception):
    """Ends the page: the piece that is wanted was offered."""

    def __init__(self, piece: Any) -> None:
        super().__init__()
        self.piece = piece


class Taking:
    """One page being gone through for a piece."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.heading = ""
        """The last heading: what a table has as its title."""
        self.sources: dict[str, None] = {}
        """The sources that were named since the last piece."""
        self.lines: dict[str, tuple[str, ...]] = {}
        """The sources of each source line that was made."""


_now: ContextVar[Taking | None] = ContextVar("taking", default=None)


def now() -> Taking | None:
    """The page that is being gone through in this thread, if one is."""
    return _now.get()


def named(source_ids: Iterable[str], line: str = "") -> None:
    """Note that the page named some sources, in a source line or in a table."""
    if (taking := now()) is not None:
        found = dict.fromkeys(source_ids)
        taking.sources |= found
        taking.lines[line] = tuple(found)


def offered(name: str, piece: Any) -> None:
    """Take the piece if it is the one that is wanted. Raises Taken."""
    taking = now()
    if taking is not None:
        if name == taking.wanted:
            raise Taken(piece)
        taking.sources.clear()


def take(page: str, here: Any, wanted: str) -> Any:
    """The piece of a page under a name, as the page would draw it for `here`; None where the page does not have it."""
    return _pool.submit(_take, page, here, wanted).result()


def _take(page: str, here: Any, wanted: str) -> Any:
    token = _now.set(Taking(wanted))
    try:
        importlib.import_module(f"pages.{page}").render(here)
    except Taken as taken:
        return taken.piece
    finally:
        _now.reset(token)
    return None


class _NotOfTaking(logging.Filter):
    """Streamlit says of each call outside a run that there is none; here that is meant."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is not about a thread that takes pieces down."""
        return not (record.threadName or "").startswith(_THREADS)


for _name in ("streamlit.runtime.scriptrunner_utils.script_run_context", "streamlit.runtime.state.session_state_proxy"):
    logging.getLogger(_name).addFilter(_NotOfTaking())
