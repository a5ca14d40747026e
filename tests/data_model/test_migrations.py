"""Each earlier schema is brought to this one from a kept store of it; a fault at any statement leaves it whole-old."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from data_model import audit
from data_model.sittings import sittings
from data_model.snapshots import FrozenStore, read
from data_model.store import Store, _known_revisions, head_revision, sqlite_module, upgrade_within
from data_model.tables import METADATA
from tests.conftest import ENGINES
from tests.data_model.faults import PlantedFaultError, fault_at
from tests.data_model.test_audit import TRIGGERS

STORES = Path(__file__).parent / "stores"
EARLIER = sorted(_known_revisions() - {head_revision()})

Raw = dict[str, Any]


def test_there_is_a_store_of_every_earlier_schema():
    assert [f"{revision}.sqlite.gz" for revision in EARLIER] == sorted(path.name for path in STORES.glob("*.gz"))


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A plain connection, without any of the store's care."""
    more = {"module": sqlite_module()} if url.startswith("sqlite") else {}
    engine = sa.create_engine(url, **more)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(params=ENGINES)
def earlier(request, tmp_path):
    """What makes the address of a store of an earlier schema."""

    def make(revision: str) -> str:
        file = tmp_path / f"{revision}.sqlite"
        file.write_bytes(gzip.decompress((STORES / f"{revision}.sqlite.gz").read_bytes()))
        if request.param == "sqlite":
            return f"sqlite:///{file}"
        url: str = (
            request.getfixturevalue("postgres").new_database("template0").replace("postgresql://", "postgresql+psycopg://")
        )
        with connected(f"sqlite:///{file}") as source, connected(url) as target:
            upgrade_within(target, revision)
            _copy(source, target)
        return url

    return make


def _copy(source: sa.Connection, target: sa.Connection) -> None:
    """The rows of a kept store into PostgreSQL, by the tables that are there."""
    there, here = sa.MetaData(), sa.MetaData()
    there.reflect(source)
    here.reflect(target)
    for table in reversed(here.sorted_tables):
        target.execute(sa.delete(table))
    for table in here.sorted_tables:
        rows = [dict(row) for row in source.execute(sa.select(there.tables[table.name])).mappings()]
        if rows:
            target.execute(sa.insert(table), rows)


def raw(url: str) -> Raw:
    """All that a database holds: tables, columns, indexes, triggers and rows, read without any of our tables."""
    with connected(url) as connection:
        found: Raw = {}
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
            indexes = sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(table))
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings().all()
            found[table] = (columns, indexes, sorted((dict(row) for row in rows), key=repr))
        found["triggers"] = sorted(_triggers(connection))
    return found


def _triggers(connection: sa.Connection) -> list[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname || ' ON ' || relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal",
    }[connection.dialect.name]
    return [str(row[0]) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("revision", EARLIER)
def test_a_fault_at_any_statement_of_a_migration_leaves_the_store_as_it_was_and_the_next_start_succeeds(earlier, revision):
    """Every start fails at one statement more than the last and finds what the first one found; the last one succeeds."""
    url = earlier(revision)
    old = raw(url)
    failed_at: list[str] = []
    assert old["alembic_version"][2] == [{"version_num": revision}]
    while True:
        with fault_at(len(failed_at) + 1) as sent:
            try:
                store = Store(url)
            except PlantedFaultError as fault:
                failed_at.append(str(fault))
            else:
                break
        assert raw(url) == old, f"after a fault at {failed_at[-1]}"
    assert len(sent) == len(failed_at), "every statement was made to fail once"
    assert "COMMIT" in failed_at
    assert len(failed_at) > 12
    _whole_new(store, old)
    store.close()


def _whole_new(store: Store, old: Raw) -> None:
    """The store has the schema of now, and every row that it had, cell by cell."""
    new = raw(store.url)
    assert new["alembic_version"][2] == [{"version_num": head_revision()}]
    for table in old.keys() - {"alembic_version", "triggers"}:
        names = [name for name, *_ in old[table][0]]
        kept = [{name: row[name] for name in names} for row in new[table][2]]
        assert sorted(kept, key=repr) == old[table][2], table
    with store.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), METADATA) == []
        verdict = audit.verify(session)
        assert verdict.unbroken
        assert verdict.entries == len(old["audit_entry"][2]) >= 3
        for one in sittings(session):
            snapshot = FrozenStore(read(session, one.snapshot_id))
            assert snapshot.data_version() == one.data_version
            snapshot.close()


def test_the_audit_trail_of_a_migrated_store_has_its_triggers(earlier):
    url = earlier(EARLIER[0])
    Store(url).close()
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    assert set(raw(url)["triggers"]) == set(TRIGGERS[engine])
