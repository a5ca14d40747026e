"""How the process runs: on one processor core, and how often Python looks for what is no longer used.

Python runs one of its threads at a time. To hand over to a thread on another core made a run up to half as long again
(docs/DECISIONS.md); AVANZAMENTO_ONE_CORE=0 leaves the process all of them.
"""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

NAME = "avanzamento-core"
"""What a process of the app holds for its core; where sockets have names without a file, they last as long as it does."""

_RARELY = 1_000
"""Searches among what is young after which Python looks through everything. With its own 10 it went through the sessions of
175 people once a second, which took a tenth of the time and held up everybody (docs/DECISIONS.md)."""


def settle() -> None:
    """What start-up made need not be looked at again, and the rest as a whole but rarely."""
    gc.unfreeze()  # what app.py imported, of which some is no longer used
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _RARELY)


@contextmanager
def one_core() -> Iterator[None]:
    """This thread, and those that it starts from now on, on a core that no other process of the app on this machine has.
    They stay on all of them where each core has its process, where only one may be used anyway, and on systems that know
    no such thing or do not let them."""
    if sys.platform != "linux" or os.environ.get("AVANZAMENTO_ONE_CORE", "1") == "0":
        yield
        return
    every = os.sched_getaffinity(0)
    cores, name = _of_its_own(every)
    with name:
        with suppress(OSError):  # a service that may not: it is slower, and that is all
            os.sched_setaffinity(0, cores)
        try:
            yield
        finally:
            with suppress(OSError):  # as above
                os.sched_setaffinity(0, every)


def _of_its_own(cores: set[int]) -> tuple[set[int], ExitStack]:
    """One of several cores and the name that is held for it, or all of them and none. Nobody listens at the name, and it
    is free as soon as the process ends, however it ends."""
    for core in sorted(cores, reverse=True) if len(cores) > 1 else ():  # the first one often has more to do for the system
        with ExitStack() as held, suppress(OSError):  # another process has the name, or there are none for this one
            held.enter_context(socket.socket(socket.AF_UNIX)).bind(f"\0{NAME}-{core}")
            return {core}, held.pop_all()
    return cores, ExitStack()
