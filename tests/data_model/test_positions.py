"""Project positions: merged in bulk, versioned, taken back; against a slow oracle of dictionaries."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model.importing import store_rows
from data_model.positions import MEASURES
from data_model.records import AcceptedRow, ImportResult, RefusedRow, SkippedRow
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA
from data_model.undoing import undo_import
from tests.conftest import examples, sqlite_copy
from tests.data_model.faults import fails_everywhere
from tests.data_model.rows import FILE, accepted, known_source, position
from tests.store_content import content_of

POSITION = METADATA.tables["project_position"].c
JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)


def bring(store: Store, *rows) -> ImportResult:
    with store.writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=FILE, rows=[known_source(), *rows])


def undo(store: Store, import_id: int | None) -> None:
    assert import_id is not None
    with store.writing() as session:
        undo_import(session, actor=keyboard("Ada"), import_id=import_id)


def held(store: Store) -> dict[tuple[str, date], tuple[int | None, int | None]]:
    """(committed, paid) that hold now per project and date; a key that held twice would fail the count."""
    query = sa.select(POSITION.project_code, POSITION.as_of, POSITION.committed_cents, POSITION.paid_cents)
    with store.reading() as session:
        rows = session.execute(query.where(POSITION.valid_to.is_(None))).all()
    found = {(row.project_code, row.as_of): (row.committed_cents, row.paid_cents) for row in rows}
    assert len(found) == len(rows)
    return found


def test_a_position_is_stored_with_all_that_it_says_and_what_is_missing_stays_missing(store):
    said: dict[str, Any] = dict.fromkeys(f"{measure}_cents" for measure in MEASURES)
    said |= {"committed_cents": 123, "granted_cents": 0}
    more: dict[str, Any] = {
        "axis_code": "05",
        "region_code": "12",
        "started_on": date(2020, 2, 29),
        "rounded": True,
        "cup": "X",
    }
    result = bring(store, position(2, "A/1 .x", **said, **more))
    with store.reading() as session:
        row = session.execute(sa.select(METADATA.tables["project_position"])).mappings().one()
    for name, value in {**said, **more, "project_code": "A/1 .x", "place_in_source": "file.csv:2"}.items():
        assert row[name] == value, name
    assert result.sums_stored_cents == {"granted": 0, "committed": 123}


def test_the_same_positions_again_change_nothing_and_leave_no_import(store):
    rows = [position(n, f"P{n}", committed_cents=n) for n in range(2, 9)]
    bring(store, *rows)
    version = store.data_version()
    again = bring(store, *rows)
    assert (again.import_id, again.rows_unchanged, store.data_version()) == (None, len(rows) + 1, version)
    assert again.sums_before_cents == again.sums_stored_cents == {"committed": sum(range(2, 9))}


def test_the_line_of_a_position_may_change_without_making_it_another_one(store):
    bring(store, position(2, "A", committed_cents=1))
    assert bring(store, position(7, "A", committed_cents=1)).import_id is None


def test_what_would_change_is_told_with_the_sums_before_and_after(store):
    bring(store, position(2, "A", committed_cents=100, paid_cents=None), position(3, "B", committed_cents=50))
    result = bring(
        store,
        position(2, "A", committed_cents=90, paid_cents=7),
        position(3, "B", committed_cents=50),
        position(4, "C", committed_cents=1),
    )
    assert (result.rows_new, result.rows_changed, result.rows_unchanged) == (1, 1, 2)
    assert result.sums_before_cents == {"committed": 150}
    assert result.sums_stored_cents == {"committed": 141, "paid": 7}
    assert held(store) == {("A", JUNE): (90, 7), ("B", JUNE): (50, None), ("C", JUNE): (1, None)}


@pytest.mark.parametrize("between", [0, 2_500])
def test_a_project_that_comes_twice_in_a_file_at_one_date_is_taken_once(store, between):
    filler = [position(10 + n, f"F{n}") for n in range(between)]
    result = bring(
        store, position(2, "A", committed_cents=1), *filler, position(9_000, "A", committed_cents=2), position(9_001, "B")
    )
    assert (result.rows_rejected, result.reasons, result.sums_rejected_cents) == (1, {"repeated_key": 1}, {"committed": 2})
    assert held(store)["A", JUNE] == (1, None)
    assert len(held(store)) == between + 2


def test_names_are_those_of_the_latest_date_whatever_came_first(store):
    named = {"beneficiary_code": "1", "call_code": "C"}
    bring(store, position(2, "A", as_of=AUGUST, beneficiary_name="New", call_name="New call", **named))
    bring(store, position(2, "A", as_of=JUNE, beneficiary_name="Old", call_name="Old call", **named))
    with store.reading() as session:
        for table, name in (("beneficiary", "New"), ("call", "New call")):
            assert session.execute(sa.select(METADATA.tables[table].c.name)).scalars().all() == [name]


def test_a_text_that_is_too_long_an_unknown_source_and_programme_refuse_the_row_and_not_the_file(store):
    result = bring(
        store,
        position(2, "A" * 101, committed_cents=1),
        position(3, "B", source_id="nowhere", committed_cents=2),
        accepted(4, position(4, "C", programme_code="P9").records[1]),
        position(5, "D", committed_cents=4),
    )
    assert result.reasons == {"too_long": 1, "unknown_source": 1, "unknown_programme": 1}
    assert list(held(store)) == [("D", JUNE)]
    assert result.sums_in_cents == {"committed": 7}


def rows_of_all_kinds(changed: int) -> list:
    return [
        position(2, "A", committed_cents=100 + changed, beneficiary_code="b", beneficiary_name="B", call_code="c",
                 call_name="C"),
        position(3, "B", committed_cents=5),
        position(4, "new" if changed else "old", paid_cents=1),
        SkippedRow(5, "not_published", sums={"paid": 3}),
        RefusedRow(6, "IMPEGNI", "x", "not_a_number", cells=("A", "x")),
    ]  # fmt: skip


def test_an_import_of_positions_that_fails_at_any_statement_leaves_the_store_as_it_was(store):
    bring(store, *rows_of_all_kinds(0))
    failed_at = fails_everywhere(store, lambda: bring(store, *rows_of_all_kinds(1)))
    added = ("INSERT INTO project_position",) if store.is_sqlite else ()  # PostgreSQL is given the rows by COPY
    for part in (*added, "UPDATE project_position", "INSERT INTO rejected_row"):
        assert any(part in statement for statement in failed_at)


def test_an_undo_that_fails_at_any_statement_leaves_the_store_as_it_was(store):
    bring(store, *rows_of_all_kinds(0))
    second = bring(store, *rows_of_all_kinds(1)).import_id
    failed_at = fails_everywhere(store, lambda: undo(store, second))
    for part in ("UPDATE project_position", "INSERT INTO project_position", "INSERT INTO audit_entry"):
        assert any(part in statement for statement in failed_at)


def test_what_an_import_and_its_undo_leave_is_what_held_before_and_the_version_only_grows(store):
    bring(store, *(position(n, f"P{n}", committed_cents=n) for n in range(2, 50)))
    before, version = held(store), store.data_version()
    second = bring(store, *(position(n, f"P{n}", committed_cents=-n) for n in range(30, 80)))
    assert held(store) != before
    undo(store, second.import_id)
    assert held(store) == before
    assert store.data_version() == version + 2


amounts = st.one_of(st.none(), st.integers(-3, 3))
files = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from([JUNE, AUGUST])), st.tuples(amounts, amounts), min_size=1
)
acts = st.lists(st.one_of(files, st.integers(0, 5)), min_size=1, max_size=8)


def file_rows(file) -> list[AcceptedRow]:
    return [
        position(line, code, as_of=day, committed_cents=committed, paid_cents=paid)
        for line, ((code, day), (committed, paid)) in enumerate(file.items(), 2)
    ]


@examples(40, soak=600)
@given(acts)
def test_after_any_imports_and_undos_each_position_is_that_of_the_latest_import_that_stands(empty_sqlite, acts):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(sqlite_copy(empty_sqlite, Path(folder, "s.sqlite")))
        standing: dict[int, dict] = {}
        for act in acts:
            if isinstance(act, dict):
                number = bring(store, *file_rows(act)).import_id
                if number is not None:
                    standing[number] = act
            elif standing:
                number = sorted(standing)[act % len(standing)]
                undo(store, number)
                del standing[number]
            expected: dict = {}
            for number in sorted(standing):
                expected |= standing[number]
            assert held(store) == expected
        store.close()


@examples(20, soak=240)
@given(files, st.randoms())
def test_the_order_of_rows_and_one_file_or_two_do_not_matter(empty_sqlite, file, random):
    rows = file_rows(file)
    shuffled = random.sample(rows, len(rows))
    cut = random.randint(0, len(rows))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (("one", [rows]), ("shuffled", [shuffled]), ("two", [rows[:cut], rows[cut:]])):
            store = Store(sqlite_copy(empty_sqlite, Path(folder, name)))
            for part in parts:
                bring(store, *part)
            found.append(held(store))
            store.close()
    assert found[0] == found[1] == found[2]


def test_the_same_rows_on_sqlite_and_postgresql_are_the_same_store(tmp_path, postgres):
    contents = []
    for url in (f"sqlite:///{tmp_path / 's.sqlite'}", postgres.new_database("template_empty")):
        store = Store(url)
        bring(store, *rows_of_all_kinds(0))
        undo(store, bring(store, *rows_of_all_kinds(1)).import_id)
        contents.append(content_of(store))
        store.close()
    assert contents[0] == contents[1]
