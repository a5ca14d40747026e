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

_RARELY = (10_000, 10, 10)
"""A run makes some thousands of objects and keeps a part of them until the next. With its own 700 Python went through those
of 175 people once a second, which took a seventh of the time (docs/DECISIONS.md)."""


def settle() -> None:
    """What start-up made need not be looked at again, and the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_RARELY)


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
