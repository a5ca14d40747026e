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

MOST = 256
"""Results that are kept of one function, the latest ones."""

MANY = 1024
"""The same where one run may ask for hundreds."""

MOST_PIECES = 512
"""Pieces of pages that are kept, the latest ones."""


class _Shelf:
    """Results by what they were made for: the latest ones, and of live data only those of the last two versions. Somebody's
    run may still be on the one before the last; nobody asks for older ones again."""

    def __init__(self, most: int) -> None:
        self.found: dict[Hashable, Any] = {}
        self.lock = RLock()
        self._most = most
        self._versions: dict[Hashable, tuple[str, int]] = {}
        self._newest: dict[str, int] = {}

    def keep(self, key: Hashable, url: str, version: int, made: Any) -> None:
        """Put a result under a key; who calls holds the lock."""
        if version > self._newest.get(url, 0):
            self._newest[url] = version
            for other, (of_url, of_version) in list(self._versions.items()):
                if of_url == url and 0 <= of_version < version - 1:
                    self._drop(other)
        while len(self.found) >= self._most:
            self._drop(next(iter(self.found)))
        self._versions[key] = (url, version)
        self.found[key] = made

    def _drop(self, key: Hashable) -> None:
        del self.found[key], self._versions[key]

    def clear(self) -> None:
        """Keep nothing of what was kept so far."""
        with self.lock:
            self.found.clear()
            self._versions.clear()
            self._newest.clear()


_ALL: list[_Shelf] = []


def kept(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """A function whose results are kept. Its arguments are plain values, the first a data version or a run that has one;
    what it gives out is only read: of a frame each asker has a copy of the columns' list, which costs nothing, so that a
    column that one adds is not seen by another."""
    return _keeping(make, MOST)


def many_kept(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for what a single run may ask for by the hundred: the slides of a sitting."""
    return _keeping(make, MANY)


def _keeping(make: Callable[_P, _R], most: int) -> Callable[_P, _R]:
    if make.__module__ == "__main__":  # of a page's file, which is executed anew in each run: the imported one keeps
        return make
    shelf = _Shelf(most)
    _ALL.append(shelf)
    found = shelf.found

    @wraps(make)
    def ask(*values: _P.args, **named: _P.kwargs) -> _R:
        url = default_url()
        key = (url, values, *named.items())
        try:
            value = found[key]
        except KeyError:
            with shelf.lock:  # of many who ask at once, as after an import, one makes it
                if key not in found:
                    shelf.keep(key, url, _version(values[0] if values else 0), make(*values, **named))
                value = found[key]
        return cast("_R", _own(value))

    return ask


def _version(first: Any) -> int:
    """The data version that a result is made for; what depends on none counts as frozen."""
    return first if isinstance(first, int) else int(getattr(first, "version", -1))


_PIECES = _Shelf(MOST_PIECES)
_ALL.append(_PIECES)


def piece(run: Hashable, name: str, make: Callable[[], _R]) -> _R:
    """A piece of a page by its name, made once for all runs (shell.here.Here) that show the same view of the same data; of
    a frame each asker has a copy as above. Where a page is gone through for a piece it is made anew: the sources that it
    names are noted on the way."""
    if taking.now() is not None:
        return make()
    url = default_url()
    key = (url, run, name)
    try:
        return cast("_R", _own(_PIECES.found[key]))
    except KeyError:
        made = make()
        with _PIECES.lock:
            _PIECES.keep(key, url, _version(run), made)
        return cast("_R", _own(made))


def forget() -> None:
    """Keep nothing of what was kept so far."""
    for shelf in _ALL:
        shelf.clear()


def _own(value: Any) -> Any:
    return value.copy(deep=False) if isinstance(value, pd.DataFrame) else value
