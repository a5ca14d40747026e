"""Alembic's entry: runs the migrations on the connection that data_model.store gives."""

from alembic import context

from data_model.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,  # the store's own transaction holds the whole upgrade
)
context.run_migrations()
