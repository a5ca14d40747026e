"""How the process runs: on a core of its own, with a heap that is looked through rarely."""

import gc
import os
import socket
import subprocess
import sys
import threading
import uuid
import weakref

import pytest

from shell import process
from tests.journeys.servers import ROOT, environment

on_several_cores = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="there is no core to be chosen"
)

WAITING = """
import os, sys
from shell import process
process.NAME = sys.argv[1]
with process.one_core():
    print(*os.sched_getaffinity(0), flush=True)
    sys.stdin.read()
"""

STARTED = """
import asyncio, gc, os, sys, threading
import app
from shell import process
process.NAME = sys.argv[1]

def seen(found):
    found.append(os.sched_getaffinity(0))

async def start():
    async with app.lifespan(None):
        found = []
        thread = threading.Thread(target=seen, args=(found,))
        thread.start()
        thread.join()
        print(len(found[0]), len(os.sched_getaffinity(0)))

asyncio.run(start())
print(len(os.sched_getaffinity(0)) > 1)
os._exit(0)
"""

OPENED = """
import asyncio, gc, os, sys
import app

async def start():
    async with app.lifespan(None):
        print(gc.isenabled(), gc.get_freeze_count() > 100_000, "alembic" in sys.modules)

asyncio.run(start())
os._exit(0)
"""


@pytest.fixture
def name(monkeypatch) -> str:
    """A name of this test's own: other tests have servers running."""
    found = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(process, "NAME", found)
    monkeypatch.delenv("AVANZAMENTO_ONE_CORE", raising=False)
    return found


def on() -> set[int]:
    return os.sched_getaffinity(0)


@on_several_cores
def test_a_process_and_the_threads_it_starts_stay_on_one_core_until_it_is_done(name):
    before, found = on(), []
    with process.one_core():
        thread = threading.Thread(target=lambda: found.append(on()))
        thread.start()
        thread.join()
        assert found == [on()]
        assert len(on()) == 1
        assert on() < before
    assert on() == before


@on_several_cores
def test_the_app_does_from_its_start_to_its_end(name, tmp_path):
    env = environment(DATABASE_URL=f"sqlite:///{tmp_path / 'store.sqlite'}", AVANZAMENTO_SAMPLE="0")
    printed = subprocess.run(
        [sys.executable, "-c", STARTED, name], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert printed.stdout.split() == ["1", "1", "True"], printed.stderr


@on_several_cores
def test_each_process_has_another_core_until_it_ends(name):
    def start():
        command = [sys.executable, "-c", WAITING, name]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    cores = len(on())
    running = [start() for _ in range(cores)]
    found = {int(each.stdout.readline()) for each in running}
    assert found == on()
    with start() as late:
        assert len(late.stdout.readline().split()) == cores  # none is left
        late.communicate("")
    running[0].kill()
    running[0].wait()
    with start() as next_one:
        assert len(next_one.stdout.readline().split()) == 1
        next_one.communicate("")
    for each in running:
        each.communicate("" if each.poll() is None else None)


@on_several_cores
def test_where_every_core_has_its_process_it_stays_on_all(name):
    before = on()
    holders = [socket.socket(socket.AF_UNIX) for _ in before]
    for holder, core in zip(holders, before, strict=True):
        holder.bind(f"\0{name}-{core}")
    try:
        with process.one_core():
            assert on() == before
    finally:
        for holder in holders:
            holder.close()


@on_several_cores
def test_it_can_be_told_not_to(name, monkeypatch):
    monkeypatch.setenv("AVANZAMENTO_ONE_CORE", "0")
    before = on()
    with process.one_core():
        assert on() == before


@on_several_cores
@pytest.mark.parametrize("what", [(os, "sched_setaffinity"), (socket, "socket")], ids=["cores", "sockets"])
def test_a_service_that_is_not_let_goes_on(what, name, monkeypatch):
    def refused(*_arguments):
        raise PermissionError

    before = on()
    with monkeypatch.context() as patched:
        patched.setattr(*what, refused)
        with process.one_core():
            assert on() == before


@on_several_cores
def test_an_error_of_the_app_is_not_kept_back(name):
    with pytest.raises(OSError, match="of the app"), process.one_core():
        raise OSError("of the app")


def test_what_start_up_made_is_not_looked_at_again():
    before, kept = gc.get_threshold(), gc.get_freeze_count()
    try:
        process.settle()
        assert gc.get_freeze_count() > kept
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] > before[2]
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


class Cycle:
    """What only a search for garbage finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_no_longer_used_when_start_up_is_over_goes_though_it_was_frozen():
    before = gc.get_threshold()
    unused = Cycle()
    seen = weakref.ref(unused)
    gc.freeze()
    del unused
    try:
        process.settle()
        assert seen() is None
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_a_start_looks_for_no_garbage_and_loads_no_migrations(sample_url):
    env = environment(DATABASE_URL=sample_url)
    ran = subprocess.run([sys.executable, "-c", OPENED], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["True", "True", "False"], ran.stderr
