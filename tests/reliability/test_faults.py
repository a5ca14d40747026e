"""The store breaks off while it is used: a sentence says so, nothing is changed, and the next attempt works."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from data_model import saved_views
from data_model import store as of_the_store
from data_model.importing import bring_in
from data_model.records import FileIdentity
from data_model.roles import keyboard
from data_model.store import Store, StoreBusy, StoreFull
from importers.__main__ import UNAVAILABLE, main
from shell import data
from tests.data_model.test_backup import dump
from tests.data_model.test_store import plain_engine
from tests.journeys.conftest import copied
from tests.journeys.servers import ROOT, running
from tests.pages.screen import opened, unescaped
from tests.reliability import test_hours
from tests.reliability.cluster import cluster
from tests.reliability.test_hours import PON, Day, person
from tests.reliability.victim import rows
from texts import words

ME = keyboard("prova")
LANGUAGES = ("it", "en")
PEOPLE = 8


def brought(store: Store, seed: int, count: int = 20) -> int | None:
    """The number of the import, once it is acknowledged."""
    file = FileIdentity(f"{seed}.csv", f"{seed:064d}", "figures")
    return bring_in(store, actor=ME, file=file, rows=rows(seed, count), accept_rejected=True).import_id


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


# --- SQLite: held by another, no room left -----------------------------------------------------------------------


@pytest.fixture
def mine(sample_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A copy of the sample, which the app uses too. Who writes waits a tenth of a second instead of thirty."""
    monkeypatch.setattr(of_the_store, "WAITS", 0.1)
    monkeypatch.setenv("DATABASE_URL", copied(sample_url, tmp_path))
    store = data.store()
    yield store
    store.close()


def test_a_store_that_another_holds_is_said_to_be_busy_and_the_next_attempt_works(mine):
    before = dump(mine)
    with plain_engine(mine) as engine, engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=r"Somebody else is writing to the store; nothing was changed\. Try again\."):
            brought(mine, 1)
        with mine.reading() as session:  # who reads is not held up
            assert session.execute(sa.text("SELECT count(*) FROM figure")).scalar_one() > 0
        other.exec_driver_sql("ROLLBACK")
    assert dump(mine) == before
    assert brought(mine, 1) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_page_it_is_a_sentence_and_what_was_filled_in_stays(mine, language):
    at = opened("axes", {"lang": language})
    at.session_state["save-view"] = True
    at.run().text_input(key="save-name").set_value("Comitato")
    with plain_engine(mine) as engine, engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        at.button(key="save-keep").click().run()
        other.exec_driver_sql("ROLLBACK")
    assert [unescaped(warning.value) for warning in at.warning] == [words(language)("store.busy")]
    assert at.text_input(key="save-name").value == "Comitato"
    assert len(at.get("vega_lite_chart")) > 0
    at.button(key="save-keep").click().run()
    assert not at.warning
    assert "save-keep" not in [button.key for button in at.button], "the form covers what is said"
    with mine.reading() as session:
        assert [view.name for view in saved_views.saved_views(session, None)] == ["Comitato"]


def no_room(store: Store, *, pages_left: int | None) -> None:
    """From now on the file of the store may grow by some pages only, or by as many as it likes."""
    store._writer.dispose()

    def limit(connection: object, _record: object) -> None:
        (used,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]  # the driver's
        most = 2**30 if pages_left is None else used + pages_left
        connection.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]

    event.listen(store._writer, "connect", limit)


def test_a_full_disk_is_said_and_half_an_import_is_none(mine, capsys, tmp_path):
    before = dump(mine)
    no_room(mine, pages_left=10)
    with pytest.raises(StoreFull, match="There is no room left where the store is; nothing was changed"):
        brought(mine, 1, 20_000)
    assert dump(mine) == before
    at = opened("overview", {"lang": "it"})
    assert len(at.get("vega_lite_chart")) == 3

    sample, file = ROOT / "sample_data/commission/finance_implementation_details_IT_ESF_subset.csv", tmp_path / "other.csv"
    file.write_text(sample.read_text(encoding="utf-8-sig").replace(PON, "2014IT05SFOP009"), encoding="utf-8")
    no_room(mine, pages_left=0)
    assert main([str(file)]) == UNAVAILABLE
    said = capsys.readouterr()
    assert "There is no room left" in said.err
    assert "Traceback" not in said.err
    assert dump(mine) == before

    no_room(mine, pages_left=None)
    assert brought(mine, 1, 20_000) is not None


# --- PostgreSQL --------------------------------------------------------------------------------------------------


def test_a_streaming_copy_is_read_while_it_is_level_and_never_when_it_lags_or_is_gone():
    with cluster() as primary:
        Store(primary.url).close()
        with primary.copy() as copy:
            store = Store(primary.url, copy.url)

            def of_the_copy() -> bool:
                with store.reading() as session:
                    assert session.execute(sa.text("SELECT count(*) FROM import")).scalar_one() == len(acknowledged)
                    return bool(session.execute(sa.text("SELECT pg_is_in_recovery()")).scalar_one())

            acknowledged = [brought(store, 1)]
            until(of_the_copy)
            copy.run(b"SELECT pg_wal_replay_pause()")
            acknowledged.append(brought(store, 2))
            assert not of_the_copy()
            assert store.data_version() == 2
            copy.run(b"SELECT pg_wal_replay_resume()")
            until(of_the_copy)
            copy.stop()
            acknowledged.append(brought(store, 3))
            start = time.monotonic()
            assert not of_the_copy()
            assert time.monotonic() - start < 5
            store.close()


def everybody_clicks(day: Day, times: int) -> None:
    """Wait until each person has seen so many more runs end."""
    seen = day.by.copy()
    until(lambda: all(day.by[number] >= seen[number] + times for number in range(PEOPLE)))


def test_postgresql_restarted_under_load_is_a_notice_and_the_next_click_works(tmp_path, monkeypatch):
    monkeypatch.setattr(test_hours, "LOOKS_FOR", 0.5)
    day = Day()
    with cluster() as server, running(tmp_path, server.url) as app, ThreadPoolExecutor(PEOPLE) as people:
        for number in range(PEOPLE):
            people.submit(person, app, day, number)
        try:
            everybody_clicks(day, 2)
            told = 0
            while not told:  # until it meets somebody's run
                server.restart()
                everybody_clicks(day, 1)
                told = app.output().count("A run failed")
            everybody_clicks(day, 2)
        finally:
            day.over.set()
            people.shutdown()  # before the app goes
        output = app.output()
    print(f"{day.runs} runs, {told} of them with a notice")
    assert day.wrong == []  # no unexpected error, and no tab that lost the app
    assert output.count("A run failed") == told == len(re.findall(r"^data_model\.store\.StoreUnavailable", output, re.M))
