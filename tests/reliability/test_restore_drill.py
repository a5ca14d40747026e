"""The drill that OPERATIONS.md asks for, again and again: the store goes on after the backup, is put back, and says what it
said. RESTORE_DRILLS says how often on each engine (`make soak`: 20)."""

import os
from pathlib import Path
from random import Random

from data_model import audit
from data_model.backup import back_up
from data_model.importing import bring_in
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.store import Store
from data_model.undoing import take_back
from tests.data_model.test_backup import dump, restored
from tests.reliability.victim import rows

DRILLS = int(os.environ.get("RESTORE_DRILLS", "3"))
ME = keyboard("prova")


def worked_on(store: Store, random: Random, *names: str) -> None:
    """An import per name, of which every other one is taken back."""
    for number, name in enumerate(names):
        file = FileIdentity(f"{name}.csv", name.rjust(64, "0"), "figures")
        found = bring_in(store, actor=ME, file=file, rows=rows(random.randrange(10**6), 60), accept_rejected=True)
        if number % 2 and found.import_id is not None:
            take_back(store, actor=ME, import_id=found.import_id)


def test_each_restored_store_is_the_one_that_was_backed_up_and_goes_on(empty_url: str, tmp_path: Path) -> None:
    done = 0
    for number in range(DRILLS):
        random, store, file = Random(number), Store(empty_url), tmp_path / f"{number}.zip"
        worked_on(store, random, f"a{number}", f"b{number}")
        back_up(store, file)
        then = dump(store)
        worked_on(store, random, f"c{number}", f"d{number}")
        assert dump(store) != then
        store.close()
        found, kept = restored(empty_url, file)
        assert found == then
        assert kept is not None
        again = Store(empty_url)
        with again.reading() as session:
            assert audit.verify(session).unbroken
        again.close()
        done += 1
    print(f"{done} of {DRILLS} restored, dumps equal")
