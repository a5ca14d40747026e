"""Backups and bringing them back, on both engines: one state, whole or not at all, and no store is lost by it."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_model import audit, backup, restoring
from data_model.backup import back_up
from data_model.backup_file import MANIFEST, STORE, Damaged, check
from data_model.copying import Contents, contents
from data_model.importing import store_rows
from data_model.records import ParsedRow
from data_model.restoring import InUse, restore
from data_model.roles import keyboard
from data_model.saved_views import save_view
from data_model.sittings import Described, create_sitting
from data_model.store import ROOT, Store, StoreUnavailable
from data_model.undoing import take_back
from tests.conftest import ENGINES
from tests.data_model.rows import FILE, figure, known_source, position, refused


def bring(store: Store, cents: int) -> None:
    with store.writing() as session:
        rows: list[ParsedRow] = [known_source(), figure(2, cents), position(3, "A", paid_cents=cents), refused(4)]
        store_rows(session, actor=keyboard("rossi"), file=FILE, rows=rows)


@pytest.fixture
def used(store: Store) -> Store:
    """A store with something in every corner: versions, an undone import, refused rows, a frozen sitting, a view."""
    bring(store, 100)
    bring(store, 250)
    take_back(store, actor=keyboard("bianchi"), import_id=1)
    described = Described("comitato", "Comitato", date(2019, 6, 20), "Roma", "P1", "it")
    create_sitting(store, actor=keyboard("rossi"), described=described)
    save_view(store, actor=keyboard("rossi"), owner="rossi", name="à la carte", page="axes", query={"axis": ["1"]})
    return store


@pytest.fixture(params=ENGINES)
def elsewhere(request, tmp_path):
    """The address of a database that holds nothing."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    return request.getfixturevalue("postgres").new_database("template0")


def dump(store: Store) -> Contents:
    with store.reading() as session:
        return contents(session.connection())


def restored(url: str, file: Path) -> tuple[Contents, str | None]:
    """The dump of a store after a backup was put in its place, and where the old one is."""
    _, kept = restore(url, file)
    store = Store(url)
    found = dump(store)
    store.close()
    return found, kept


# --- there and back ---------------------------------------------------------------------------------------------


def test_a_restored_store_says_what_the_original_said_on_either_engine(used, elsewhere, tmp_path):
    back_up(used, tmp_path / "b.zip")
    assert dump(used)["figure"][0] > 1
    assert restored(elsewhere, tmp_path / "b.zip") == (dump(used), None)


def test_the_dump_tells_any_cell_that_differs(used):
    before = dump(used)
    for statement in (
        "UPDATE figure SET amount_cents = amount_cents + 1 WHERE id = 1",
        "UPDATE figure SET note = '' WHERE id = 1",
        "DELETE FROM rejected_row WHERE id = 1",
        "UPDATE sitting_snapshot SET content = sha256"
        if used.is_sqlite
        else "UPDATE sitting_snapshot SET content = '\\x00'",
        "UPDATE saved_view SET saved_at = '2001-01-01 00:00:00.000000'",
    ):
        with used.writing() as session:
            session.execute(sa.text(statement))
        after = dump(used)
        assert after != before, statement
        before = after


def test_a_restored_store_goes_on_where_it_ended(used, elsewhere, tmp_path):
    back_up(used, tmp_path / "b.zip")
    restore(elsewhere, tmp_path / "b.zip")
    store = Store(elsewhere)
    bring(store, 999)
    with store.reading() as session:
        assert audit.verify(session).unbroken
    with store.writing() as session, pytest.raises(sa.exc.DBAPIError, match="appended"):
        session.execute(sa.text("DELETE FROM audit_entry"))
    store.close()


def test_the_manifest_says_what_is_in_it_and_the_file_opens_with_anything_that_reads_sqlite(used, tmp_path):
    made = back_up(used, tmp_path / "b.zip")
    assert check(tmp_path / "b.zip") == made
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extract(STORE, tmp_path)
        assert json.loads(archive.read(MANIFEST))["data_version"] == used.data_version() == made.data_version
    rows = dict(sqlite3.connect(tmp_path / STORE).execute("SELECT 'figure', count(*) FROM figure"))
    assert rows == {"figure": made.tables["figure"]} == {"figure": dump(used)["figure"][0]}
    with used.reading() as session:
        assert audit.verify(session, contains=made.audit_hash).unbroken


def test_the_dates_of_a_database_in_another_time_zone_stay_the_same_moments(used, tmp_path):
    if used.is_sqlite:
        return
    with used.writing() as session:
        session.execute(sa.text(f"ALTER DATABASE {sa.make_url(used.url).database} SET timezone TO 'Asia/Kolkata'"))
    used.close()
    before = dump(used)
    back_up(used, tmp_path / "b.zip")
    assert restored(f"sqlite:///{tmp_path / 'r.sqlite'}", tmp_path / "b.zip") == (before, None)


# --- while others write -----------------------------------------------------------------------------------------


def test_a_backup_made_while_others_write_is_the_state_of_one_moment(store, tmp_path):
    """Each import brings one figure and one project of the same amount: of a state between the two the sums would differ."""
    bring(store, 1)
    stop = threading.Event()

    def write() -> None:
        cents = 2
        while not stop.is_set():
            bring(store, cents)
            cents += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(store, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    versions = set()
    for number in range(5):
        restore(f"sqlite:///{tmp_path / f'{number}.sqlite'}", tmp_path / f"{number}.zip")
        with sqlite3.connect(tmp_path / f"{number}.sqlite") as copy:
            (version,) = copy.execute("SELECT data_version FROM store_state").fetchone()
            amounts = copy.execute("SELECT amount_cents FROM figure WHERE valid_to IS NULL").fetchall()
            assert amounts == copy.execute("SELECT paid_cents FROM project_position WHERE valid_to IS NULL").fetchall()
            assert copy.execute("SELECT max(data_version), count(*) FROM import").fetchone() == (version, version)
            versions.add(version)
    assert len(versions) > 1


# --- nothing half, nothing lost ---------------------------------------------------------------------------------


def test_a_backup_that_cannot_be_finished_leaves_no_file(used, tmp_path, monkeypatch):
    folder = tmp_path / "backups"

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(backup, "pack", full)
    with pytest.raises(OSError, match="space"):
        back_up(used, folder / "b.zip")
    assert list(folder.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(used, tmp_path):
    (tmp_path / "b.zip").write_text("something else")
    with pytest.raises(FileExistsError):
        back_up(used, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "something else"


def _flipped(file: Path, member: str, part: float) -> bytes:
    """A byte of what a member holds is another. In the frame of the zip some may be: those of a time say nothing."""
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo(member)
    content = bytearray(file.read_bytes())
    head = entry.header_offset
    begins = (
        head
        + 30
        + int.from_bytes(content[head + 26 : head + 28], "little")
        + int.from_bytes(content[head + 28 : head + 30], "little")
    )
    content[begins + int(entry.compress_size * part)] ^= 0x55
    return bytes(content)


def _repacked(file: Path, change: Callable[[bytes], bytes]) -> bytes:
    """The same manifest around another content, in a zip that is whole: only the digest tells it."""
    with zipfile.ZipFile(file) as archive:
        content, manifest = archive.read(STORE), archive.read(MANIFEST)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(STORE, change(content))
        archive.writestr(MANIFEST, manifest)
    return file.read_bytes()


DAMAGED: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda file: file.read_bytes()[:-100],
    "half": lambda file: file.read_bytes()[: file.stat().st_size // 2],
    "letter": lambda _: b"Gentile Comitato, " * 100,
    "other rows": lambda file: _repacked(file, lambda content: content.replace(b"rossi", b"verdi")),
    "no store": lambda file: _repacked(file, lambda _: b"Gentile Comitato, " * 100),
    **{
        f"{member} {n}": lambda file, member=member, n=n: _flipped(file, member, n / 8)  # type: ignore[misc]  # bound now
        for member in (STORE, MANIFEST)
        for n in range(8)
    },
}


@pytest.mark.parametrize("way", DAMAGED)
def test_a_damaged_backup_is_refused_and_the_store_stays(way, tmp_path):
    url = f"sqlite:///{tmp_path / 'store' / 's.sqlite'}"
    store, file = Store(url), tmp_path / "b.zip"
    bring(store, 1)
    back_up(store, file)
    bring(store, 2)
    before = dump(store)
    store.close()
    whole = file.read_bytes()
    file.write_bytes(DAMAGED[way](file))
    if file.read_bytes() == whole:
        pytest.fail("nothing was damaged")
    names = sorted(path.name for path in (tmp_path / "store").iterdir())
    with pytest.raises(Damaged):
        restore(url, file)
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == names
    store = Store(url)
    assert dump(store) == before
    store.close()


def test_the_store_that_was_there_is_kept_whole(used, tmp_path, request):
    back_up(used, tmp_path / "b.zip")
    at_backup = dump(used)
    bring(used, 777)
    later, url = dump(used), used.url
    used.close()
    found, kept = restored(url, tmp_path / "b.zip")
    assert found == at_backup
    assert kept is not None
    if used.is_sqlite:
        old = Store(f"sqlite:///{kept}")
    else:
        schema = kept.removeprefix("schema ")
        moved = url + ("&" if "?" in url else "?") + f"options=-csearch_path%3D{schema}"
        old = Store(moved)
    assert dump(old) == later
    with old.reading() as session:
        assert audit.verify(session).unbroken
    old.close()


def test_a_store_that_somebody_has_open_is_not_replaced(used, tmp_path):
    back_up(used, tmp_path / "b.zip")
    bring(used, 777)
    before = dump(used)
    with pytest.raises(InUse):
        restore(used.url, tmp_path / "b.zip")
    assert dump(used) == before
    used.close()
    assert restored(used.url, tmp_path / "b.zip")[0] != before


def test_a_restored_file_belongs_to_whom_the_old_one_did_and_a_backup_to_nobody_else(tmp_path):
    path = tmp_path / "s.sqlite"
    store = Store(f"sqlite:///{path}")
    back_up(store, tmp_path / "b.zip")
    store.close()
    path.chmod(0o640)
    owner = 65534 if os.geteuid() == 0 else os.geteuid()
    os.chown(path, owner, -1)
    restore(f"sqlite:///{path}", tmp_path / "b.zip")
    assert (path.stat().st_mode & 0o777, path.stat().st_uid) == (0o640, owner)
    command = [sys.executable, "-m", "data_model.backup", "-o", str(tmp_path / "c.zip")]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{path}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=100, capture_output=True)
    assert (tmp_path / "c.zip").stat().st_mode & 0o077 == 0


def test_a_damaged_store_is_kept_too_with_its_journal(tmp_path):
    path = tmp_path / "s.sqlite"
    store = Store(f"sqlite:///{path}")
    bring(store, 1)
    back_up(store, tmp_path / "b.zip")
    before = dump(store)
    store.close()
    path.write_bytes(b"Gentile Comitato, " * 1000)
    path.with_name("s.sqlite-wal").write_bytes(b"its journal")
    found, kept = restored(f"sqlite:///{path}", tmp_path / "b.zip")
    assert found == before
    assert Path(str(kept)).read_bytes().startswith(b"Gentile")
    assert Path(f"{kept}-wal").read_bytes() == b"its journal"


def test_a_restore_that_breaks_off_on_postgresql_leaves_the_old_store(used, tmp_path, monkeypatch):
    if used.is_sqlite:
        return
    back_up(used, tmp_path / "b.zip")
    bring(used, 777)
    before = dump(used)
    used.close()
    monkeypatch.setattr(restoring, "contents", lambda connection: {"figure": (id(connection), "")})
    with pytest.raises(Damaged):
        restore(used.url, tmp_path / "b.zip")
    assert dump(used) == before


def test_a_backup_of_a_newer_version_is_refused_and_the_store_stays(used, tmp_path):
    with used.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    if not used.is_sqlite:
        return  # a PostgreSQL store of a newer version is not even opened
    back_up(used, tmp_path / "b.zip")
    with pytest.raises(StoreUnavailable, match="newer"):
        restore(f"sqlite:///{tmp_path / 'other' / 's.sqlite'}", tmp_path / "b.zip")
    assert list((tmp_path / "other").iterdir()) == []


# --- the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def commanded(used, tmp_path, monkeypatch):
    """The folder of backups of the command, on a store that nobody has open."""
    used.close()
    monkeypatch.setenv("DATABASE_URL", used.url)
    monkeypatch.setattr(backup, "FOLDER", tmp_path / "backups")
    return tmp_path / "backups"


def test_the_command_makes_backups_and_keeps_the_latest(commanded, capsys):
    made = []
    for _ in range(4):
        assert backup.main(["--keep", "2"]) == 0
        made.append(capsys.readouterr().out.split(": data version ")[0])
    (commanded / "mine.zip").write_text("not one of them")
    assert backup.main(["--keep", "2"]) == 0
    made.append(capsys.readouterr().out.split(": data version ")[0])
    assert sorted(path.name for path in commanded.iterdir()) == sorted(
        [*(Path(name).name for name in made[-2:]), "mine.zip"]
    )
    assert all(re.fullmatch(r"avanzamento-\d{8}T\d{6}Z(-\d+)?\.zip", Path(name).name) for name in made)


def test_the_command_brings_a_backup_back_and_says_where_the_old_store_is(commanded, tmp_path, capsys):
    file = tmp_path / "mine.zip"
    assert backup.main(["-o", str(file)]) == 0
    assert backup.main(["--restore", str(file)]) == 0
    assert "is kept: " in capsys.readouterr().out
    file.write_bytes(file.read_bytes()[:-50])
    assert backup.main(["--restore", str(file)]) == 1
    assert backup.main(["--restore", str(tmp_path / "nowhere.zip")]) == 1
    assert backup.main(["-o", str(file)]) == 1
    assert backup.main(["--restore", ""]) == 2
    assert backup.main(["--keep", "0"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_what_a_killed_backup_left_is_swept_away_after_a_day(used, tmp_path):
    for name, age in (("old", 90_000), ("new", 10)):
        left = tmp_path / f"{backup.UNFINISHED}{name}"
        left.mkdir()
        os.utime(left, (left.stat().st_atime - age, left.stat().st_mtime - age))
    back_up(used, tmp_path / "b.zip")
    assert [path.name for path in tmp_path.glob(".unfinished*")] == [".unfinished-new"]
