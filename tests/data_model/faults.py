"""A statement that does not succeed, planted at any place of a transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event

from data_model.store import Store
from tests.store_content import content_of


class PlantedFaultError(Exception):
    """Stands for a full disk, a killed server or a cut connection."""


@contextmanager
def fault_at(number: int | None) -> Iterator[list[str]]:
    """The statements sent to the database; the one of this number (the commit counts as one) does not succeed."""
    sent: list[str] = []

    def count(what: str) -> None:
        sent.append(what)
        if len(sent) == number:
            raise PlantedFaultError(what)

    def on_statement(_conn, _cursor, statement, _parameters, _context, _many):
        count(statement)

    def on_commit(_conn):
        count("COMMIT")

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    event.listen(sa.Engine, "commit", on_commit)
    try:
        yield sent
    finally:
        event.remove(sa.Engine, "before_cursor_execute", on_statement)
        event.remove(sa.Engine, "commit", on_commit)


def fails_everywhere(store: Store, act: Callable[[], object]) -> list[str]:
    """Let an act fail at each of its statements in turn, and look each time that the store is as it was; then let it
    succeed. The statements it failed at."""
    before = content_of(store)
    failed_at: list[str] = []
    while True:
        with fault_at(len(failed_at) + 1) as sent:
            try:
                act()
            except PlantedFaultError as fault:
                failed_at.append(str(fault))
            else:
                break
        assert content_of(store) == before, f"after a fault at {failed_at[-1]}"
    assert len(sent) == len(failed_at), "every statement was made to fail once"
    assert "COMMIT" in failed_at
    assert content_of(store) != before, "without a fault the act did something"
    return failed_at
