"""What pages read or make is kept by store, data version and plain values.

Streamlit's own caches make a digest of each argument and copy what they give out; a page asks some three hundred times in a
run, which was a quarter of its time.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd

from data_model.store import default_url
from shell import taking

_P = ParamSpec("_P")
_R = TypeVar("_R")

_ALL: list[dict[Hashable, Any]] = []

MOST = 256
"""Results that are kept of one function, the latest ones."""


def kept(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """A function whose results are kept. Its arguments are plain values; what it gives out is only read: of a frame each
    asker has a copy of the columns' list, which costs nothing, so that a column that one adds is not seen by another."""
    if make.__module__ == "__main__":  # of a page's file, which is executed anew in each run: the imported one keeps
        return make
    found: dict[Hashable, _R] = {}
    _ALL.append(found)
    lock = RLock()

    @wraps(make)
    def ask(*values: _P.args, **named: _P.kwargs) -> _R:
        key = (default_url(), values, *named.items())
        try:
            value = found[key]
        except KeyError:
            with lock:  # of many who ask at once, as after an import, one makes it
                if key not in found:
                    made = make(*values, **named)
                    while len(found) >= MOST:
                        del found[next(iter(found))]
                    found[key] = made
                value = found[key]
        return cast("_R", _own(value))

    return ask


def kept_of_run(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a function of a run (shell.here.Here), which makes rows and texts of what it shows. Where a page is gone
    through for a piece it is made anew: the sources that it names are noted on the way."""
    keep = kept(make)

    @wraps(make)
    def ask(*values: _P.args, **named: _P.kwargs) -> _R:
        return (make if taking.now() is not None else keep)(*values, **named)

    return ask


_PIECES: dict[Hashable, Any] = {}
_ALL.append(_PIECES)
_PIECES_LOCK = RLock()

MOST_PIECES = 512
"""Pieces of pages that are kept, the latest ones."""


def piece(run: Hashable, name: str, make: Callable[[], _R]) -> _R:
    """A piece of a page by its name, made once for all runs (shell.here.Here) that show the same view of the same data."""
    if taking.now() is not None:
        return make()
    key = (default_url(), run, name)
    try:
        return cast("_R", _PIECES[key])
    except KeyError:
        made = make()
        with _PIECES_LOCK:
            while len(_PIECES) >= MOST_PIECES:
                del _PIECES[next(iter(_PIECES))]
            _PIECES[key] = made
        return made


def forget() -> None:
    """Keep nothing of what was kept so far."""
    for found in _ALL:
        found.clear()


def _own(value: Any) -> Any:
    return value.copy(deep=False) if isinstance(value, pd.DataFrame) else value
