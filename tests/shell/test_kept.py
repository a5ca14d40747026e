"""What is kept is made once per store and arguments, by one of many who ask; what one changes is not seen by another."""

import gc
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from charts import trend
from shell import arrow, kept, taking
from shell.kept import MOST
from tests.pages.screen import opened


@pytest.fixture(autouse=True)
def _a_store(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/one.sqlite")


def counted(result):
    """(the kept function, the arguments it was made for)."""
    made = []

    def make(*values, **named):
        made.append((*values, *named.values()))
        return result(*values)

    return kept.kept(make), made


def test_it_is_made_once_per_arguments_and_store(monkeypatch):
    ask, made = counted(lambda *values: list(values))
    assert ask(1, "a") is ask(1, "a")
    assert ask(1, "b") == [1, "b"]
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/two.sqlite")
    ask(1, "a")
    assert made == [(1, "a"), (1, "b"), (1, "a")]


def test_a_column_that_one_asker_adds_or_changes_is_not_seen_by_another():
    ask, made = counted(lambda: pd.DataFrame({"cents": [1, 2]}))
    mine = ask()
    mine["more"] = 0
    mine.loc[0, "cents"] = 99
    mine["cents"] += 1
    assert ask().to_dict("list") == {"cents": [1, 2]}
    assert len(made) == 1


def test_of_many_who_ask_at_once_one_makes_it():
    def slowly(value: int) -> int:
        time.sleep(0.05)
        return value

    ask, made = counted(slowly)
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(ask, [7] * 8)) == [7] * 8
    assert made == [(7,)]


def test_what_fails_is_asked_again_and_leaves_nobody_waiting():
    ask, made = counted(lambda value: 1 // value)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            ask(0)
    assert ask(1) == 1
    assert made == [(0,), (0,), (1,)]


def test_the_oldest_go_first_and_all_can_be_forgotten():
    ask, made = counted(lambda value: value)
    for number in range(MOST + 1):
        ask(str(number))
    made.clear()
    ask("1")
    ask("0")
    assert made == [("0",)]
    kept.forget()
    ask("0")
    assert made == [("0",), ("0",)]


def test_of_live_data_the_last_two_versions_are_kept_and_of_frozen_ones_all(monkeypatch):
    ask, made = counted(lambda version, name: version)
    for version in (-2, -1, 6, 7, 8):
        ask(version, "a")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/two.sqlite")
    ask(1, "a")  # of another store, whose versions are its own
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/one.sqlite")
    made.clear()
    for version in (-2, -1, 7, 8, 6):
        ask(version, "a")
    assert made == [(6, "a")]
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/two.sqlite")
    ask(1, "a")
    assert made == [(6, "a")]


def test_where_a_page_is_gone_through_for_a_piece_it_is_made_anew(monkeypatch):
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.piece("run", "one", make), kept.piece("run", "one", make)] == [1, 1]
    monkeypatch.setattr(taking, "now", object)
    assert [kept.piece("run", "one", make), kept.piece("run", "one", make)] == [2, 3]


def test_a_piece_is_made_once_for_runs_that_are_equal_and_the_oldest_go_first(monkeypatch):
    made: list[tuple[str, str]] = []

    def ask(run: str, name: str = "funnel") -> tuple[str, str]:
        def make() -> tuple[str, str]:
            made.append((run, name))
            return run, name

        return kept.piece(run, name, make)

    assert [ask("it"), ask("it"), ask("en"), ask("it", "trend")] == [
        ("it", "funnel"), ("it", "funnel"), ("en", "funnel"), ("it", "trend")]  # fmt: skip
    assert made == [("it", "funnel"), ("en", "funnel"), ("it", "trend")]
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/two.sqlite")
    ask("it")
    assert made[3:] == [("it", "funnel")]
    for number in range(kept.MOST_PIECES):
        ask(str(number))
    made.clear()
    ask("1")
    ask("it")
    assert made == [("it", "funnel")]


def test_a_page_makes_its_pieces_anew_only_for_another_view(sample_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sample_url)
    made: list[int] = []
    keep = trend.trend_rows

    def counted_rows(lines: pd.DataFrame, *more: Any, **named: Any) -> pd.DataFrame:
        made.append(len(lines))
        return keep(lines, *more, **named)

    monkeypatch.setattr(trend, "trend_rows", counted_rows)
    kept.forget()
    at = opened("axes", {"lang": "it"})
    assert made
    drawn = [chart.proto.spec for chart in at.get("vega_lite_chart")]
    made.clear()
    at.run()
    assert made == []
    assert [chart.proto.spec for chart in at.get("vega_lite_chart")] == drawn
    at.sidebar.multiselect(key="axis").set_value(["2"]).run()
    assert len(made) == 1


def test_what_the_file_of_a_page_defines_is_not_kept_since_it_is_executed_anew_in_each_run():
    def ask(value: int) -> int:
        return value

    ask.__module__ = "__main__"
    assert kept.kept(ask) is ask


def test_a_frame_is_sent_as_streamlit_would_send_it_made_once_and_let_go_with_it():
    rows = pd.DataFrame({"cents": [1, 2], "name": ["a", None]}, index=pd.Index(["x", "y"], name="code"))
    assert arrow.of(rows) is arrow.of(rows)
    assert convert_anything_to_arrow_bytes(arrow.of(rows)) == convert_anything_to_arrow_bytes(rows)
    sent = weakref.ref(arrow.of(rows))
    assert arrow.of(rows.copy(deep=False)) is not arrow.of(rows)
    del rows
    gc.collect()
    assert sent() is None
