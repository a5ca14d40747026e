"""Sittings: what is frozen stays whatever comes in or is taken back; slides and minutes are kept, each act is noted."""

import sqlite3
import threading
import zlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from data_model import slides as of_slides
from data_model import snapshots
from data_model.importing import store_rows
from data_model.roles import keyboard
from data_model.sittings import (
    LONGEST_CODE,
    CannotChange,
    Described,
    change_sitting,
    create_sitting,
    delete_sitting,
    duplicate_sitting,
    previous,
    refresh_sitting,
    restore_sitting,
    sitting,
    sittings,
)
from data_model.slides import LONGEST_TEXT, Kept, Said, View
from data_model.snapshots import FrozenStore, NoSuchSnapshot
from data_model.store import Store, StoreUnavailable, head_revision
from data_model.tables import METADATA
from data_model.undoing import take_back
from data_model.vocabulary import MinuteKind
from tests.data_model.project_rows import PROGRAMME as PROJECTS
from tests.data_model.project_rows import bring as bring_projects
from tests.data_model.rows import FILE, figure, known_source
from tests.store_content import content_of

MEETING = Described("comitato", "Comitato di Sorveglianza", date(2019, 6, 20), "Roma", "P1", "it")
OVERVIEW = View("overview", {"lang": ["it"], "as_of": ["2018-12-31"], "axis": ["1", "2"]}, "bullets")
ME = keyboard("actor")


def bring(store: Store, **amounts: int) -> int:
    """Amounts of axes, as one import; its number."""
    rows = [known_source(), *(figure(n, cents, axis=axis) for n, (axis, cents) in enumerate(amounts.items(), start=2))]
    with store.writing() as session:
        return store_rows(session, actor=ME, file=FILE, rows=rows).import_id or 0


def made(store: Store, code: str = "comitato") -> int:
    return create_sitting(store, actor=ME, described=Described(code, *list(vars(MEETING).values())[1:]))


def amounts(store: Store, sitting_code: str = "comitato") -> dict[str, int]:
    """The amount per axis in what a sitting is frozen on."""
    figures = METADATA.tables["figure"].c
    with frozen(store, sitting_code).reading() as session:
        held = sa.select(figures.axis_code, figures.amount_cents).where(figures.valid_to.is_(None))
        return dict(session.execute(held).all())


def frozen(store: Store, sitting_code: str = "comitato") -> FrozenStore:
    with store.reading() as session:
        return FrozenStore(snapshots.read(session, sitting(session, sitting_code).snapshot_id))


def taken(store: Store, programme: str = "P1") -> snapshots.Frozen:
    with store.reading() as session:
        return snapshots.freeze(session, programme)


def add(store: Store, title: str = "", sitting_code: str = "comitato") -> str:
    return of_slides.add_slide(store, actor=ME, sitting=sitting_code, view=OVERVIEW, said=Said(title))


def slides(store: Store, sitting_code: str = "comitato", *, hidden: bool = True) -> list[Kept]:
    with store.reading() as session:
        return of_slides.slides(session, sitting(session, sitting_code).id, hidden=hidden)


def codes(store: Store, *, hidden: bool = True) -> str:
    return " ".join(slide.code for slide in slides(store, hidden=hidden))


def noted(store: Store) -> list[str]:
    """The acts on sittings that were noted."""
    audit = METADATA.tables["audit_entry"].c
    with store.reading() as session:
        acts = session.execute(sa.select(audit.action).order_by(audit.id)).scalars()
        return [act for act in acts if act not in ("import", "undo")]


# --- what is frozen ---------------------------------------------------------------------------------------------


def test_an_import_and_an_undo_during_the_meeting_change_nothing_in_it(store):
    first = bring(store, **{"1": 100, "2": 200})
    made(store)
    before = content_of(frozen(store))
    second = bring(store, **{"1": 150, "3": 300})
    assert content_of(frozen(store)) == before
    take_back(store, actor=ME, import_id=second)
    take_back(store, actor=ME, import_id=first)
    assert content_of(frozen(store)) == before
    assert amounts(store) == {"1": 100, "2": 200}


def test_what_is_frozen_of_the_same_data_is_the_same_to_the_byte(store):
    bring(store, **{"1": 100, "2": 200})
    once = taken(store)
    made(store)
    assert taken(store) == once


def test_only_the_rows_of_the_one_programme_are_frozen_with_what_was_said_before_and_what_they_refer_to(store):
    bring(store, **{"1": 100})
    bring(store, **{"1": 150})
    bring_projects(
        store,
        [
            {"project_code": code, "call_code": "C", "call_name": "C", "beneficiary_code": code, "beneficiary_name": code}
            for code in ("A", "B")
        ],
    )
    found = content_of(FrozenStore(taken(store)))
    names = ("programme", "figure", "import", "project_position", "beneficiary", "call")
    assert [len(found[name]) for name in names] == [1, 2, 2, 0, 0, 0]
    found = content_of(FrozenStore(taken(store, "PRJ")))
    assert [len(found[name]) for name in names] == [1, 0, 1, 2, 2, 1]


def test_a_snapshot_knows_the_data_version_it_was_taken_at(store):
    bring(store, **{"1": 100})
    made(store)
    version = store.data_version()
    bring(store, **{"1": 150})
    assert frozen(store).data_version() == version
    with store.reading() as session:
        (one,) = sittings(session)
    assert one.data_version == version
    assert abs((datetime.now(UTC) - one.frozen_at).total_seconds()) < 60


def test_a_snapshot_is_never_written(store):
    bring(store, **{"1": 100})
    made(store)
    opened = frozen(store)
    with pytest.raises(StoreUnavailable):
        opened.writing()
    with opened.reading() as session, pytest.raises(sa.exc.OperationalError, match="readonly"):
        session.execute(sa.text("DELETE FROM figure"))


def test_a_snapshot_is_read_by_many_threads_at_once(store):
    bring(store, **{str(n): n for n in range(1, 30)})
    made(store)
    opened, found = frozen(store), []

    def read() -> None:
        for _ in range(5):
            with opened.reading() as session:
                found.append(session.execute(sa.text("SELECT sum(amount_cents) FROM figure")).scalar_one())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [sum(range(1, 30))] * 40


def test_a_snapshot_of_an_earlier_schema_is_brought_to_this_one_when_it_is_opened(store):
    bring(store, **{"1": 100})
    whole = taken(store)
    older = FrozenStore(whole)
    older._anchor.executescript("UPDATE alembic_version SET version_num = '0003'; DROP TABLE minute; DROP TABLE slide;"
                                "DROP TABLE sitting; DROP TABLE sitting_snapshot; DROP TABLE audit_head;"
                                "DROP TABLE project_total; DROP TABLE beneficiary_total;"
                                "DROP INDEX ix_audit_entry_previous_hash; ALTER TABLE audit_entry DROP COLUMN hash;"
                                "ALTER TABLE audit_entry DROP COLUMN previous_hash")  # fmt: skip
    content = zlib.compress(_serialised(older))
    opened = FrozenStore(snapshots.Frozen(whole.programme, whole.data_version, whole.sha256, content))
    with opened.reading() as session:
        assert session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == head_revision()
        assert session.execute(sa.text("SELECT count(*) FROM minute")).scalar_one() == 0
    assert content_of(opened)["figure"] == content_of(FrozenStore(whole))["figure"]


def test_a_snapshot_has_the_totals_of_the_projects_that_it_holds(store):
    bring_projects(store, [{"project_code": code, "committed_cents": 7, "paid_cents": 3} for code in ("A", "B")])
    with store.reading() as session:
        frozen = FrozenStore(snapshots.freeze(session, PROJECTS))
    kept = content_of(store)["project_total"]
    bring_projects(store, [{"project_code": "C", "committed_cents": 1}])
    assert content_of(frozen)["project_total"] == kept != content_of(store)["project_total"]
    assert len(kept) == 4  # the two are one group, in each grain


def _serialised(opened: FrozenStore) -> bytes:
    plain = sqlite3.connect(":memory:")
    opened._anchor.backup(plain)
    return plain.serialize()


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**70])
def test_a_number_that_no_snapshot_has_is_said(store, number):
    with store.reading() as session, pytest.raises(NoSuchSnapshot):
        snapshots.read(session, number)


# --- sittings ---------------------------------------------------------------------------------------------------


def test_a_sitting_comes_back_as_it_was_described(store):
    made(store)
    with store.reading() as session:
        one = sitting(session, "comitato")
    assert (one.name, one.day, one.place, one.programme, one.language) == tuple(vars(MEETING).values())[1:]


def test_refreshing_is_an_act_of_its_own_and_keeps_the_snapshot_of_before(store):
    bring(store, **{"1": 100})
    made(store)
    bring(store, **{"1": 150})
    assert amounts(store) == {"1": 100}
    refresh_sitting(store, actor=ME, code="comitato", frozen=taken(store))
    assert amounts(store) == {"1": 150}
    with store.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM sitting_snapshot")).scalar_one() == 2
    with pytest.raises(CannotChange, match="other_programme"):
        refresh_sitting(store, actor=ME, code="comitato", frozen=taken(store, "another"))


@pytest.mark.parametrize("latest", [False, True])
def test_the_next_meeting_has_the_same_slides_under_the_same_codes_on_the_data_of_now(store, latest):
    bring(store, **{"1": 100})
    made(store)
    add(store, "one")
    of_slides.hide_slide(store, actor=ME, sitting="comitato", slide=add(store, "two"), hidden=True)
    of_slides.delete_slide(store, actor=ME, sitting="comitato", slide=add(store, "three"))
    bring(store, **{"1": 150})
    described = Described("ottobre", "Next", date(2019, 10, 1), "", "P1", "en")
    duplicate_sitting(store, actor=ME, code="comitato", described=described, latest=latest)
    assert (amounts(store), amounts(store, "ottobre")) == ({"1": 100}, {"1": 150})
    copied = slides(store, "ottobre")
    assert [(s.code, s.said.title, s.hidden) for s in copied] == [("1", "one", False), ("2", "two", True)]
    kept = {"axis": ["1", "2"]} if latest else {"as_of": ["2018-12-31"], "axis": ["1", "2"]}
    assert copied[0].view == View("overview", kept, "bullets")
    with store.reading() as session:
        before = previous(session, sitting(session, "ottobre"))
        assert before is not None
        assert before.code == "comitato"
        assert previous(session, before) is None


@pytest.mark.parametrize("code", ["", "Comitato", "a b", "-a", "a/b", "à", "a" * (LONGEST_CODE + 1), "a\x00"])
def test_a_code_that_an_address_cannot_name_is_refused(store, code):
    with pytest.raises(CannotChange, match="bad_code"):
        made(store, code)
    assert noted(store) == ["create_sitting_refused"]


def test_a_code_that_another_sitting_has_is_refused(store):
    made(store)
    with pytest.raises(CannotChange, match="code_taken"):
        made(store)


def test_a_deleted_sitting_is_brought_back_under_a_code_of_its_own(store):
    number = made(store)
    assert delete_sitting(store, actor=ME, code="comitato") == number
    with store.reading() as session, pytest.raises(CannotChange, match="no_such_sitting"):
        sitting(session, "comitato")
    made(store)
    restore_sitting(store, actor=ME, sitting_id=number)
    with store.reading() as session:
        assert sorted(one.code for one in sittings(session)) == ["comitato", "comitato-2"]
    with pytest.raises(CannotChange, match="no_such_sitting"):
        restore_sitting(store, actor=ME, sitting_id=number)


def test_a_sitting_is_described_anew_but_keeps_its_code_and_programme(store):
    made(store)
    new = Described("other", " Another\n name ", date(2020, 1, 1), "Napoli", "other", "en")
    change_sitting(store, actor=ME, code="comitato", described=new)
    with store.reading() as session:
        one = sitting(session, "comitato")
    assert (one.name, one.day, one.place, one.programme, one.language) == (
        "Another name",
        date(2020, 1, 1),
        "Napoli",
        "P1",
        "en",
    )


# --- slides -----------------------------------------------------------------------------------------------------


def test_a_slide_keeps_view_and_words_but_not_the_language(store):
    made(store)
    said = Said(" A title\n", "Item 7.a", "line one\r\nline two", "A text")
    code = of_slides.add_slide(store, actor=ME, sitting="comitato", view=OVERVIEW, said=said)
    (one,) = slides(store)
    assert one.view == View("overview", {"as_of": ["2018-12-31"], "axis": ["1", "2"]}, "bullets")
    assert one.said == Said("A title", "Item 7.a", "line one\nline two", "A text")
    of_slides.change_slide(store, actor=ME, sitting="comitato", slide=code, said=Said())
    assert slides(store)[0].said == Said()


def test_slides_are_put_in_order(store):
    made(store)
    for _ in range(4):
        add(store)
    assert codes(store) == "1 2 3 4"
    for slide, by, order in (("3", -1, "1 3 2 4"), ("1", 2, "3 2 1 4"), ("4", -99, "4 3 2 1"), ("4", 99, "3 2 1 4")):
        of_slides.move_slide(store, actor=ME, sitting="comitato", slide=slide, by=by)
        assert codes(store) == order


def test_a_hidden_slide_is_left_out_and_taken_in_again(store):
    made(store)
    add(store)
    add(store)
    of_slides.hide_slide(store, actor=ME, sitting="comitato", slide="1", hidden=True)
    assert (codes(store, hidden=False), codes(store)) == ("2", "1 2")
    of_slides.hide_slide(store, actor=ME, sitting="comitato", slide="1", hidden=False)
    assert codes(store, hidden=False) == "1 2"


def test_a_deleted_slide_comes_back_to_its_place_and_its_code_is_not_given_again(store):
    made(store)
    for _ in range(3):
        add(store)
    of_slides.delete_slide(store, actor=ME, sitting="comitato", slide="2")
    assert codes(store) == "1 3"
    assert add(store) == "4"
    of_slides.restore_slide(store, actor=ME, sitting="comitato", slide="2")
    assert codes(store) == "1 2 3 4"
    with pytest.raises(CannotChange, match="no_such_slide"):
        of_slides.restore_slide(store, actor=ME, sitting="comitato", slide="2")


def test_too_long_texts_are_refused_and_nothing_is_kept(store):
    made(store)
    for said in (Said("x" * 201), Said(section="x" * 201), Said(note="x" * (LONGEST_TEXT + 1))):
        with pytest.raises(CannotChange, match="too_long"):
            of_slides.add_slide(store, actor=ME, sitting="comitato", view=OVERVIEW, said=said)
    assert codes(store) == ""


# --- minutes ----------------------------------------------------------------------------------------------------


def test_what_is_written_down_carries_time_slide_and_writer(store):
    made(store)
    slide = add(store)
    write: dict[str, Any] = {"actor": ME, "sitting": "comitato"}
    first = of_slides.write_minute(store, **write, kind=MinuteKind.DECISION, text=" Si approva.\n", slide=slide)
    of_slides.write_minute(store, **write, kind=MinuteKind.REMARK, text="Manca un dato", slide=None)
    with store.reading() as session:
        found = of_slides.minutes(session, sitting(session, "comitato").id)
    assert [(m.kind, m.text, m.slide, m.written_by) for m in found] == [
        ("decision", "Si approva.", slide, ME.name),
        ("remark", "Manca un dato", None, ME.name),
    ]
    assert all(abs((datetime.now(UTC) - m.said_at).total_seconds()) < 60 for m in found)
    of_slides.delete_minute(store, **write, minute_id=first)
    with store.reading() as session:
        assert len(of_slides.minutes(session, sitting(session, "comitato").id)) == 1
    of_slides.delete_minute(store, **write, minute_id=first, deleted=False)
    with store.reading() as session:
        assert len(of_slides.minutes(session, sitting(session, "comitato").id)) == 2
    with pytest.raises(CannotChange, match="no_minute"):
        of_slides.write_minute(store, **write, kind=MinuteKind.REMARK, text=" \n", slide=None)
    with pytest.raises(CannotChange, match="no_such_minute"):
        of_slides.delete_minute(store, **write, minute_id=99)


def test_every_act_is_noted_and_changes_no_data(store):
    bring(store, **{"1": 100})
    before = store.data_version()
    made(store)
    add(store)
    change: dict[str, Any] = {"actor": ME, "sitting": "comitato", "slide": "1"}
    of_slides.change_slide(store, **change, said=Said("t"))
    of_slides.move_slide(store, **change, by=1)
    of_slides.hide_slide(store, **change, hidden=True)
    of_slides.hide_slide(store, **change, hidden=False)
    of_slides.delete_slide(store, **change)
    of_slides.restore_slide(store, **change)
    number = of_slides.write_minute(store, **change, kind=MinuteKind.REMARK, text="x")
    of_slides.delete_minute(store, actor=ME, sitting="comitato", minute_id=number)
    change_sitting(store, actor=ME, code="comitato", described=MEETING)
    refresh_sitting(store, actor=ME, code="comitato", frozen=taken(store))
    restore_sitting(store, actor=ME, sitting_id=delete_sitting(store, actor=ME, code="comitato"))
    assert noted(store) == [
        "create_sitting", "add_slide", "change_slide", "move_slide", "hide_slide", "show_slide", "delete_slide",
        "restore_slide", "write_minute", "delete_minute", "change_sitting", "refresh_sitting", "delete_sitting",
        "restore_sitting",
    ]  # fmt: skip
    assert store.data_version() == before
