"""kill -9 in the middle of migrations: the store is that of the earlier schema, whole, or that of this one, whole; and the
next start brings it to this one.

A short form runs with the suite, one from each earlier schema; KILL_LAUNCHES=100 (`make soak`) is the long one. The control
migrates without a transaction: there the same watcher must find halves, or it would see nothing.
"""

import os
import time
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from data_model.store import Store, head_revision
from tests.conftest import ENGINES, PostgresServer
from tests.data_model.earlier import EARLIER, Raw, connected, raw, store_of
from tests.data_model.test_migrations import whole_new
from tests.reliability.test_kill import Tally, Victims

LAUNCHES = int(os.environ.get("KILL_LAUNCHES", str(len(EARLIER))))

pytestmark = pytest.mark.timeout(120 + 12 * LAUNCHES)


def settled(url: str) -> None:
    """Wait until PostgreSQL has noticed that who was killed is gone: what is read before could be of two moments."""
    while not url.startswith("sqlite"):
        with connected(url) as connection:
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            if connection.execute(sa.text(others)).scalar_one() == 0:
                return
        time.sleep(0.01)


def schema(found: Raw) -> Raw:
    """What is said of the tables, without their rows."""
    return {name: what if name == "triggers" else what[:2] for name, what in found.items()}


def is_half(found: Raw, old: Raw, new_schema: Raw) -> bool:
    """Whether a database is neither what it was nor of the new schema."""
    return found != old and (
        schema(found) != new_schema or found["alembic_version"][2] != [{"version_num": head_revision()}]
    )


def launch_all(
    folder: Path, postgres: PostgresServer | None, launches: int, act: str = "migrate", longest: float = 0.95
) -> tuple[Tally, int]:
    """Kill each migration at a random moment of the time that a whole one takes, look at what is there, and start anew. The
    second number is that of the killed ones that found the schema of before."""
    random, tally, earlier = Random(20190620), Tally(), 0
    victims = Victims(f"sqlite:///{folder / 'unused.sqlite'}", folder)
    whole: dict[str, float] = {}
    for revision in (EARLIER[0], *EARLIER):  # the very first is slower
        url = store_of(revision, folder, postgres)
        whole[revision], _ = victims.run({"act": "migrate", "url": url})
    new_schema = schema(raw(url))
    for launch in range(launches):
        revision = EARLIER[launch % len(EARLIER)]
        url = store_of(revision, folder, postgres)
        old = raw(url)
        _, acknowledged = victims.run({"act": act, "url": url}, kill_after=random.uniform(0.02, longest) * whole[revision])
        settled(url)
        found = raw(url)
        tally.finished += acknowledged
        tally.killed += not acknowledged
        earlier += found == old
        if acknowledged and schema(found) != new_schema:
            tally.lost.append(url)
        if is_half(found, old, new_schema):
            tally.half.append(f"launch {launch}: {found['alembic_version'][2]}")
        if act != "migrate" and tally.half:
            break
        if act == "migrate":
            store = Store(url)
            whole_new(store, old)
            store.close()
        if postgres:
            postgres.drop(url)
    victims.stop()
    return tally, earlier


@pytest.mark.parametrize("engine", ENGINES)
def test_a_migration_is_whole_or_did_not_happen_and_goes_through_afterwards(engine, request, tmp_path):
    postgres = None if engine == "sqlite" else request.getfixturevalue("postgres")
    tally, earlier = launch_all(tmp_path, postgres, LAUNCHES)
    print(f"{engine}: {LAUNCHES} migrations, {tally.killed} killed, {tally.finished} finished, {earlier} found as before")
    assert tally.killed > 0, "no migration was killed in time: the test would prove nothing"
    assert earlier > 0
    assert (tally.half, tally.lost) == ([], [])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_control_that_migrates_without_a_transaction_is_found_half(engine, request, tmp_path):
    postgres = None if engine == "sqlite" else request.getfixturevalue("postgres")
    # Longer than one takes: the machine may have grown busier since that was measured.
    tally, _ = launch_all(tmp_path, postgres, 40, act="careless migrate", longest=2)
    assert tally.half, "the watcher does not see a half migration"
