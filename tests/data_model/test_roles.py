"""Who may write: every function that writes × every role, on both engines; found by reading the code, so that none is
forgotten. A reader's connection cannot write even where nobody asks."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_model import audit, correcting, importing, roles, saved_views, sittings, slides, snapshots, undoing
from data_model.records import (
    AcceptedRow,
    AxisRecord,
    PlaceRecord,
    ProgrammeRecord,
    Record,
    SourceRecord,
    SubjectRecord,
    TranslationRecord,
)
from data_model.roles import Actor, NotAllowed, Role, keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.vocabulary import Firmness, MinuteKind
from tests.conftest import ENGINES, sqlite_copy
from tests.data_model.project_rows import bring as bring_projects
from tests.data_model.rows import FILE, accepted, figure, figure_record, known_source
from tests.store_content import held

ROOT = Path(__file__).resolve().parents[2]
ME = keyboard("me")
VIEW = slides.View("overview", {"axis": ["1"]}, "bullets")
MEETING = sittings.Described("comitato", "Comitato", date(2019, 6, 20), "Roma", "P1", "it")
NEXT = replace(MEETING, code="prossimo")

READER = Actor("r", Role.READER, None)
OTHERS = Actor("e", Role.EDITOR, frozenset({"P2"}))
NONES = Actor("n", Role.EDITOR)
OWN = Actor("e", Role.EDITOR, frozenset({"P1"}))
EVERY = Actor("e", Role.EDITOR, None)
ADMINISTRATOR = Actor("a", Role.ADMINISTRATOR)


@dataclass
class Prepared:
    """A store in which there is something for every act."""

    store: Store
    numbers: dict[str, int]

    def in_a_transaction(self, act: Callable[..., Any], **given: Any) -> Any:
        with self.store.writing() as session:
            return act(session, **given)


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    """The address of a store in which there is something for every act, to be copied, and the numbers of those things."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("made") / "store.sqlite"
        url = sqlite_copy(request.getfixturevalue("empty_sqlite"), path)
    else:
        url = request.getfixturevalue("postgres").new_database("template_empty")
    store = Store(url)
    numbers = filled(store)
    store.close()
    return url, numbers


def filled(store: Store) -> dict[str, int]:
    """Bring in something for every act; the numbers of those things."""
    with store.writing() as session:
        first = importing.store_rows(session, actor=ME, file=FILE, rows=[known_source(1), figure(2, 100)]).import_id
    numbers = {"import": first or 0}
    with store.reading() as session:
        numbers["figure"] = session.execute(sa.select(METADATA.tables["figure"].c.id)).scalar_one()
    sittings.create_sitting(store, actor=ME, described=MEETING)
    gone = sittings.create_sitting(store, actor=ME, described=replace(MEETING, code="tolta"))
    sittings.delete_sitting(store, actor=ME, code="tolta")
    for _ in range(3):
        slides.add_slide(store, actor=ME, sitting="comitato", view=VIEW, said=slides.Said())
    slides.delete_slide(store, actor=ME, sitting="comitato", slide="3")
    minute = {"sitting": "comitato", "kind": MinuteKind.REMARK, "slide": None}
    numbers["minute"] = slides.write_minute(store, actor=ME, text="detto", **minute)  # type: ignore[arg-type]  # as named
    view: dict[str, Any] = {"owner": None, "page": "axes", "query": {}}
    numbers["view"] = saved_views.save_view(store, actor=ME, name="una", **view)
    numbers["deleted view"] = saved_views.save_view(store, actor=ME, name="tolta", **view)
    saved_views.delete_view(store, actor=ME, owner=None, view_id=numbers["deleted view"])
    return numbers | {"deleted sitting": gone}


@pytest.fixture
def prepared(made: tuple[str, dict[str, int]], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Prepared]:
    """A copy, for one test."""
    url, numbers = made
    address = sa.make_url(url)
    if address.drivername.startswith("sqlite"):
        store = Store(sqlite_copy(Path(address.database or ""), tmp_path / "store.sqlite"))
    else:
        store = Store(request.getfixturevalue("postgres").new_database(address.database))
    yield Prepared(store, numbers)
    store.close()
    if not store.is_sqlite:
        request.getfixturevalue("postgres").drop(store.url)


def _frozen(p: Prepared) -> snapshots.Frozen:
    with p.store.reading() as session:
        return snapshots.freeze(session, "P1")


NEW = [known_source(1), figure(2, 500)]
ACTS: dict[str, Callable[[Prepared, Actor], Any]] = {
    "importing.store_rows": lambda p, a: p.in_a_transaction(importing.store_rows, actor=a, file=FILE, rows=NEW),
    "importing.bring_in": lambda p, a: importing.bring_in(p.store, actor=a, file=FILE, rows=NEW, accept_rejected=True),
    "undoing.take_back": lambda p, a: undoing.take_back(p.store, actor=a, import_id=p.numbers["import"]),
    "undoing.undo_import": lambda p, a: p.in_a_transaction(undoing.undo_import, actor=a, import_id=p.numbers["import"]),
    "correcting.correct_figure": lambda p, a: correcting.correct_figure(
        p.store,
        actor=a,
        correction=correcting.Correction(p.numbers["figure"], 100, 7, Firmness.EXACT, "7", "src", "p. 1", "perché"),
        notes=lambda _: {"it": "era", "en": "was"},
    ),
    "saved_views.save_view": lambda p, a: saved_views.save_view(
        p.store, actor=a, owner=None, name="altra", page="axes", query={}
    ),
    "saved_views.rename_view": lambda p, a: saved_views.rename_view(
        p.store, actor=a, owner=None, view_id=p.numbers["view"], name="altra"
    ),
    "saved_views.delete_view": lambda p, a: saved_views.delete_view(p.store, actor=a, owner=None, view_id=p.numbers["view"]),
    "saved_views.restore_view": lambda p, a: saved_views.restore_view(
        p.store, actor=a, owner=None, view_id=p.numbers["deleted view"]
    ),
    "snapshots.keep": lambda p, a: p.in_a_transaction(snapshots.keep, frozen=_frozen(p), actor=a),
    "sittings.create_sitting": lambda p, a: sittings.create_sitting(p.store, actor=a, described=NEXT),
    "sittings.make_sitting": lambda p, a: p.in_a_transaction(
        sittings.make_sitting, actor=a, described=NEXT, frozen=_frozen(p)
    ),
    "sittings.change_sitting": lambda p, a: sittings.change_sitting(
        p.store, actor=a, code="comitato", described=replace(MEETING, name="Altro")
    ),
    "sittings.refresh_sitting": lambda p, a: sittings.refresh_sitting(p.store, actor=a, code="comitato", frozen=_frozen(p)),
    "sittings.duplicate_sitting": lambda p, a: sittings.duplicate_sitting(p.store, actor=a, code="comitato", described=NEXT),
    "sittings.delete_sitting": lambda p, a: sittings.delete_sitting(p.store, actor=a, code="comitato"),
    "sittings.restore_sitting": lambda p, a: sittings.restore_sitting(
        p.store, actor=a, sitting_id=p.numbers["deleted sitting"]
    ),
    "slides.add_slide": lambda p, a: slides.add_slide(p.store, actor=a, sitting="comitato", view=VIEW, said=slides.Said()),
    "slides.append_slide": lambda p, a: p.in_a_transaction(
        slides.append_slide, actor=a, sitting="comitato", view=VIEW, said=slides.Said()
    ),
    "slides.change_slide": lambda p, a: slides.change_slide(
        p.store, actor=a, sitting="comitato", slide="1", said=slides.Said("x")
    ),
    "slides.move_slide": lambda p, a: slides.move_slide(p.store, actor=a, sitting="comitato", slide="1", by=1),
    "slides.hide_slide": lambda p, a: slides.hide_slide(p.store, actor=a, sitting="comitato", slide="1", hidden=True),
    "slides.delete_slide": lambda p, a: slides.delete_slide(p.store, actor=a, sitting="comitato", slide="1"),
    "slides.restore_slide": lambda p, a: slides.restore_slide(p.store, actor=a, sitting="comitato", slide="3"),
    "slides.write_minute": lambda p, a: slides.write_minute(
        p.store, actor=a, sitting="comitato", kind=MinuteKind.REMARK, text="x", slide="1"
    ),
    "slides.delete_minute": lambda p, a: slides.delete_minute(
        p.store, actor=a, sitting="comitato", minute_id=p.numbers["minute"]
    ),
}
"""Every function that writes, and what it is asked to do, for programme P1."""

OF_NO_PROGRAMME = {act for act in ACTS if act.startswith("saved_views.")}


def trail(store: Store) -> list[audit.Entry]:
    with store.reading() as session:
        return audit.entries_page(session, offset=0, limit=99)


@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_write_is_refused_and_nothing_changes(prepared: Prepared, act: str) -> None:
    before = held(prepared.store)
    for actor in (READER, replace(READER, programmes=frozenset({"P1"}))):
        with pytest.raises(NotAllowed) as refused:
            ACTS[act](prepared, actor)
        assert refused.value.reason == "not_allowed"
        assert held(prepared.store) == before


@pytest.mark.parametrize("act", sorted(set(ACTS) - OF_NO_PROGRAMME))
def test_an_editor_of_another_programme_is_refused_and_nothing_changes(prepared: Prepared, act: str) -> None:
    before = held(prepared.store)
    for actor in (OTHERS, NONES):
        with pytest.raises(NotAllowed) as refused:
            ACTS[act](prepared, actor)
        assert refused.value.reason == "not_your_programme"
        assert held(prepared.store) == before


@pytest.mark.soak("postgresql")  # the refusals are tried on both engines with the suite
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("actor", [OWN, EVERY, ADMINISTRATOR], ids=["own", "every", "administrator"])
def test_who_may_write_does(prepared: Prepared, act: str, actor: Actor) -> None:
    before = held(prepared.store)
    ACTS[act](prepared, actor)
    assert held(prepared.store) != before


@pytest.mark.parametrize("act", ACTS)
def test_a_readers_connection_cannot_write_even_where_nobody_asks(
    prepared: Prepared, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (importing, undoing, correcting, saved_views, sittings, snapshots, roles):
        for name in ("require", "require_own", "require_touched"):
            monkeypatch.setattr(module, name, lambda *_: None, raising=False)
    before = held(prepared.store)
    read_only = replace(prepared, store=prepared.store.read_only)
    with pytest.raises(sa.exc.DBAPIError, match=r"readonly database|read-only transaction"):
        ACTS[act](read_only, READER)
    assert held(prepared.store) == before


IN_A_SESSION = {
    "importing.store_rows",
    "undoing.undo_import",
    "snapshots.keep",
    "sittings.make_sitting",
    "slides.append_slide",
}
"""Acts in a transaction that somebody else opened: who opened it writes down what was refused."""


@pytest.mark.parametrize("act", sorted(set(ACTS) - IN_A_SESSION))
def test_what_was_refused_to_a_reader_is_in_the_trail_though_their_connection_cannot_write(
    prepared: Prepared, act: str
) -> None:
    before = len(trail(prepared.store))
    for store in (prepared.store, prepared.store.read_only):
        with pytest.raises(NotAllowed):
            ACTS[act](replace(prepared, store=store), READER)
    newest, second = trail(prepared.store)[:2]
    assert len(trail(prepared.store)) == before + 2
    for entry in (newest, second):
        assert (entry.actor, entry.action[-len(audit.REFUSED) :]) == ("r", audit.REFUSED)
        assert (entry.details["reason"], entry.details["role"]) == ("not_allowed", "reader")


def test_where_the_trail_is_written_nothing_else_can_be(store: Store) -> None:
    state = METADATA.tables["store_state"]
    wrong = (sa.update(state).values(data_version=9), sa.delete(state), sa.text("DELETE FROM store_state"))
    for one in (store, store.read_only):
        for statement in wrong:
            with pytest.raises(RuntimeError, match="only the audit trail"), one.appending() as session:
                session.execute(statement)
        audit.taken_away(one, actor=READER, what="axes", form="csv", filters={}, rows=1, data_version=0)
    assert store.data_version() == 0
    assert [(e.actor, e.action) for e in trail(store)] == [("r", audit.EXPORT)] * 2


def test_a_readers_session_is_read_only_by_default(store: Store) -> None:
    setting = "PRAGMA query_only" if store.is_sqlite else "SHOW default_transaction_read_only"
    with store.read_only.writing() as session:
        assert session.execute(sa.text(setting)).scalar_one() in (1, "on")


# --- none is forgotten ------------------------------------------------------------------------------------------

NOT_OF_PEOPLE = {"store", "dictionary", "roles", "audit", "backup", "backup_file", "copying", "restoring", "totals"}
"""Modules that write the schema, documents, or nothing; what anybody did, whatever they may; the whole store or what
follows from it, by command or within an act."""
PARTS = {"sittings.note"}
"""Parts of an act, given the session by the function that asked: each takes the actor and only adds the entry of the act."""
_WRITES = {"add", "add_all", "delete", "flush", "merge"}


def _functions() -> dict[str, ast.FunctionDef]:
    """The functions of data_model at the top of their modules."""
    return {
        f"{path.stem}.{node.name}": node
        for path in sorted((ROOT / "data_model").glob("*.py"))
        if path.stem not in NOT_OF_PEOPLE
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def _calls(function: ast.FunctionDef) -> list[tuple[str, str]]:
    """(owner, name) of all that a function calls: `session.add` is ("session", "add")."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            found.append((owner.id if isinstance(owner, ast.Name) else "", node.func.attr))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.append(("", node.func.id))
    return found


def _writing_functions() -> set[str]:
    """Public functions that open a transaction that writes, change a session, or take who acts."""
    return {
        name
        for name, node in _functions().items()
        if not name.split(".")[1].startswith("_")
        and (
            any(called == "writing" or (owner == "session" and called in _WRITES) for owner, called in _calls(node))
            or any(
                (owner, called) in (("sa", "insert"), ("sa", "update"), ("sa", "delete")) for owner, called in _calls(node)
            )
            or any(argument.arg == "actor" for argument in [*node.args.args, *node.args.kwonlyargs])
        )
        and not any(called == "require" and name == "sittings.held_sitting" for _, called in _calls(node))
    }


def test_every_function_that_writes_is_tried_with_every_role() -> None:
    assert _writing_functions() - PARTS == set(ACTS)


def test_every_function_that_writes_takes_an_actor_and_asks() -> None:
    functions = _functions()
    asks = {"require", "require_own", "require_touched"}

    def asked(name: str, seen: frozenset[str] = frozenset()) -> bool:
        called = {each for _, each in _calls(functions[name])}
        if called & asks:
            return True
        module = name.split(".", maxsplit=1)[0]
        inner = {full for full in functions if full.split(".")[1] in called and full not in seen}
        near = {full for full in inner if full.startswith(f"{module}.")} | {
            full for full in inner if not full.split(".")[1].startswith("_")
        }
        return any(asked(full, seen | {name}) for full in near)

    for name in _writing_functions() - PARTS:
        node = functions[name]
        actors = [a for a in [*node.args.args, *node.args.kwonlyargs] if a.arg == "actor"]
        assert [ast.unparse(a.annotation) for a in actors if a.annotation] == ["Actor"], name
        assert asked(name), name


def test_asking_outside_of_a_transaction_is_an_error_of_ours(store: Store) -> None:
    with store.reading() as session, pytest.raises(RuntimeError):
        roles.require(session, ADMINISTRATOR, "import")


# --- per programme ----------------------------------------------------------------------------------------------


def bring(store: Store, actor: Actor, *rows: AcceptedRow) -> None:
    with store.writing() as session:
        importing.store_rows(session, actor=actor, file=FILE, rows=rows)


P2 = ProgrammeRecord("P2", "Another", "en", "ESF")
SHARED_OR_OTHERS: dict[str, Record] = {
    "title of another's programme": ProgrammeRecord("P2", "Renamed", "en", overwrite=True),
    "axis of another's": AxisRecord("P2", "1", "Renamed", "en"),
    "new axis of another's": AxisRecord("P2", "9", "New", "en"),
    "subject of another's": SubjectRecord("P2", "call", "A", "Renamed", overwrite=True),
    "source of all": SourceRecord("src", "Renamed"),
    "translation of all": TranslationRecord("originale", "en", "it", "renamed"),
}


@pytest.mark.parametrize("what", SHARED_OR_OTHERS)
def test_an_editor_cannot_rename_what_is_anothers_or_everybodys(store: Store, what: str) -> None:
    there = (P2, AxisRecord("P2", "1", "One", "en"), SubjectRecord("P2", "call", "A", "A call"))
    bring(store, ME, known_source(), AcceptedRow(2, (*there, TranslationRecord("originale", "en", "it", "original"))))
    before = held(store)
    with pytest.raises(NotAllowed):
        bring(store, OWN, figure(2, 7), AcceptedRow(3, (SHARED_OR_OTHERS[what],)))
    assert held(store) == before
    bring(store, EVERY, figure(2, 7), AcceptedRow(3, (SHARED_OR_OTHERS[what],)))


def test_an_editor_makes_known_what_nobody_knew(store: Store) -> None:
    bring(store, OWN, known_source(), figure(2, 7), AcceptedRow(3, (P2, TranslationRecord("nuovo", "en", "it", "new"))))
    assert held(store)["translation"]


def test_an_editor_cannot_take_the_place_of_a_figure_by_its_key(store: Store) -> None:
    bring(store, ME, known_source(), accepted(2, P2, replace(figure_record(100), programme_code="P2")))
    key = replace(figure_record(100), programme_code="P2").natural_key()
    before = held(store)
    with pytest.raises(NotAllowed):
        bring(store, OWN, accepted(2, ProgrammeRecord("P1", "One", "en"), replace(figure_record(5), corrects=key)))
    assert held(store) == before


def test_an_editor_cannot_take_the_place_of_anothers_project_under_their_own_programme(store: Store) -> None:
    bring_projects(store, [{"project_code": "A", "programme_code": "OTHER", "paid_cents": 1}])
    before = held(store)
    mine = Actor("e", Role.EDITOR, frozenset({"PRJ"}))
    with pytest.raises(NotAllowed):
        bring_projects(store, [{"project_code": "A", "paid_cents": 2}], actor=mine)
    assert held(store) == before
    bring_projects(store, [{"project_code": "B", "paid_cents": 2}], actor=mine)
    assert held(store) != before


def test_an_editor_cannot_place_anothers_project(store: Store) -> None:
    bring_projects(store, [{"project_code": "A", "programme_code": "OTHER"}])
    place = PlaceRecord("A", "R", "12", None, None, "Lazio", None, "oc", "f.csv:2")
    before = held(store)
    with pytest.raises(NotAllowed):
        bring(store, Actor("e", Role.EDITOR, frozenset({"PRJ"})), AcceptedRow(2, (place,)))
    assert held(store) == before


def test_nobody_changes_the_views_of_somebody_else(store: Store) -> None:
    number = saved_views.save_view(store, actor=OWN, owner="e", name="mia", page="axes", query={})
    for actor in (ADMINISTRATOR, replace(OWN, name="f")):
        with pytest.raises(NotAllowed, match="not_yours"):
            saved_views.delete_view(store, actor=actor, owner="e", view_id=number)
