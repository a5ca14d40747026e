"""A streaming copy of a PostgreSQL store, read in its place while it holds the same data version."""

import logging
import time

import sqlalchemy as sa
from sqlmodel import Session, col

from data_model.tables import StoreState

_WAIT = 2
"""Seconds for a connection: a page waits for it."""

_REST = 30
"""Seconds in which a copy that did not answer is not asked again."""

_log = logging.getLogger(__name__)


class Replica:
    """The copy behind DATABASE_READ_URL. While it is behind or does not answer, the primary is read."""

    def __init__(self, url: str) -> None:
        whole = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": _WAIT})
        self.engine = whole.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._resting_until = 0.0

    def holds(self, version: int) -> bool:
        """Whether the copy answers and has the data version, neither an older nor, after a change of roles, another one."""
        if time.monotonic() < self._resting_until:
            return False
        try:
            with Session(self.engine) as session:
                return version_of(session) == version
        except sa.exc.DBAPIError:
            _log.warning("The copy behind DATABASE_READ_URL does not answer; the primary is read for %d seconds.", _REST)
            self._resting_until = time.monotonic() + _REST
            return False


def version_of(session: Session) -> int:
    """The data version that a session sees."""
    return int(session.execute(sa.select(col(StoreState.data_version))).scalar_one())
