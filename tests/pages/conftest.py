"""The app on the sample."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st

from shell import kept


@pytest.fixture(autouse=True)
def app_on_the_sample(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app reads this worker's sample."""
    monkeypatch.setenv("DATABASE_URL", sample_url)


@pytest.fixture
def app_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Point the app at another store for one test. Its caches are emptied: a process serves one store."""

    def point(url: str) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        _forget()

    yield point
    _forget()


def _forget() -> None:
    """Two stores may be at the same data version."""
    st.cache_data.clear()
    st.cache_resource.clear()
    kept.forget()
