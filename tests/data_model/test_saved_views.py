"""Saved views: what is saved is opened again, each owner has their own, every act is noted, nothing is lost by deleting."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_model.saved_views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    CannotSave,
    delete_view,
    rename_view,
    restore_view,
    save_view,
    saved_views,
)
from data_model.store import Store
from data_model.tables import METADATA
from tests.conftest import sqlite_copy

CODES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
ME, OTHER = "me@example.org", "other@example.org"
QUERY = {"lang": ["it"], "axis": ["3", "IV a/b è"], "project": ["10PUITALME19//ALBANIAN DEVELOPMENT FUND"]}


def save(store: Store, name: str = "Asse 3", owner: str | None = None, query=QUERY) -> int:
    return save_view(store, actor="actor", owner=owner, name=name, page="axes", query=query)


def listed(store: Store, owner: str | None = None) -> list[str]:
    with store.reading() as session:
        return [view.name for view in saved_views(session, owner)]


def noted(store: Store) -> list[str]:
    audit = METADATA.tables["audit_entry"].c
    with store.reading() as session:
        return list(session.execute(sa.select(audit.action).order_by(audit.id)).scalars())


def test_a_saved_view_comes_back_as_it_was(store):
    save(store)
    with store.reading() as session:
        (view,) = saved_views(session, None)
    assert (view.name, view.page, view.query, view.saved_by) == ("Asse 3", "axes", QUERY, "actor")
    assert view.data_version == store.data_version()
    assert view.saved_at.year >= 2024


@settings(suppress_health_check=list(HealthCheck), max_examples=25)
@given(st.dictionaries(st.sampled_from(["axis", "call", "project"]), st.lists(CODES, max_size=4)))
def test_whatever_codes_a_query_holds_are_kept(empty_sqlite, tmp_path_factory, query):
    kept = Store(sqlite_copy(empty_sqlite, tmp_path_factory.mktemp("views") / "store.sqlite"))
    save(kept, query=query)
    with kept.reading() as session:
        assert saved_views(session, None)[0].query == query
    kept.close()


def test_the_latest_saved_stands_first(store):
    for name in ("one", "two", "three"):
        save(store, name)
    assert listed(store) == ["three", "two", "one"]


def test_each_owner_has_views_of_their_own(store):
    mine, shared = save(store, "mine", ME), save(store, "shared")
    save(store, "mine", OTHER)
    assert (listed(store, ME), listed(store, OTHER), listed(store)) == (["mine"], ["mine"], ["shared"])
    for owner, number in ((OTHER, mine), (None, mine), (ME, shared)):
        for act in (delete_view, restore_view):
            with pytest.raises(CannotSave, match="no_such_view"):
                act(store, actor="a", owner=owner, view_id=number)
        with pytest.raises(CannotSave, match="no_such_view"):
            rename_view(store, actor="a", owner=owner, view_id=number, name="taken over")
    assert listed(store, ME) == ["mine"]


def test_a_view_is_renamed(store):
    number = save(store)
    rename_view(store, actor="a", owner=None, view_id=number, name="  Asse\n tre ")
    assert listed(store) == ["Asse tre"]
    rename_view(store, actor="a", owner=None, view_id=number, name="Asse tre")


def test_a_deleted_view_is_brought_back(store):
    number = save(store)
    delete_view(store, actor="a", owner=None, view_id=number)
    assert listed(store) == []
    restore_view(store, actor="a", owner=None, view_id=number)
    assert listed(store) == ["Asse 3"]


def test_a_view_brought_back_gets_a_name_of_its_own_where_another_took_it(store):
    number = save(store)
    delete_view(store, actor="a", owner=None, view_id=number)
    save(store)
    restore_view(store, actor="a", owner=None, view_id=number)
    assert sorted(listed(store)) == ["Asse 3", "Asse 3 (2)"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "no_name"), (" \n\x00", "no_name"), ("x" * (LONGEST_NAME + 1), "long_name"), ("taken", "name_taken")],
)
def test_a_name_that_says_nothing_or_is_taken_is_refused_and_nothing_is_kept(store, name, reason):
    save(store, "taken")
    number = save(store, "free")
    with pytest.raises(CannotSave, match=reason):
        save(store, name)
    with pytest.raises(CannotSave, match=reason):
        rename_view(store, actor="a", owner=None, view_id=number, name=name)
    assert listed(store) == ["free", "taken"]
    assert noted(store) == ["save_view", "save_view"]


def test_a_query_of_endless_length_is_refused(store):
    with pytest.raises(CannotSave, match="too_long"):
        save(store, query={"call": ["x" * 100] * (LONGEST_QUERY // 100 + 1)})


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**70])
def test_a_number_that_no_view_has_is_refused(store, number):
    with pytest.raises(CannotSave, match="no_such_view"):
        delete_view(store, actor="a", owner=None, view_id=number)


def test_every_act_is_noted_and_changes_no_data(store):
    before = store.data_version()
    number = save(store)
    rename_view(store, actor="a", owner=None, view_id=number, name="Asse tre")
    delete_view(store, actor="a", owner=None, view_id=number)
    restore_view(store, actor="a", owner=None, view_id=number)
    assert noted(store) == ["save_view", "rename_view", "delete_view", "restore_view"]
    assert store.data_version() == before
