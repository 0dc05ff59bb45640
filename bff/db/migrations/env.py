"""Run by alembic, on the connection that `bff.db.schema` hands it."""

from alembic import context

from bff.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    transaction_per_migration=True,  # unless one is under way, as on SQLite
)
with context.begin_transaction():
    context.run_migrations()
