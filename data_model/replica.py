"""A streaming copy of a PostgreSQL store, read in its place while it holds the same data and the same acts."""

import logging
import time
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

_WAIT = 2
"""Seconds for a connection: a page waits for it."""

_REST = 30
"""Seconds in which a copy that did not answer is not asked again."""

_log = logging.getLogger(__name__)


class State(NamedTuple):
    """What a store holds: the version of its data; and how many acts its trail has, for what changes without them, as saved
    views and sittings do. Each act is counted in its own transaction, one after the other."""

    data_version: int
    acts: int


STATE = "SELECT data_version, COALESCE((SELECT entries FROM audit_head), 0) FROM store_state"
"""A snapshot has no trail."""


def state_of(session: Session) -> State:
    """The state that a session sees."""
    return State(*session.connection().exec_driver_sql(STATE).one())


class Replica:
    """The copy behind DATABASE_READ_URL. While it is behind or does not answer, the primary is read."""

    def __init__(self, url: str) -> None:
        whole = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": _WAIT})
        self.engine = whole.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._resting_until = 0.0

    def holds(self, state: State) -> bool:
        """Whether the copy answers and is in a state, neither an older one nor, after a change of roles, another."""
        if time.monotonic() < self._resting_until:
            return False
        try:
            with Session(self.engine) as session:
                return state_of(session) == state
        except sa.exc.DBAPIError:
            _log.warning("The copy behind DATABASE_READ_URL does not answer; the primary is read for %d seconds.", _REST)
            self._resting_until = time.monotonic() + _REST
            return False
