"""How the process runs: on one processor core, and how often Python looks for what is no longer used.

Python runs one of its threads at a time. To hand over to a thread on another core made a run up to half as long again
(docs/DECISIONS.md); AVANZAMENTO_ONE_CORE=0 leaves the process all of them.
"""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

NAME = "avanzamento-core"
"""What a process of the app holds for its core; where sockets have names without a file, they last as long as it does."""

_RARELY = 1_000
"""Searches among what is young after which Python looks through everything. With its own 10 it went through the sessions of
175 people once a second, which took a tenth of the time and held up everybody (docs/DECISIONS.md)."""


def settle() -> None:
    """What start-up made need not be looked at again, and the rest as a whole but rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _RARELY)


@contextmanager
def one_core() -> Iterator[None]:
    """This thread, and those that it starts from now on, on a core that no other process of the app on this machine has.
    They stay on all of them where each core has its process, where only one may be used anyway, and on systems that know
    no such thing."""
    if sys.platform != "linux" or os.environ.get("AVANZAMENTO_ONE_CORE", "1") == "0":
        yield
        return
    every = os.sched_getaffinity(0)
    taken = _taken(every) if len(every) > 1 else None
    if taken is None:
        yield
        return
    core, holder = taken
    with holder, _moved({core}):
        yield


def _taken(cores: set[int]) -> tuple[int, socket.socket] | None:
    """One of some cores, and the name that is held for it: nobody listens there, and it is free as soon as the process
    ends, however it ends. The first core comes last: it often has more to do for the system."""
    for core in sorted(cores, reverse=True):
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind(f"\0{NAME}-{core}")
        except OSError:  # another process has it
            holder.close()
        else:
            return core, holder
    return None


@contextmanager
def _moved(cores: set[int]) -> Iterator[None]:
    """This thread on some cores, as far as the system lets it."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, cores)
    except PermissionError:  # a service that may not: it stays where it is
        yield
        return
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
