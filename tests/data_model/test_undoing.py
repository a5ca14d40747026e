"""Taking imports back: against a slow oracle that keeps every import as a dictionary."""

import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import store_rows
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import NoSuchImport, undo_import
from tests.conftest import examples, sqlite_copy
from tests.data_model.rows import FILE, figure, known_source

FIGURE, AUDIT = METADATA.tables["figure"].c, METADATA.tables["audit_entry"].c


def bring(store: Store, values: dict[str, int]) -> int | None:
    """Bring one amount per axis in; the number of the import, None if nothing had to change."""
    rows = [known_source(), *(figure(n, cents, axis=axis) for n, (axis, cents) in enumerate(values.items(), start=2))]
    with store.writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=FILE, rows=rows).import_id


def undo(store: Store, import_id: int | None) -> int:
    assert import_id is not None
    with store.writing() as session:
        return undo_import(session, actor=keyboard("Ada"), import_id=import_id)


def held(store: Store) -> dict[str, int]:
    """The amount that holds now per axis; an axis that held twice would fail the count."""
    with store.reading() as session:
        rows = session.execute(sa.select(FIGURE.axis_code, FIGURE.amount_cents).where(FIGURE.valid_to.is_(None))).all()
    assert len(rows) == len({axis for axis, _ in rows})
    return {row.axis_code: row.amount_cents for row in rows}


def test_undoing_the_only_import_leaves_nothing_and_a_new_version(store):
    first = bring(store, {"1": 100, "2": 200})
    assert undo(store, first) == 2
    assert held(store) == {}
    assert store.data_version() == 2


def test_a_changed_figure_is_again_what_it_was_before(store):
    bring(store, {"1": 100, "2": 200})
    second = bring(store, {"1": 150})
    undo(store, second)
    assert held(store) == {"1": 100, "2": 200}


def test_a_later_import_of_the_same_rows_keeps_them(store):
    first = bring(store, {"1": 100, "2": 200})
    bring(store, {"1": 100, "3": 300})
    undo(store, first)
    assert held(store) == {"1": 100, "3": 300}


def test_an_import_cannot_be_undone_twice_and_an_unknown_one_not_at_all(store):
    first = bring(store, {"1": 100})
    undo(store, first)
    for number in (first, 99):
        with pytest.raises(NoSuchImport):
            undo(store, number)
    assert store.data_version() == 2


def test_an_undone_file_can_be_brought_in_again(store):
    undo(store, bring(store, {"1": 100}))
    assert bring(store, {"1": 100}) == 2
    assert held(store) == {"1": 100}


def test_the_act_is_in_the_audit_and_the_earlier_entries_stay(store):
    undo(store, bring(store, {"1": 100}))
    with store.reading() as session:
        entries = session.execute(sa.select(AUDIT.action, AUDIT.actor).order_by(AUDIT.id)).all()
    assert [tuple(entry) for entry in entries] == [("import", "Ada"), ("undo", "Ada")]


values = st.dictionaries(st.sampled_from("1234"), st.integers(0, 3), min_size=1)
acts = st.lists(st.one_of(values, st.integers(0, 5)), min_size=1, max_size=9)


@examples(40, soak=480)
@given(acts)
def test_after_any_imports_and_undos_each_figure_is_that_of_the_latest_import_that_stands(empty_sqlite, acts):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(sqlite_copy(empty_sqlite, Path(folder, "s.sqlite")))
        standing: dict[int, dict[str, int]] = {}
        for act in acts:
            if isinstance(act, dict):
                number = bring(store, act)
                if number is not None:
                    standing[number] = act
            elif standing:
                number = sorted(standing)[act % len(standing)]
                undo(store, number)
                del standing[number]
            expected: dict[str, int] = {}
            for number in sorted(standing):
                expected |= standing[number]
            assert held(store) == expected
        store.close()
