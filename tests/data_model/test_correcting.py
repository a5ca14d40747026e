"""One figure corrected by hand: an import of its own, which an undo takes back."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from data_model import queries
from data_model.correcting import CannotCorrect, Correction, correct_figure
from data_model.import_queries import held_rows, import_entry, imports_count, imports_page
from data_model.importing import store_rows
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.tables import METADATA
from data_model.undoing import take_back
from data_model.vocabulary import Firmness
from tests.data_model.rows import FILE, PROGRAMME, accepted, figure, known_source


def notes(old):
    return {"it": f"era {old.amount_cents}", "en": f"was {old.amount_cents}"}


@pytest.fixture
def one(store):
    """(store, number of its one figure)"""
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(1), figure(2, 2_420_000)])
    return store, figures(store)[0].id


def figures(store):
    with store.reading() as session:
        return list(queries.figures(session, PROGRAMME.code).itertuples(index=False))


def correction(figure_id, **changes):
    plain = Correction(figure_id, 2_420_000, 2_500_000, Firmness.EXACT, "25.000,00", "src", "p. 7", "letto male")
    return replace(plain, **changes)


def test_the_corrected_figure_holds_in_the_place_of_the_other_with_its_note_and_source(one):
    store, number = one
    result = correct_figure(store, actor=keyboard("b"), correction=correction(number), notes=notes)
    (now,) = figures(store)
    assert (now.amount_cents, now.wording, now.place, now.note) == (2_500_000, "25.000,00", "p. 7", "era 2420000")
    assert (result.rows_changed, result.import_id, now.import_id) == (1, 2, 2)
    assert (now.measure, now.subject_code, now.as_of.date()) == ("committed", "1", date(2018, 12, 31))
    with store.reading() as session:
        assert queries.translations(session, "en") == {"era 2420000": "was 2420000"}
        entry = import_entry(session, 2)
    assert entry is not None
    assert (entry.format, entry.actor, entry.sums_in_cents) == ("correction", "b", {"committed": 2_500_000})


def test_the_act_is_in_the_audit_trail(one):
    store, number = one
    correct_figure(store, actor=keyboard("b"), correction=correction(number), notes=notes)
    audit = METADATA.tables["audit_entry"].c
    with store.reading() as session:
        actor, action, details = session.execute(
            sa.select(audit.actor, audit.action, audit.details).order_by(audit.id.desc())
        ).first()
    assert (actor, action, details["file"]) == ("b", "import", f"correction-{number}")


def test_another_source_takes_the_place_of_the_first_and_undo_gives_the_first_back(one):
    store, number = one
    before = figures(store)[0]
    correct_figure(
        store,
        actor=keyboard("b"),
        correction=correction(number, source_id="verbale", source_title="Un verbale"),
        notes=notes,
    )
    (now,) = figures(store)
    assert (now.source_id, now.amount_cents) == ("verbale", 2_500_000)
    take_back(store, actor=keyboard("c"), import_id=2)
    (back,) = figures(store)
    assert back._replace(id=0) == before._replace(id=0)
    assert (store.data_version(), back.amount_cents, back.source_id) == (3, 2_420_000, "src")


def test_a_corrected_figure_can_be_corrected_again_and_each_undo_goes_one_step_back(one):
    store, number = one
    correct_figure(store, actor=keyboard("b"), correction=correction(number), notes=notes)
    (second,) = figures(store)
    correct_figure(store, actor=keyboard("b"), correction=correction(second.id, seen=2_500_000, value=1), notes=notes)
    assert [f.amount_cents for f in figures(store)] == [1]
    take_back(store, actor=keyboard("c"), import_id=3)
    assert [f.amount_cents for f in figures(store)] == [2_500_000]
    take_back(store, actor=keyboard("c"), import_id=2)
    assert [f.amount_cents for f in figures(store)] == [2_420_000]


def test_a_value_that_no_source_gives_any_more_is_missing_and_not_zero(one):
    store, number = one
    correct_figure(
        store, actor=keyboard("b"), correction=correction(number, value=None, firmness=Firmness.NOT_GIVEN), notes=notes
    )
    (now,) = figures(store)
    assert (str(now.amount_cents), now.firmness) == ("<NA>", "not_given")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seen": 1}, "figure_changed"),
        ({"figure_id": 999}, "figure_changed"),
        ({"reason": " "}, "missing"),
        ({"wording": ""}, "missing"),
        ({"place": ""}, "missing"),
        ({"source_id": "nobody"}, "unknown_source"),
        ({"source_id": "x" * 61, "source_title": "Lungo"}, "too_long"),
        ({"value": None}, "firmness_without_value"),
        ({"firmness": Firmness.NOT_GIVEN}, "firmness_without_value"),
    ],
)
def test_what_cannot_be_corrected_so_is_refused_and_nothing_is_written(one, changes, reason):
    store, number = one
    with pytest.raises(CannotCorrect) as refused:
        correct_figure(store, actor=keyboard("b"), correction=correction(**({"figure_id": number} | changes)), notes=notes)
    assert refused.value.reason == reason
    assert (store.data_version(), [f.amount_cents for f in figures(store)]) == (1, [2_420_000])


def test_a_figure_that_was_replaced_meanwhile_is_not_corrected(one):
    store, number = one
    with store.writing() as session:
        store_rows(session, actor=keyboard("a"), file=replace(FILE, sha256="1" * 64), rows=[figure(2, 7)])
    with pytest.raises(CannotCorrect):
        correct_figure(store, actor=keyboard("b"), correction=correction(number), notes=notes)
    assert [f.amount_cents for f in figures(store)] == [7]


# --- questions about imports ------------------------------------------------------------------------------------


def test_the_list_of_imports_comes_by_pages_the_newest_first(store):
    for number in range(5):
        with store.writing() as session:
            file = FileIdentity(f"f{number}.csv", f"{number}" * 64, "figures")
            store_rows(session, actor=keyboard("a"), file=file, rows=[known_source(1), accepted(2), figure(3, number + 1)])
    with store.reading() as session:
        assert imports_count(session) == 5
        assert [e.id for e in imports_page(session, offset=1, limit=3)] == [4, 3, 2]
        assert import_entry(session, 9) is None
        assert held_rows(session, 4) == {}
        assert held_rows(session, 5) == {"figure": 1}
