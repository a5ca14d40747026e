from datetime import date

import pandas as pd
import pytest

from data_model import queries
from data_model.store import Store
from metrics import deadlines, frames
from tests import oracles

JUNE_2019 = date(2019, 6, 20)


@pytest.fixture(scope="module")
def decided(sample_store: Store) -> pd.DataFrame:
    with sample_store.reading() as session:
        return queries.deadlines(session, oracles.PON)


def later(frame: pd.DataFrame) -> set[tuple[str, str]]:
    rows = frame[frame["later"]]
    return {(row.call_code, row.new_deadline.date().isoformat()) for row in frames.rows(rows)}


def test_in_june_2019_the_extensions_to_the_end_of_2020_are_known_and_all_others_come_later(decided):
    known = deadlines.known_and_later(decided, JUNE_2019)
    rows = oracles.rows(oracles.DEADLINES)
    assert len(known) == len(rows) == 9
    dated = [row for row in rows if row["decided_on"] > "2019-06"]
    assert later(known) == {(row["scope_code"], row["new_deadline"]) for row in dated}
    assert deadlines.last_known(known, "AVV3_2016") == date(2020, 12, 31)
    assert deadlines.last_known(known, "AVV4_2016") == date(2020, 12, 31)


def test_a_decision_without_a_date_is_not_called_later(decided):
    known = deadlines.known_and_later(decided, date(2000, 1, 1))
    undated = known[known["decided_on"].isna()]
    assert list(undated["call_code"]) == ["AVV1_2019_PAIS"]
    assert not undated["later"].any()


def test_a_decision_of_the_day_itself_is_known(decided):
    known = deadlines.known_and_later(decided, date(2019, 5, 3))
    assert deadlines.last_known(known, "AVV4_2016") == date(2020, 12, 31)
    the_day_before = deadlines.known_and_later(decided, date(2019, 5, 2))
    assert deadlines.last_known(the_day_before, "AVV4_2016") is None


@pytest.mark.parametrize(("call", "expected"), [("AVV3_2016", date(2022, 12, 31)), ("AVV4_2016", date(2021, 12, 31))])
def test_at_the_end_the_last_extension_is_the_one_in_force(decided, call, expected):
    assert deadlines.last_known(deadlines.known_and_later(decided, date(2022, 12, 31)), call) == expected


def test_a_window_for_applications_extends_nothing(decided):
    assert deadlines.last_known(deadlines.known_and_later(decided, date(2022, 12, 31)), "AVV1_2019_PAIS") is None


def test_the_frame_that_is_asked_keeps_its_columns(decided):
    before = list(decided.columns)
    deadlines.known_and_later(decided, JUNE_2019)
    assert list(decided.columns) == before
