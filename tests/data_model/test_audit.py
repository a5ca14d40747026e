"""The audit trail: chained, only appended to, refused attempts included; whatever is done to it behind its back is found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from data_model import audit
from data_model.audit import GENESIS, Verdict
from data_model.importing import NotTaken, bring_in
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.saved_views import CannotSave, save_view
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import NoSuchImport, take_back
from tests.data_model.faults import fails_everywhere
from tests.data_model.rows import FILE, figure, known_source, refused
from tests.data_model.test_store import in_threads, plain_engine

ME = keyboard("a")
ENTRY = METADATA.tables["audit_entry"]
TRIGGERS = {
    "sqlite": ("audit_entry_update", "audit_entry_delete", "audit_head_update", "audit_head_delete"),
    "postgresql": (
        "audit_entry_change ON audit_entry",
        "audit_entry_truncate ON audit_entry",
        "audit_head_update ON audit_head",
        "audit_head_delete ON audit_head",
        "audit_head_truncate ON audit_head",
    ),
}


def noted(store: Store) -> list[tuple[str, dict]]:
    with store.reading() as session:
        return [(e.action, e.details) for e in reversed(audit.entries_page(session, offset=0, limit=100))]


def verdict(store: Store, contains: str | None = None) -> Verdict:
    with store.reading() as session:
        return audit.verify(session, contains=contains)


@pytest.fixture
def five(store: Store) -> Store:
    """A store whose trail has five entries."""
    for number in range(5):
        with store.writing() as session:
            audit.record(session, actor=keyboard("rossi"), action="act", details={"number": number, "sums": {"paid": 7}})
    return store


@contextmanager
def raw(store: Store) -> Iterator[sa.Connection]:
    """The database as its owner has it, with nothing that forbids to change the trail."""
    with plain_engine(store) as engine, engine.begin() as connection:
        for name in TRIGGERS[engine.dialect.name]:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        yield connection


# --- what is written --------------------------------------------------------------------------------------------


def test_an_entry_has_who_when_what_and_the_hash_of_the_one_before(five):
    with five.reading() as session:
        rows = session.execute(sa.select(ENTRY).order_by(ENTRY.c.id)).mappings().all()
        at = audit.entries_page(session, offset=0, limit=1)[0].at
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["previous_hash"] for row in rows] == [GENESIS, *(row["hash"] for row in rows[:-1])]
    assert (rows[4]["actor"], rows[4]["action"], rows[4]["details"]) == ("rossi", "act", {"number": 4, "sums": {"paid": 7}})
    assert abs(datetime.now(UTC) - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds() < 60


def test_an_import_is_written_with_its_file_counts_and_sums_and_its_undo_too(store):
    bring_in(store, actor=keyboard("rossi"), file=FILE, rows=[known_source(), figure(2, cents=150)], accept_rejected=False)
    take_back(store, actor=keyboard("bianchi"), import_id=1)
    (first, told), (second, _) = noted(store)
    assert (first, second) == ("import", "undo")
    assert (told["file"], told["sha256"], told["rows_new"]) == (FILE.name, FILE.sha256, 2)
    assert told["sums_in_cents"] == {"committed": 150}
    assert verdict(store) == Verdict(2, verdict(store).last_hash, ())


def test_an_import_that_is_refused_is_in_the_trail_and_nothing_of_it_in_the_store(store):
    with pytest.raises(NotTaken):
        bring_in(store, actor=keyboard("rossi"), file=FILE, rows=[known_source(), refused(2)], accept_rejected=False)
    ((action, told),) = noted(store)
    assert (action, told["file"], told["sha256"], told["rows_rejected"]) == ("import_refused", FILE.name, FILE.sha256, 1)
    assert store.data_version() == 0
    assert verdict(store).unbroken


def test_who_only_looks_leaves_no_entry(store):
    with pytest.raises(NotTaken):
        bring_in(store, actor=ME, file=FILE, rows=[known_source(), refused(2)], accept_rejected=False, dry_run=True)
    assert noted(store) == []


def test_other_refused_attempts_are_in_the_trail_with_their_reason(store):
    with pytest.raises(NoSuchImport):
        take_back(store, actor=keyboard("rossi"), import_id=7)
    with pytest.raises(CannotSave):
        save_view(store, actor=keyboard("rossi"), owner=None, name=" ", page="axes", query={})
    assert noted(store) == [
        ("undo_refused", {"reason": "no_such_import", "import_id": "7"}),
        ("save_view_refused", {"reason": "no_name", "page": "axes"}),
    ]


def test_a_transaction_that_is_undone_leaves_no_entry_and_no_gap(five):
    def fail() -> None:
        with five.writing() as session:
            audit.record(session, actor=ME, action="act", details={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with five.writing() as session:
        audit.record(session, actor=ME, action="act", details={})
    assert verdict(five).entries == 6
    assert verdict(five).unbroken


def test_of_eight_that_write_at_once_none_forks_the_chain(store):
    def write(number: int) -> None:
        for _ in range(5):
            with Session(store._writer) as session, session.begin():  # without the lock on the data version
                audit.record(session, actor=keyboard(str(number)), action="act", details={}, data_version=0)

    assert in_threads(8, write) == []
    assert verdict(store).entries == 40
    assert verdict(store).unbroken


# --- what the database forbids ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody' WHERE id = 3",
        "UPDATE audit_entry SET hash = previous_hash",
        "DELETE FROM audit_entry WHERE id = 5",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET entries = 4, last_id = 4",
        "UPDATE audit_head SET hash = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_what_was_written(five, statement):
    with plain_engine(five) as engine, engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="appended"):
        connection.execute(sa.text(statement))
    assert verdict(five).unbroken


def test_postgresql_refuses_to_empty_the_trail_at_one_stroke(five):
    if five.is_sqlite:
        return
    with plain_engine(five) as engine, engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="appended"):
        connection.execute(sa.text("TRUNCATE audit_entry"))


# --- what is found of tampering ---------------------------------------------------------------------------------

_INSERT = (
    "INSERT INTO audit_entry (id, at, actor, action, data_version, details, previous_hash, hash) "
    "SELECT {id}, at, 'intruder', action, data_version, details, '{previous}', '{hash}' FROM audit_entry WHERE id = 2"
)
TAMPERED: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "who": ("UPDATE audit_entry SET actor = 'nobody' WHERE id = 3", [("content", 3)]),
    "what": ("UPDATE audit_entry SET action = 'other' WHERE id = 3", [("content", 3)]),
    "when": ("UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE id = 3", [("content", 3)]),
    "sums": ('UPDATE audit_entry SET details = \'{"number": 2, "sums": {"paid": 8}}\' WHERE id = 3', [("content", 3)]),
    "version": ("UPDATE audit_entry SET data_version = 9 WHERE id = 3", [("content", 3)]),
    "removed": ("DELETE FROM audit_entry WHERE id = 3", [("link", 4), ("count", 5)]),
    "first removed": ("DELETE FROM audit_entry WHERE id = 1", [("link", 2), ("count", 5)]),
    "end cut": ("DELETE FROM audit_entry WHERE id > 3", [("end", 3), ("count", 3)]),
    "all removed": ("DELETE FROM audit_entry", [("end", 0), ("count", 0)]),
    "head removed": ("DELETE FROM audit_head", [("head", 5)]),
    "appended": (_INSERT.format(id=6, previous="x", hash="y"), [("link", 6), ("content", 6), ("beyond", 6), ("count", 6)]),
    "number": ("UPDATE audit_entry SET id = 9 WHERE id = 5", [("content", 9)]),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_tampering_on_the_raw_database_is_found(five, way):
    statement, expected = TAMPERED[way]
    with raw(five) as connection:
        connection.exec_driver_sql(statement)
    found = verdict(five)
    assert list(found.problems) == expected
    assert not found.unbroken


def test_entries_that_changed_places_are_found(five):
    with raw(five) as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute(sa.text(f"UPDATE audit_entry SET id = {new} WHERE id = {old}"))
    assert {code for code, _ in verdict(five).problems} == {"link", "content"}


def _forged(connection: sa.Connection, change: Callable[[dict], None], start: int) -> str:
    """Change an entry and write the hashes of it and of all after it anew, as who knows the rule would."""
    rows = [dict(row) for row in connection.execute(sa.select(ENTRY).order_by(ENTRY.c.id)).mappings()]
    change(rows[start - 1])
    connection.execute(sa.delete(ENTRY))
    previous = GENESIS
    for row in rows:
        row["previous_hash"] = previous
        previous = row["hash"] = audit.digest_of(row)
        connection.execute(sa.insert(ENTRY).values(**row))
    return previous


def test_an_entry_whose_hashes_were_all_written_anew_is_told_by_the_head(five):
    with raw(five) as connection:
        _forged(connection, lambda row: row.update(actor="nobody"), 3)
    assert verdict(five).problems == (("beyond", 5),)


def test_a_trail_written_anew_with_its_head_is_told_by_a_hash_that_was_written_down_before(five):
    written_down = verdict(five).last_hash
    with raw(five) as connection:
        last = _forged(connection, lambda row: row.update(actor="nobody"), 3)
        connection.execute(sa.text("UPDATE audit_head SET hash = :hash"), {"hash": last})
    assert verdict(five).unbroken  # the limit of what the database alone can show
    assert not verdict(five, written_down).unbroken


# --- the command ------------------------------------------------------------------------------------------------


def test_the_command_says_whether_the_trail_is_unbroken(five, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", five.url)
    last = verdict(five).last_hash
    assert audit.main(["--verify"]) == 0
    assert capsys.readouterr().out == f"5 entries, unbroken. Last hash: {last}\n"
    assert audit.main(["--verify", "--contains", last]) == 0
    assert audit.main(["--verify", "--contains", "f" * 64]) == 1
    with raw(five) as connection:
        connection.execute(sa.text("DELETE FROM audit_entry WHERE id = 5"))
    capsys.readouterr()
    assert audit.main(["--verify"]) == 1
    said = capsys.readouterr()
    assert "4 entries, TAMPERED WITH" in said.out
    assert "entries after 4 are missing" in said.err
    assert audit.main([]) == 2


def test_the_command_says_that_the_store_cannot_be_opened(monkeypatch, tmp_path, capsys):
    (tmp_path / "letter").write_text("Gentile Comitato, " * 200)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'letter'}")
    assert audit.main(["--verify"]) == 3
    assert "cannot be opened" in capsys.readouterr().err


def test_a_fault_at_any_statement_leaves_the_chain_as_it_was(five):
    file = FileIdentity("f.csv", "a" * 64, "figures", encoding="utf-8")
    fails_everywhere(
        five,
        lambda: bring_in(five, actor=ME, file=file, rows=[known_source(), figure(2, cents=1)], accept_rejected=True),
    )
    assert verdict(five).entries == 6
    assert verdict(five).unbroken
