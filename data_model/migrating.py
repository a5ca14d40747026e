"""Runs the migrations, by Alembic: apart from the store, because it takes a tenth of a start and hardly any needs it."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from data_model.store import MIGRATIONS


def config() -> Config:
    """Alembic's settings: where the migrations are."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


def migrate(connection: sa.Connection, to: str) -> None:
    """Bring the schema to a revision, in the transaction that the connection is in."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)
