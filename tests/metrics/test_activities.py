from collections import Counter
from typing import Any

import pandas as pd
import pytest

from data_model import queries
from data_model.store import Store
from data_model.vocabulary import ActivityStatus
from metrics import activities, frames
from tests import oracles

COLUMNS = ("axis_codes", "beneficiary", "activity", "status", "status_basis")


def statements(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Statements as (axes, beneficiary, activity, status, basis)."""
    return pd.DataFrame.from_records(list(rows), columns=list(COLUMNS))


SOME = statements(
    ("1;2", "Regions", "Offices", "completed", "explicit"),
    ("3", "UNAR", "Study", "in_progress", "inferred"),
    ("3", "UNAR", "Plans", "in_progress", "explicit"),
    ("3", "UNAR", "Training", "planned", "inferred"),
    ("PROG", "Authority", "Reprogramming", "planned", "inferred"),
)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ((), ["Offices", "Study", "Plans", "Training", "Reprogramming"]),
        (("2",), ["Offices"]),
        (("1", "3"), ["Offices", "Study", "Plans", "Training"]),
        (("5",), []),
    ],
)
def test_a_statement_belongs_to_each_of_its_axes(axes, expected):
    assert list(activities.on_axes(SOME, axes)["activity"]) == expected


def test_axis_1_is_not_axis_11():
    assert activities.on_axes(statements(("11", "B", "A", "planned", "explicit")), ("1",)).empty


def test_the_state_of_play_has_a_row_per_beneficiary_and_stage_in_the_order_of_source_and_work():
    assert [tuple(row) for row in activities.state_of_play(SOME).itertuples(index=False)] == [
        ("Regions", "completed", 1, 0, ("Offices",)),
        ("UNAR", "planned", 1, 1, ("Training",)),
        ("UNAR", "in_progress", 2, 1, ("Study", "Plans")),
        ("Authority", "planned", 1, 1, ("Reprogramming",)),
    ]


def test_counts_come_in_the_order_of_the_stages_and_leave_empty_ones_out():
    assert list(activities.count_by_status(SOME).items()) == [("planned", 2), ("in_progress", 2), ("completed", 1)]
    assert activities.count_inferred(SOME) == 3


def test_nothing_stated_is_nothing_counted():
    nothing = statements()
    assert activities.state_of_play(nothing).empty
    assert activities.count_by_status(nothing) == {}
    assert activities.count_inferred(nothing) == 0


# --- the 46 statements of the deck ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deck(sample_store: Store) -> pd.DataFrame:
    with sample_store.reading() as session:
        return queries.activities(session, oracles.PON)


def test_all_46_statements_of_the_deck_are_counted_with_their_status_and_how_it_is_known(deck):
    rows = oracles.rows(oracles.STATEMENTS)
    assert len(deck) == len(rows) == 46
    assert activities.count_by_status(deck) == Counter(row["status"] for row in rows)
    assert activities.count_inferred(deck) == sum(row["status_basis"] == "inferred" for row in rows)
    assert list(deck["code"]) == [row["id"] for row in rows]


def test_the_state_of_play_holds_each_statement_of_the_deck_once(deck):
    state = activities.state_of_play(deck)
    cells: dict[tuple[str, str], list[str]] = {}
    for row in oracles.rows(oracles.STATEMENTS):
        cells.setdefault((row["beneficiary"], row["status"]), []).append(row["activity"])
    found: dict[tuple[Any, ...], list[str]] = {(r.beneficiary, r.status): list(r.names) for r in frames.rows(state)}
    assert found == cells
    assert int(state["activities"].sum()) == 46


@pytest.mark.parametrize("axis", ["1", "2", "3", "4", "5"])
def test_the_statements_of_an_axis_are_those_that_the_deck_puts_there(deck, axis):
    expected = [row["id"] for row in oracles.rows(oracles.STATEMENTS) if axis in row["axis"].split("-")]
    assert list(activities.on_axes(deck, (axis,))["code"]) == expected


def test_the_stages_are_all_those_of_the_vocabulary():
    assert tuple(ActivityStatus) == activities.STAGES
