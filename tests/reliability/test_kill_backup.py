"""kill -9 in the middle of backups: what stands under the name of a backup is whole, and the store knows nothing of it.

A short form runs with the suite; KILL_LAUNCHES=100 (`make soak`) is the long one. The control writes in place: there the
same watcher must find a half file, or it would see nothing.
"""

from pathlib import Path
from random import Random

import pytest

from data_model.backup_file import Damaged, check
from data_model.copying import contents
from data_model.restoring import restore
from data_model.store import Store
from tests.reliability.test_kill import LAUNCHES, ROWS, Tally, Victims, fingerprint, halves

pytestmark = pytest.mark.timeout(120 + 12 * LAUNCHES)


def launch_all(url: str, folder: Path, launches: int, act: str, longest: float = 1.4) -> Tally:
    """Kill each backup at a random moment of the time that a whole one takes, and look at what is there."""
    random, tally, store = Random(20190620), Tally(), Store(url)
    victims, backups = Victims(url, folder), folder / "backups"
    backups.mkdir()
    victims.run({"act": "import", "seed": 0, "rows": ROWS})
    whole, _ = victims.run({"act": act, "file": str(backups / "whole.zip")})
    before = fingerprint(store)
    for launch in range(launches):
        file = backups / f"{launch}.zip"
        _, acknowledged = victims.run({"act": act, "file": str(file)}, kill_after=random.uniform(0.02, longest) * whole)
        tally.finished += acknowledged
        tally.killed += not acknowledged
        if acknowledged and not file.exists():
            tally.lost.append(file.name)
        tally.half += damaged(backups)
        tally.half += halves(store)
        if fingerprint(store) != before:
            tally.half.append(f"{file.name}: the store changed")
        if act != "backup" and tally.half:
            break
    victims.stop()
    store.close()
    return tally


def damaged(folder: Path) -> list[str]:
    """The backups that are not whole."""
    found = []
    for file in folder.glob("*.zip"):
        try:
            check(file)
        except Damaged as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_is_whole_or_not_there_and_restores_to_the_same_store(engine, request, tmp_path):
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 's.sqlite'}"
    else:
        url = request.getfixturevalue("postgres").new_database("template_empty")
    tally = launch_all(url, tmp_path, LAUNCHES, "backup")
    print(f"{engine}: {LAUNCHES} backups, {tally.killed} killed, {tally.finished} finished")
    assert tally.killed > 0, "no backup was killed in time: the test would prove nothing"
    assert (tally.half, tally.lost) == ([], [])
    restore(f"sqlite:///{tmp_path / 'r.sqlite'}", tmp_path / "backups" / "whole.zip")
    dumps = []
    for address in (url, f"sqlite:///{tmp_path / 'r.sqlite'}"):
        store = Store(address)
        with store.reading() as session:
            dumps.append(contents(session.connection()))
        store.close()
    assert dumps[0] == dumps[1]
    assert dumps[0]["figure"][0] > 1_000


def test_the_control_that_writes_in_place_is_found_half(tmp_path):
    # Longer than one takes: the machine may have grown busier since that was measured.
    tally = launch_all(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path, 60, "careless backup", longest=1.5)
    assert tally.half, "the watcher does not see a half backup"
