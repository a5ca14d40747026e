"""Bringing rows in: what is new, changed, unchanged, closed and refused; and that it happens wholly or not at all."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_model import writer
from data_model.importing import CHUNK, is_empty, store_rows
from data_model.records import (
    AcceptedRow,
    ActivityRecord,
    AxisRecord,
    DeadlineRecord,
    FileIdentity,
    ImportResult,
    ParsedRow,
    ProgrammeRecord,
    RefusedRow,
    SkippedRow,
    SourceRecord,
    SubjectRecord,
)
from data_model.roles import keyboard
from data_model.store import Store
from data_model.tables import METADATA, AuditEntry, Import
from data_model.vocabulary import ActivityStatus, DateBasis, DeadlineKind, StatusBasis
from tests.conftest import examples
from tests.data_model.faults import fails_everywhere
from tests.data_model.rows import FILE, PROGRAMME, accepted, figure, figure_record, known_source
from tests.store_content import content, content_of, undone

ACTIVITY, DEADLINE, FIGURE, PRIORITY_AXIS, PROGRAMME_TABLE, REJECTED_ROW, SUBJECT = (
    METADATA.tables[name].c
    for name in ("activity", "deadline", "figure", "priority_axis", "programme", "rejected_row", "subject")
)


def bring(store: Store, *rows: ParsedRow, file: FileIdentity = FILE) -> ImportResult:
    """Bring rows in, in a transaction of their own."""
    with store.writing() as session:
        return store_rows(session, actor=keyboard("Ada"), file=file, rows=rows)


def select(
    store: Store, *columns: sa.ColumnElement[Any], order_by: sa.ColumnElement[Any] | None = None
) -> list[tuple[Any, ...]]:
    with store.reading() as session:
        return [
            tuple(row) for row in session.execute(sa.select(*columns).order_by(columns[0] if order_by is None else order_by))
        ]


def figures(store: Store) -> list[tuple]:
    """One (axis, cents, valid from, valid to) per stored figure."""
    columns = (FIGURE.axis_code, FIGURE.amount_cents, FIGURE.valid_from, FIGURE.valid_to)
    return sorted(select(store, *columns), key=repr)


def counts(result: ImportResult) -> dict[str, int]:
    """The counts that are not zero."""
    names = ("read", "new", "changed", "unchanged", "skipped", "rejected")
    return {name: n for name in names if (n := getattr(result, f"rows_{name}"))}


@pytest.fixture
def with_two(store: Store) -> Store:
    """A store at version 1 with 100 cents on axis 1 and 200 on axis 2."""
    bring(store, known_source(), figure(2, 100, axis="1"), figure(3, 200, axis="2"))
    return store


# --- versions ---------------------------------------------------------------------------------------------------


def test_a_store_is_empty_until_something_is_brought_in(store):
    with store.reading() as session:
        assert is_empty(session)
    bring(store, known_source())
    with store.reading() as session:
        assert not is_empty(session)


def test_new_figures_hold_from_the_version_that_brought_them(store):
    result = bring(store, known_source(), figure(2, 100, axis="1"), figure(3, 200, axis="2"))
    assert counts(result) == {"read": 3, "new": 3}
    assert figures(store) == [("1", 100, 1, None), ("2", 200, 1, None)]
    assert store.data_version() == 1


def test_a_changed_figure_closes_the_old_one_and_the_others_stay(with_two):
    result = bring(with_two, figure(2, 150, axis="1"), figure(3, 200, axis="2"), figure(4, 300, axis="3"))
    assert counts(result) == {"read": 3, "new": 1, "changed": 1, "unchanged": 1}
    held = [("1", 100, 1, 2), ("1", 150, 2, None), ("2", 200, 1, None), ("3", 300, 2, None)]
    said_again = ("2", 200, 2, 2)  # never held: kept so that undoing the first import leaves the second its word
    assert figures(with_two) == sorted([*held, said_again], key=repr)
    assert with_two.data_version() == 2


@pytest.mark.parametrize("at_once", [1, 10_000])
def test_the_same_rows_again_leave_no_trace(with_two, at_once, monkeypatch):
    monkeypatch.setattr(writer, "_FORGOTTEN_AT_ONCE", at_once)
    before = content_of(with_two)
    result = bring(with_two, known_source(), figure(2, 100, axis="1"), figure(3, 200, axis="2"))
    assert counts(result) == {"read": 3, "unchanged": 3}
    assert result.import_id is None
    assert content_of(with_two) == before


def test_a_correction_that_is_taken_back_makes_a_third_version(with_two):
    bring(with_two, figure(2, 150, axis="1"))
    bring(with_two, figure(2, 100, axis="1"))
    assert figures(with_two) == [("1", 100, 1, 2), ("1", 100, 3, None), ("1", 150, 2, 3), ("2", 200, 1, None)]


def test_a_figure_missing_from_a_later_file_still_holds(with_two):
    bring(with_two, figure(2, 150, axis="1"))
    assert ("2", 200, 1, None) in figures(with_two)


@pytest.mark.parametrize(
    "changed",
    [
        {"wording": "about 1"},
        {"firmness": "about"},
        {"note": "a caveat"},
        {"place": "p. 2"},
        {"date_basis": DateBasis.ASSUMED},
    ],
)
def test_a_figure_is_changed_when_only_what_is_said_about_it_changes(with_two, changed):
    record = replace(figure_record(100, axis="1"), **changed)
    assert counts(bring(with_two, accepted(2, record))) == {"read": 1, "changed": 1}


@pytest.mark.parametrize(
    "other",
    [
        {"measure": "reported"},
        {"as_of": date(2019, 12, 31)},
        {"as_of": None},
        {"series": "ec"},
        {"category_code": "LD"},
        {"breakdown_code": "09"},
        {"cohort": 1},
        {"subject_code": "X"},
        {"programme_code": "P2"},
    ],
)
def test_a_figure_of_another_thing_is_new_and_closes_nothing(with_two, other):
    record = replace(figure_record(100, axis="1"), **other)
    second = AcceptedRow(1, (ProgrammeRecord("P2", "Another", "en"),))
    assert bring(with_two, second, accepted(2, record)).rows_changed == 0
    assert all(valid_to is None for *_, valid_to in figures(with_two))
    assert len(figures(with_two)) == 3


def test_two_sources_may_say_different_things_of_one_figure(with_two):
    other = replace(figure_record(999, axis="1"), source_id="press")
    bring(with_two, AcceptedRow(1, (SourceRecord("press", "A newspaper"),)), accepted(2, other))
    assert ("1", 100, 1, None) in figures(with_two)
    assert ("1", 999, 2, None) in figures(with_two)


def test_a_figure_whose_value_is_lost_is_kept_without_a_value_and_is_not_zero(store):
    bring(store, known_source(), figure(2, None, axis="1"), figure(3, 0, axis="2"))
    assert figures(store) == [("1", None, 1, None), ("2", 0, 1, None)]


def test_activities_and_deadlines_are_closed_and_renewed_like_figures(store):
    activity = ActivityRecord(
        "P1", "S01", "1;2", "Comuni", "Sportelli", ActivityStatus.STARTED, "avviati", StatusBasis.EXPLICIT, 1, "src",
        date(2019, 6, 20), DateBasis.ASSUMED,
    )  # fmt: skip
    deadline = DeadlineRecord(
        "P1", "AVV", DeadlineKind.EXTENSION, date(2019, 3, 1), "2019-03", date(2020, 12, 31), "proroga", "src"
    )
    bring(store, known_source(), AcceptedRow(2, (PROGRAMME, activity)), AcceptedRow(3, (deadline,)))
    later = replace(activity, status=ActivityStatus.COMPLETED)
    result = bring(store, AcceptedRow(2, (later,)), AcceptedRow(3, (deadline,)))
    assert counts(result) == {"read": 2, "changed": 1, "unchanged": 1}
    assert select(store, ACTIVITY.valid_from, ACTIVITY.valid_to, ACTIVITY.status) == [
        (1, 2, "started"),
        (2, None, "completed"),
    ]
    assert select(store, DEADLINE.valid_from, DEADLINE.valid_to, DEADLINE.decided_wording) == [
        (1, None, "2019-03"),
        (2, 2, "2019-03"),  # said again: never held
    ]


# --- one key, one value -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [0, CHUNK + 1], ids=["in one chunk", "chunks apart"])
def test_a_second_value_under_one_key_in_one_file_is_refused_and_not_counted(store, apart):
    filler = [SkippedRow(n, "check_total") for n in range(apart)]
    result = bring(store, known_source(), figure(2, 100, axis="1"), *filler, figure(9, 101, axis="1"))
    assert result.rows_rejected == 1
    assert result.reasons["repeated_key"] == 1
    assert result.sums_stored_cents == {"committed": 100}
    assert result.sums_rejected_cents == {"committed": 101}
    assert result.sums_in_cents == {"committed": 201}
    assert figures(store) == [("1", 100, 1, None)]
    assert select(store, REJECTED_ROW.line, REJECTED_ROW.reason) == [(9, "repeated_key")]


# --- reference tables -------------------------------------------------------------------------------------------


def test_a_title_that_is_there_stays_unless_the_row_may_overwrite_it(store):
    bring(store, AcceptedRow(2, (ProgrammeRecord("P1", "NOP Inclusion", "en"),)))
    bring(store, AcceptedRow(2, (ProgrammeRecord("P1", "Something else", "en", "ESF"),)))
    assert select(store, PROGRAMME_TABLE.code, PROGRAMME_TABLE.title, PROGRAMME_TABLE.fund) == [
        ("P1", "NOP Inclusion", "ESF")
    ]
    bring(store, AcceptedRow(2, (ProgrammeRecord("P1", "PON Inclusione", "it", overwrite=True),)))
    assert select(store, PROGRAMME_TABLE.code, PROGRAMME_TABLE.title, PROGRAMME_TABLE.fund) == [
        ("P1", "PON Inclusione", "ESF")
    ]


def test_what_a_row_does_not_say_of_an_axis_leaves_what_is_known(store):
    bring(store, AcceptedRow(2, (PROGRAMME, AxisRecord("P1", "3", name="Sistemi", name_language="it"))))
    bring(store, AcceptedRow(2, (AxisRecord("P1", "3", theme_code="09"),)))
    assert select(store, PRIORITY_AXIS.code, PRIORITY_AXIS.name, PRIORITY_AXIS.theme_code) == [("3", "Sistemi", "09")]


def test_an_axis_with_two_themes_in_one_file_does_not_change_each_time_the_file_is_brought_in(store):
    rows = [AcceptedRow(n, (PROGRAMME, AxisRecord("P1", "3", theme_code=theme))) for n, theme in enumerate(("08", "10"))]
    bring(store, *rows)
    assert bring(store, *rows).import_id is None
    assert store.data_version() == 1


def test_a_subject_made_known_by_a_figure_gets_its_label_from_the_file_of_subjects(store):
    bring(store, AcceptedRow(2, (PROGRAMME, SubjectRecord("P1", "call", "AVV4", "avviso quattro"))))
    bring(store, AcceptedRow(2, (SubjectRecord("P1", "call", "AVV4", "Avviso 4/2016", overwrite=True),)))
    bring(store, AcceptedRow(2, (SubjectRecord("P1", "call", "AVV4", "avviso quattro"),)))
    assert select(store, SUBJECT.code, SUBJECT.label) == [("AVV4", "Avviso 4/2016")]


# --- what an import leaves behind -------------------------------------------------------------------------------


def test_a_refused_row_is_kept_with_its_line_column_value_and_reason(store):
    bring(store, known_source(), RefusedRow(7, "value", "1,5", "not_a_number"), RefusedRow(9, None, "3", "wrong_width"))
    columns = (REJECTED_ROW.line, REJECTED_ROW.column, REJECTED_ROW.value, REJECTED_ROW.reason)
    assert select(store, *columns) == [(7, "value", "1,5", "not_a_number"), (9, None, "3", "wrong_width")]


def test_an_import_remembers_its_file_its_counts_and_its_sums(with_two):
    result = bring(
        with_two,
        figure(2, 150, axis="1"),
        figure(3, 200, axis="2"),
        figure(4, 7, axis="2", measure="reported"),
        SkippedRow(5, "check_total"),
        SkippedRow(6, "check_total"),
        RefusedRow(7, "value", "x", "not_a_number"),
        file=FileIdentity("june.csv", "f" * 64, "figures"),
    )
    with with_two.reading() as session:
        stored = session.get(Import, result.import_id)
    assert stored is not None
    assert (stored.file_name, stored.sha256, stored.format, stored.actor) == ("june.csv", "f" * 64, "figures", "Ada")
    assert stored.data_version == 2
    assert (stored.rows_read, stored.rows_new, stored.rows_changed, stored.rows_unchanged) == (6, 1, 1, 1)
    assert (stored.rows_skipped, stored.rows_rejected) == (2, 1)
    assert stored.sums_in_cents == {"committed": 350, "reported": 7}
    assert stored.reasons == {"check_total": 2, "not_a_number": 1}


def test_each_import_is_written_into_the_audit_with_who_when_and_what(with_two):
    before = datetime.now(UTC)
    result = bring(with_two, figure(2, 150, axis="1"))
    with with_two.reading() as session:
        entries = session.execute(sa.select(AuditEntry).order_by(sa.text("id"))).scalars().all()
    assert [(e.actor, e.action, e.data_version) for e in entries] == [("Ada", "import", 1), ("Ada", "import", 2)]
    assert entries[1].details["import"] == result.import_id
    assert entries[1].details["sha256"] == FILE.sha256
    assert entries[1].details["rows_changed"] == 1
    assert entries[1].details["sums_in_cents"] == {"committed": 150}
    at = entries[1].at if entries[1].at.tzinfo else entries[1].at.replace(tzinfo=UTC)
    assert timedelta(seconds=-1) < at - before < timedelta(seconds=60)


def test_the_data_version_grows_by_one_per_import_that_changes_something_and_else_stays(store):
    seen = []
    for row in (known_source(), figure(2, 1), figure(2, 1), figure(2, 2), figure(2, 2), figure(2, 1)):
        bring(store, row)
        seen.append(store.data_version())
    assert seen == [1, 2, 2, 3, 3, 4]


def test_a_figure_points_to_the_import_that_brought_it(with_two):
    later = bring(with_two, figure(2, 150, axis="1"))
    assert select(with_two, FIGURE.import_id, order_by=FIGURE.id)[-1] == (later.import_id,)


def test_amounts_beyond_what_a_float_can_hold_keep_every_cent(store):
    amounts = [9_007_199_254_740_993, 99_999_999_999_999_999, -9_007_199_254_740_993]
    bring(store, known_source(), *(figure(n, cents, axis=str(n)) for n, cents in enumerate(amounts)))
    assert [cents for _, cents, *_ in figures(store)] == amounts
    with store.reading() as session:
        assert session.execute(sa.select(sa.func.sum(FIGURE.amount_cents))).scalar_one() == sum(amounts)


# --- laws -------------------------------------------------------------------------------------------------------

records = st.builds(
    figure_record,
    st.none() | st.integers(-(10**17), 10**17),
    axis=st.sampled_from(["1", "2", "IV", "SAFE"]),
    measure=st.sampled_from(["committed", "reported"]),
    as_of=st.none() | st.sampled_from([date(2018, 12, 31), date(2019, 6, 20)]),
    place=st.sampled_from(["p. 1", "diapositiva 'è' – «2»"]),
)
lists_of_rows = st.lists(records, max_size=8).map(lambda r: [accepted(n, PROGRAMME, one) for n, one in enumerate(r)])
lists_without_repeats = st.lists(records, max_size=8, unique_by=lambda r: r.natural_key()).map(
    lambda r: [accepted(n, PROGRAMME, one) for n, one in enumerate(r)]
)


@given(rows=lists_of_rows)
@examples(15, soak=160)
def test_bringing_in_any_rows_twice_leaves_the_figures_of_once(store, rows):
    with undone(store) as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
        once = content(session)
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
        assert content(session)["figure"] == once["figure"]


@given(rows=lists_without_repeats)
@examples(15, soak=160)
def test_bringing_in_rows_without_repeats_twice_is_the_same_as_once_in_everything(store, rows):
    with undone(store) as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
        once = content(session)
        store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
        assert content(session) == once


@given(rows=lists_without_repeats, data=st.data())
@examples(15, soak=160)
def test_the_order_of_the_rows_does_not_change_what_the_store_says(store, rows, data):
    def stored(in_this_order: list[ParsedRow]) -> object:
        with undone(store) as session:
            store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *in_this_order])
            return content(session)

    assert stored(data.draw(st.permutations(rows))) == stored(rows)


@given(before=lists_of_rows, rows=lists_of_rows)
@examples(15, soak=160)
def test_each_key_holds_one_value_now_and_its_versions_follow_without_gap_or_overlap(store, before, rows):
    with undone(store) as session:
        for file in (before, rows, before):
            store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *file])
        columns = (FIGURE.natural_key, FIGURE.valid_from, FIGURE.valid_to)
        lives: dict[str, list[tuple[int, int | None]]] = {}
        ever_held = sa.or_(FIGURE.valid_to.is_(None), FIGURE.valid_to > FIGURE.valid_from)
        for key, start, end in session.execute(sa.select(*columns).where(ever_held).order_by(FIGURE.valid_from)):
            lives.setdefault(key, []).append((start, end))
        for life in lives.values():
            assert life[-1][1] is None
            for (start, end), (next_start, _) in pairwise(life):
                assert end == next_start > start


@given(rows=lists_of_rows)
@examples(15, soak=160)
def test_every_row_read_is_counted_once_and_the_sums_are_those_of_the_stored_rows(store, rows):
    with undone(store) as session:
        result = store_rows(session, actor=keyboard("a"), file=FILE, rows=[known_source(), *rows])
        outcomes = (
            result.rows_new,
            result.rows_changed,
            result.rows_unchanged,
            result.rows_skipped,
            result.rows_rejected,
        )
        assert result.rows_read == len(rows) + 1 == sum(outcomes)
        stored = session.execute(
            sa.select(FIGURE.measure, sa.func.sum(FIGURE.amount_cents))
            .where(FIGURE.amount_cents.is_not(None))
            .group_by(FIGURE.measure)
        )
        assert result.sums_stored_cents == {measure: int(total) for measure, total in stored}


# --- all or nothing ---------------------------------------------------------------------------------------------


def test_an_import_that_fails_at_any_statement_leaves_the_store_as_it_was(with_two):
    rows: list[ParsedRow] = [
        AcceptedRow(1, (SourceRecord("press", "A newspaper"), SubjectRecord("P1", "call", "AVV4", "Avviso 4"))),
        figure(2, 150, axis="1"),
        figure(3, 200, axis="2"),
        figure(4, 300, axis="3"),
        SkippedRow(5, "check_total"),
        RefusedRow(6, "value", "x", "not_a_number"),
    ]
    failed_at = fails_everywhere(with_two, lambda: bring(with_two, *rows))
    for part in ("INSERT INTO figure", "UPDATE figure", "INSERT INTO audit_entry", "UPDATE store_state"):
        assert any(part in statement for statement in failed_at)


def test_rows_that_cannot_be_read_to_their_end_leave_the_store_as_it_was(with_two):
    def torn() -> Iterator[ParsedRow]:
        yield from (figure(n, n, axis=str(n)) for n in range(CHUNK + 1))
        raise OSError("the file is gone")

    before = content_of(with_two)
    with pytest.raises(OSError, match="gone"), with_two.writing() as session:
        store_rows(session, actor=keyboard("a"), file=FILE, rows=torn())
    assert content_of(with_two) == before


def test_a_row_that_only_stands_elsewhere_in_a_file_is_no_change_but_another_page_of_a_document_is(store):
    def brought(*rows):
        with store.writing() as session:
            return store_rows(session, actor=keyboard("a"), file=FILE, rows=rows)

    brought(known_source(1), figure(2, 100, place="finance.csv:2 · v3"), figure(3, 7, axis="2", place="pagina 4"))
    again = brought(figure(9, 100, place="finance (1).csv:9 · v3"), figure(10, 7, axis="2", place="pagina 5"))
    assert (again.rows_unchanged, again.rows_changed) == (1, 1)
    assert brought(figure(2, 100, place="finance.csv:2 · v4")).rows_changed == 1


def test_what_the_start_froze_stays_out_of_the_search_for_garbage(store):
    gc.collect()
    gc.freeze()
    try:
        bring(store, known_source(), figure(2, 100))
        assert gc.get_freeze_count() > 0
        assert gc.isenabled()
    finally:
        gc.unfreeze()
