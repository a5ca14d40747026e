"""The frames that the pages read. What is computed from them is tested on SQLite alone, so they must be alike."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from sqlmodel import Session

from data_model import queries
from data_model.store import Store
from tests import oracles
from tests.conftest import ENGINES

QUERIES: dict[str, Callable[[Session], Any]] = {
    "programmes": queries.programmes,
    "axes": lambda session: queries.axes(session, oracles.PON),
    "axes with Roman numbers": lambda session: queries.axes(session, "2014IT16M2OP002"),
    "figures": lambda session: queries.figures(session, oracles.PON),
    "figures of one series": lambda session: queries.figures(session, oracles.PON, series="published"),
    "figures of some kinds and measures": lambda session: queries.figures(
        session, oracles.PON, kinds=("axis", "call"), measures=("committed", "selected")
    ),
    "subjects": lambda session: queries.subjects(session, oracles.PON),
    "no subjects": lambda session: queries.subjects(session, "2014IT05SFOP007"),
    "activities": lambda session: queries.activities(session, oracles.PON),
    "deadlines": lambda session: queries.deadlines(session, oracles.PON),
    "sources": queries.sources,
    "remarks": queries.remarks,
    "translations": lambda session: queries.translations(session, "en"),
}


@pytest.fixture(scope="module")
def both(sample_url: str, request: pytest.FixtureRequest) -> Iterator[tuple[Store, Store]]:
    """The sample on SQLite and on PostgreSQL."""
    if "postgresql" not in ENGINES:
        pytest.skip("PostgreSQL is not tested here")
    stores = Store(sample_url), Store(request.getfixturevalue("sample_postgres_url"))
    yield stores
    for store in stores:
        store.close()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_gives_the_same_rows_in_the_same_order_on_both_engines(both, query):
    answers = []
    for store in both:
        with store.reading() as session:
            answers.append(query(session))
    first, second = answers
    if isinstance(first, pd.DataFrame):
        pd.testing.assert_frame_equal(first, second)
    else:
        assert first == second


def test_axes_come_in_the_order_of_the_programme(sample_store: Store):
    with sample_store.reading() as session:
        assert list(queries.axes(session, oracles.PON)["code"]) == ["1", "2", "3", "4", "5", "6", "7"]
        assert list(queries.axes(session, "2014IT16M2OP002")["code"]) == ["VIII", "IX", "X", "XI"]


def test_the_programme_that_documents_speak_of_leads_the_list(sample_store: Store):
    with sample_store.reading() as session:
        assert queries.programmes(session)["code"].iloc[0] == oracles.PON
