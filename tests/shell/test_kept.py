"""What is kept is made once per store and arguments, by one of many who ask; what one changes is not seen by another."""

import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from shell import kept, taking
from shell.kept import MOST


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
        ask(number)
    made.clear()
    ask(1)
    ask(0)
    assert made == [(0,)]
    kept.forget()
    ask(0)
    assert made == [(0,), (0,)]


def test_where_a_page_is_gone_through_for_a_piece_it_is_made_anew(monkeypatch):
    made: list[int] = []

    @kept.kept_of_run
    def ask(value: int) -> int:
        made.append(value)
        return value

    assert [ask(1), ask(1)] == [1, 1]
    monkeypatch.setattr(taking, "now", object)
    assert [ask(1), ask(1)] == [1, 1]
    assert made == [1, 1, 1]
