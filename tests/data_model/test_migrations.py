"""Each earlier schema is brought to this one from a kept store of it; a fault at any statement leaves it whole-old."""

from functools import partial

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import col

from data_model import audit, totals
from data_model.migrating import config
from data_model.sittings import sittings
from data_model.snapshots import FrozenStore, read
from data_model.store import Store, _known_revisions, head_revision
from data_model.tables import METADATA, ProjectTotal
from tests.conftest import ENGINES
from tests.data_model.earlier import EARLIER, STORES, Raw, raw, store_of
from tests.data_model.faults import PlantedFaultError, fault_at
from tests.data_model.test_audit import TRIGGERS
from tests.data_model.test_totals import TOLD_APART


def test_there_is_a_store_of_every_earlier_schema():
    assert [f"{revision}.sqlite.gz" for revision in EARLIER] == sorted(path.name for path in STORES.glob("*.gz"))


def test_the_files_of_the_migrations_are_named_after_their_revisions():
    migrations = ScriptDirectory.from_config(config())
    assert {each.revision for each in migrations.walk_revisions()} == _known_revisions()
    assert migrations.get_current_head() == head_revision()


@pytest.fixture(params=ENGINES)
def earlier(request, tmp_path):
    """What makes the address of a store of an earlier schema."""
    return partial(
        store_of, folder=tmp_path, postgres=None if request.param == "sqlite" else request.getfixturevalue("postgres")
    )


@pytest.mark.parametrize("revision", EARLIER)
def test_a_fault_at_any_statement_of_a_migration_leaves_the_store_as_it_was_and_the_next_start_succeeds(earlier, revision):
    """Every start fails at one statement more than the last and finds what the first one found; the last one succeeds. The
    statements of later migrations are those of the stores of later schemas."""
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
        if failed_at[-1].startswith("UPDATE alembic_version") and revision != EARLIER[-1]:
            store = Store(url)
            break
    assert len(failed_at) > 3
    if revision == EARLIER[-1]:
        assert len(sent) == len(failed_at), "every statement was made to fail once"
        assert "COMMIT" in failed_at
        assert any("INSERT INTO beneficiary_total" in each for each in failed_at)
    whole_new(store, old)
    store.close()


def whole_new(store: Store, old: Raw) -> None:
    """The store has the schema of now, and every row that it had, cell by cell; its totals are made anew."""
    new = raw(store.url)
    assert new["alembic_version"][2] == [{"version_num": head_revision()}]
    for table in old.keys() - {"alembic_version", "triggers", "project_total"}:
        names = [name for name, *_ in old[table][0]]
        kept = [{name: row[name] for name in names} for row in new[table][2]]
        assert sorted(kept, key=repr) == old[table][2], table
    with store.writing() as session:
        assert totals.differing(session) == set()
    with store.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), METADATA) == []
        verdict = audit.verify(session)
        assert verdict.unbroken
        assert verdict.entries == len(old["audit_entry"][2]) >= 3
        for one in sittings(session):
            snapshot = FrozenStore(read(session, one.snapshot_id))
            assert snapshot.data_version() == one.data_version
            with snapshot.reading() as frozen:
                grains = set(frozen.execute(sa.select(col(ProjectTotal.grain)).distinct()).scalars())
            assert grains in (set(), set(TOLD_APART)), "what is frozen answers all questions too"
            snapshot.close()


def test_the_audit_trail_of_a_migrated_store_has_its_triggers(earlier):
    url = earlier(EARLIER[0])
    Store(url).close()
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    assert set(raw(url)["triggers"]) == set(TRIGGERS[engine])
