"""kill -9 in the middle of imports and undos: nothing is half, nothing acknowledged is lost.

A short form runs with the suite; KILL_LAUNCHES=100 (`make soak`) is the long one. The control commits on the way: there
the same watcher must find halves, or it would see nothing.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from data_model.store import Store
from data_model.tables import METADATA

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCHES = int(os.environ.get("KILL_LAUNCHES", "8"))
ROWS = 6_000 if LAUNCHES >= 50 else 3_000
IMPORT, FIGURE, POSITION = METADATA.tables["import"].c, METADATA.tables["figure"].c, METADATA.tables["project_position"].c

pytestmark = pytest.mark.timeout(60 + 12 * LAUNCHES)


@dataclass
class Tally:
    """What the launches came to."""

    killed: int = 0
    finished: int = 0
    half: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Victims:
    """A process that carries out orders in forks of itself, to be killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self.acknowledgement = folder / "acknowledged"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.victim", url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def run(self, order: dict[str, Any], kill_after: float | None = None) -> tuple[float, bool]:
        """(seconds, whether it was acknowledged) of one order, killed after a while unless it was faster."""
        self.acknowledgement.unlink(missing_ok=True)
        assert self._process.stdin is not None
        start = time.monotonic()
        self._process.stdin.write(json.dumps(order | {"acknowledge": str(self.acknowledgement)}) + "\n")
        self._process.stdin.flush()
        child = int(self._line())
        if kill_after is not None:
            time.sleep(max(0.0, kill_after - (time.monotonic() - start)))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert self._line() == "over"
        return time.monotonic() - start, self.acknowledgement.exists()

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def halves(store: Store) -> list[str]:
    """What is not whole: an import whose rows are not those it declares, or a broken database."""
    found = []
    with store.reading() as session:
        imports = session.execute(sa.select(*IMPORT)).mappings().all()
        for row in imports:
            if row["undone_at_version"] is not None:
                continue
            for table, measure, cents in (
                (FIGURE, "committed", FIGURE.amount_cents),
                (POSITION, "paid", POSITION.paid_cents),
            ):
                # What holds again after an undo is a second row of the same import: each thing said counts once.
                said = sa.select(sa.func.max(cents).label("cents")).where(table.import_id == row["id"])
                once = said.group_by(table.natural_key).subquery()
                total = session.execute(sa.select(sa.func.sum(once.c.cents))).scalar_one()
                if (total or 0) != row["details"]["sums_stored_cents"].get(measure, 0):
                    found.append(f"import {row['id']}: {measure} {total}")
        undone = {row["id"] for row in imports if row["undone_at_version"] is not None}
        for table in (FIGURE, POSITION):
            holding = session.execute(sa.select(table.import_id).where(table.valid_to.is_(None)).distinct()).scalars()
            found += [f"import {number} was undone and still holds" for number in holding if number in undone]
        if store.is_sqlite:
            found += [r for r in session.execute(sa.text("PRAGMA integrity_check")).scalars() if r != "ok"]
            found += [str(tuple(r)) for r in session.execute(sa.text("PRAGMA foreign_key_check"))]
    return found


def fingerprint(store: Store) -> dict[str, tuple[int, int | None]]:
    """Rows of each table and the sum of what holds: cheap, and another one after any import or undo."""
    with store.reading() as session:
        found: dict[str, tuple[int, int | None]] = {
            name: (session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one(), None)
            for name, table in METADATA.tables.items()
        }
        for table, cents in ((FIGURE, FIGURE.amount_cents), (POSITION, POSITION.paid_cents)):
            held = sa.select(sa.func.count(), sa.func.sum(cents)).where(table.valid_to.is_(None))
            count, total = session.execute(held).one()
            found[f"{cents} held"] = (count, int(total or 0))
    return found


def standing(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.execute(sa.select(IMPORT.id).where(IMPORT.undone_at_version.is_(None))).scalars())


def order(random: Random, store: Store, launch: int) -> dict[str, Any]:
    """An import of new amounts, or, every third time, the undo of one that stands."""
    imports = standing(store)
    if imports and launch % 3 == 2:
        return {"act": "undo", "id": random.choice(imports)}
    return {"act": "import", "seed": launch + 1, "rows": ROWS}


def launch_all(url: str, folder: Path, launches: int, act: str | None = None, longest: float = 1.05) -> Tally:
    """Kill each launch at a random moment of the time that a whole one takes, and look at what is there."""
    random, tally, store = Random(20190620), Tally(), Store(url)
    victims = Victims(url, folder)
    whole, _ = victims.run({"act": act or "import", "seed": 0, "rows": ROWS})
    for launch in range(launches):
        asked = order(random, store, launch) if act is None else {"act": act, "seed": launch + 1, "rows": ROWS}
        before, before_version = fingerprint(store), store.data_version()
        _, acknowledged = victims.run(asked, kill_after=random.uniform(0.02, longest) * whole)
        changed = store.data_version() != before_version
        tally.finished += acknowledged
        tally.killed += not acknowledged
        if acknowledged and not changed:
            tally.lost.append(str(asked))
        tally.half += halves(store)
        if not changed and fingerprint(store) != before:
            tally.half.append(f"{asked}: something changed without a new version")
        if act is not None and tally.half:
            break
    victims.stop()
    store.close()
    return tally


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_nothing_is_half_and_nothing_acknowledged_is_lost(engine, request, tmp_path):
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 's.sqlite'}"
    else:
        url = request.getfixturevalue("postgres").new_database("template_empty")
    tally = launch_all(url, tmp_path, LAUNCHES)
    print(f"{engine}: {LAUNCHES} launches, {tally.killed} killed, {tally.finished} finished")
    assert tally.killed > 0, "no launch was killed in time: the test would prove nothing"
    assert (tally.half, tally.lost) == ([], [])


def test_the_control_that_commits_on_the_way_is_found_half(tmp_path):
    # Longer than one takes: the machine may have grown busier since that was measured.
    tally = launch_all(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path, 40, act="careless", longest=3)
    assert tally.half, "the watcher does not see a half import"
