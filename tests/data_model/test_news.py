"""What arrived last: counted against plain loops over the table, and gone when its import is taken back."""

from collections import Counter

import sqlalchemy as sa

from data_model.importing import store_rows
from data_model.news import new_since, received
from data_model.roles import keyboard
from data_model.tables import METADATA
from data_model.undoing import take_back
from tests.data_model import rows

HELD = ("figure", "activity", "deadline", "project_position")


def test_the_rows_received_are_those_that_the_tables_hold(sample_store):
    counts: Counter[tuple[str, str, int]] = Counter()
    with sample_store.reading() as session:
        for name in HELD:
            table = METADATA.tables[name]
            for row in session.execute(sa.select(table)).mappings():
                if row["valid_to"] is None:
                    counts[row["programme_code"], row["source_id"], row["import_id"]] += 1
        found = received(session)
    assert {(e.programme, e.source_id, e.import_id): e.rows for e in found} == dict(counts)
    assert [e.import_id for e in found] == sorted((e.import_id for e in found), reverse=True)


def brought(store, cents: int) -> int:
    with store.writing() as session:
        result = store_rows(session, actor=keyboard("a"), file=rows.FILE, rows=[rows.known_source(), rows.figure(2, cents)])
    assert result.import_id is not None
    return result.import_id


def test_what_came_after_a_version_is_new_until_it_is_taken_back(store):
    brought(store, 100)
    version = store.data_version()
    with store.reading() as session:
        assert new_since(received(session), "P1", version) is None
    second = brought(store, 200)
    with store.reading() as session:
        found = received(session)
        assert new_since(found, "P1", version) == found[0].imported_at
        assert new_since(found, "P2", version) is None
        assert (found[0].import_id, str(found[0].last_as_of)) == (second, "2018-12-31")
    take_back(store, actor=keyboard("a"), import_id=second)
    with store.reading() as session:
        assert new_since(received(session), "P1", version) is None
