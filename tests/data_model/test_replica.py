"""A copy that is read in the place of the primary: only while it is level with it, and only while it answers."""

import psycopg
import pytest
import sqlalchemy as sa

from data_model.roles import keyboard
from data_model.saved_views import save_view
from data_model.store import Store, StoreUnavailable, open_store
from data_model.tables import Source
from tests.conftest import PostgresServer
from tests.data_model.project_rows import bring

TITLE = "of the copy"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def in_copy(url: str, statement: bytes) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statement)


def title(store: Store) -> str:
    with store.reading() as session:
        return str(session.execute(sa.select(Source.title)).scalar_one())  # type: ignore[call-overload]  # a column


@pytest.fixture
def pair(postgres: PostgresServer):
    """(store, address of its copy): the copy has the same data version and another title of the source."""
    primary = postgres.new_database("template_empty")
    filled = Store(primary)
    bring(filled, [{"project_code": "A"}])
    filled.close()
    copy = postgres.new_database(sa.make_url(primary).database or "")
    in_copy(copy, b"UPDATE source SET title = 'of the copy'")
    store = Store(primary, copy)
    yield store, copy
    store.close()
    for url in (primary, copy):
        postgres.drop(url)


def test_a_copy_that_is_level_is_read_and_never_written(pair):
    store, _ = pair
    assert title(store) == TITLE
    assert title(store.read_only) == TITLE
    with store.reading() as session, pytest.raises(sa.exc.DBAPIError):
        session.execute(sa.text("DELETE FROM source"))
    with store.writing() as session:
        assert session.execute(sa.text("SELECT title FROM source")).scalar_one() == "Projects"


def test_a_copy_that_is_behind_is_not_read_until_it_is_level(pair):
    store, copy = pair
    bring(store, [{"project_code": "B"}])
    assert title(store) == "Projects"
    assert store.data_version() == 2
    in_copy(copy, b"UPDATE store_state SET data_version = 2")
    assert title(store) == "Projects"
    in_copy(copy, b"UPDATE audit_head SET entries = entries + 1")
    assert title(store) == TITLE


def test_a_copy_that_does_not_have_the_last_act_is_not_read(pair):
    store, copy = pair
    query = {"programme": ["A"]}
    save_view(store, actor=keyboard("x"), owner=None, name="Seen by who saved it", page="axes", query=query)
    assert (title(store), store.data_version()) == ("Projects", 1)
    in_copy(copy, b"UPDATE audit_head SET entries = entries + 1")
    assert title(store) == TITLE


def test_a_copy_that_is_gone_is_not_asked_again_for_a_while(pair, postgres, monkeypatch):
    store, copy = pair
    assert title(store) == TITLE
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    name = sa.make_url(copy).database
    postgres.run(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    assert title(store) == "Projects"
    postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert title(store) == "Projects"
    now[0] += 31
    assert title(store) == TITLE


def test_the_environment_names_the_copy_of_the_store_in_use_and_of_no_other(pair, monkeypatch):
    store, copy = pair
    monkeypatch.setenv("DATABASE_URL", store.url)
    monkeypatch.setenv("DATABASE_READ_URL", copy)
    opened = open_store.__wrapped__(store.url)
    assert title(opened) == TITLE
    opened.close()
    monkeypatch.setenv("DATABASE_URL", "sqlite:///another.sqlite")
    other = open_store.__wrapped__(store.url)
    assert title(other) == "Projects"
    other.close()


@pytest.mark.parametrize("read_url", ["sqlite:////tmp/x.sqlite", "nonsense", "postgresql://host:port/x"])
def test_an_address_that_can_be_no_copy_is_told_before_the_store_is_opened(postgres, read_url):
    with pytest.raises(StoreUnavailable, match="DATABASE_READ_URL"):
        Store(postgres.url("template_empty"), read_url)  # which lets nobody in


def test_an_sqlite_store_has_no_copy(tmp_path):
    with pytest.raises(StoreUnavailable, match="DATABASE_READ_URL"):
        Store(f"sqlite:///{tmp_path / 's.sqlite'}", "postgresql://localhost/x")
