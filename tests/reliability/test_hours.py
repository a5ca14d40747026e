"""A day of use in little time: people go through pages and filters on a real server, while files are brought in, taken back
and exported; nothing goes wrong, and the server does not grow.

SOAK_MINUTES says how long (`make soak`: 60, with the suite a few seconds, in which growth is not looked at), SOAK_PEOPLE how
many (50). Who looks at a page for a minute in the office does so here for two seconds: 60 minutes are a day and more. Runs
are asked for over Streamlit's websocket, as a browser does; exports are made by the command, on the same store.
"""

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from socket import create_connection

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from data_model.importing import bring_in
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.store import Store
from data_model.undoing import take_back
from exports import __main__ as exports
from exports.tables import OFFERS
from shell.here import plain
from tests.journeys.conftest import copied
from tests.journeys.servers import Server, running
from tests.pages.screen import PAGES
from tests.reliability.victim import rows
from texts import words

MINUTES = float(os.environ.get("SOAK_MINUTES", "0.1"))
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "50" if MINUTES >= 1 else "3"))
LOOKS_FOR = 2.0
"""Seconds that a person looks at a page, on average."""

STAYS = 30
"""Pages that a person looks at before they close the tab and open another."""

GROWTH = 1.15
WARM_UP = 0.3
"""Part of the time after which the server has seen everything once."""

PON = "2014IT05SFOP001"
FILTERS = {
    "lang": ("it", "en"),
    "programme": (PON, PON, "PSCLAZIO2021", "PSCABRUZZO2021", "2014IT05M2OP001", "P1", "unknown"),
    "series": ("ec", "published", "oc", "oc_eu", "unknown"),
    "as_of": ("2018-12-31", "2019-06-20", "2019-06-30", "2022-06-30", "2024-08-31"),
    "compared_with": ("2017-12-31", "2018-06-30"),
    "axis": ("1", "2", "3", "4", "5"),
    "sort": ("rate", "amount"),
    "level": ("axis", "call", "beneficiary", "region", "project"),
    "region": ("12", "13", "15"),
    "page": ("1", "2", "3"),
}
WRONG = [plain(words(language)("error.unexpected")).encode() for language in ("it", "en")]

pytestmark = pytest.mark.timeout(300 + 90 * MINUTES)


@dataclass
class Day:
    """What the people and the work beside them came to; `by` has the ended runs of each person, `over` ends it."""

    by: Counter[int] = field(default_factory=Counter)
    imports: int = 0
    exports: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def runs(self) -> int:
        return self.by.total()

    def ran(self, number: int, seconds: float) -> None:
        with self._lock:
            self.by[number] += 1
            self.slowest = max(self.slowest, seconds)


def asked(random: Random) -> str:
    """The query of a view, of some of the filters."""
    chosen = random.sample(sorted(FILTERS), random.randrange(5))
    return "&".join(f"{key}={random.choice(FILTERS[key])}" for key in chosen)


def run(socket: ClientConnection, page: str, query: str) -> str:
    """One run of a page; what is wrong with it, or nothing."""
    message = BackMsg()
    message.rerun_script.query_string, message.rerun_script.page_name = query, page
    socket.send(message.SerializeToString())
    wrong = ""
    while True:
        got = socket.recv(timeout=90)
        assert isinstance(got, bytes)
        found = ForwardMsg()
        found.ParseFromString(got)
        if found.delta.new_element.WhichOneof("type") == "exception" or any(sentence in got for sentence in WRONG):
            wrong = f"{page}?{query}"
        if found.WhichOneof("type") == "script_finished":
            if found.script_finished not in (found.FINISHED_SUCCESSFULLY, found.FINISHED_EARLY_FOR_RERUN):
                wrong = f"{page}?{query} ended with {found.script_finished}"
            if found.script_finished == found.FINISHED_SUCCESSFULLY:
                return wrong


def person(server: Server, day: Day, number: int) -> None:
    """One person's day: tabs, in each some pages with filters."""
    random = Random(number)
    while not day.over.is_set():
        try:
            with connect(
                f"ws://127.0.0.1:{server.port}/_stcore/stream",
                sock=create_connection(("127.0.0.1", server.port)),
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                proxy=None,
            ) as socket:
                for _ in range(random.randrange(1, STAYS)):
                    start = time.monotonic()
                    if wrong := run(socket, random.choice(PAGES), asked(random)):
                        day.wrong.append(wrong)
                    day.ran(number, time.monotonic() - start)
                    if day.over.wait(random.expovariate(1 / LOOKS_FOR)):
                        break
        except (OSError, WebSocketException, TimeoutError) as error:
            day.wrong.append(repr(error))


def imports(url: str, day: Day) -> None:
    """Every few seconds a file is brought in, and every other one taken back."""
    store, actor = Store(url), keyboard("prova")
    while not day.over.wait(8):
        file = FileIdentity(f"{day.imports}.csv", f"{day.imports:064d}", "figures")
        result = bring_in(store, actor=actor, file=file, rows=rows(day.imports, 200), accept_rejected=True)
        day.imports += 1
        if day.imports % 2 and result.import_id is not None:
            take_back(store, actor=actor, import_id=result.import_id)
    store.close()


def export(name: str, file: Path) -> int:
    return exports.main([name, "--programme", PON, "-o", str(file)])


def exported(folder: Path, day: Day) -> None:
    """Every few seconds a table is taken away, of those that the programme has."""
    random, has = Random(1), [name for name in sorted(OFFERS) if export(name, folder / name) == 0]
    assert len(has) > 3
    while not day.over.wait(5):
        name = random.choice(has)
        code = export(name, folder / f"{day.exports}")
        if code != 0:
            day.wrong.append(f"export of {name} ended with {code}")
        day.exports += 1


def mib(server: Server) -> float:
    """Resident memory of the server."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


def kept(day: Day, work: Callable[..., None], *given: object) -> threading.Thread:
    """The work in a thread; what it raises is wrong, and not lost."""

    def whole() -> None:
        try:
            work(*given)
        except Exception as error:
            day.wrong.append(f"{work.__name__}: {error!r}")
            raise

    thread = threading.Thread(target=whole)
    thread.start()
    return thread


def test_a_day_of_use_leaves_no_error_and_no_more_memory(sample_url, tmp_path, monkeypatch):
    url, day = copied(sample_url, tmp_path), Day()
    monkeypatch.setenv("DATABASE_URL", url)
    with running(tmp_path, url) as server:
        threads = [kept(day, person, server, day, number) for number in range(PEOPLE)]
        threads += [kept(day, imports, url, day), kept(day, exported, tmp_path, day)]
        time.sleep(60 * MINUTES * WARM_UP)
        seen = [mib(server)]
        for _ in range(10):
            time.sleep(6 * MINUTES * (1 - WARM_UP))
            seen.append(mib(server))
        day.over.set()
        for thread in threads:
            thread.join()
        output = server.output()
    print(f"{PEOPLE} people, {MINUTES} minutes: {day.runs} runs (slowest {day.slowest:.1f} s), {day.imports} imports, "
          f"{day.exports} exports, {len(day.wrong)} errors; MiB {[round(each) for each in seen]}")  # fmt: skip
    assert day.wrong == []
    assert not re.search(r"Traceback|ERROR|A run failed", output), output[-3000:]
    assert day.runs > PEOPLE
    if MINUTES >= 1:
        assert day.imports > 0
        assert day.exports > 0
        assert seen[-1] < GROWTH * seen[0]
