"""The sample on SQLite alone: that the queries answer alike on both engines is proved in tests/data_model."""

from collections.abc import Iterator

import pytest

from data_model.store import Store


@pytest.fixture(scope="session")
def sample_store(sample_url: str) -> Iterator[Store]:
    """The store that holds the sample, to be read only."""
    opened = Store(sample_url)
    yield opened
    opened.close()
