"""Run by alembic, on the connection that `bff.db.schema` hands it; or without one, to print SQL."""

from alembic import context

from bff.db.tables import metadata

context.configure(
    connection=context.config.attributes.get("connection"),
    dialect_name="postgresql",  # of what is printed
    literal_binds=context.is_offline_mode(),
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    transaction_per_migration=True,  # unless one is under way, as on SQLite
)
with context.begin_transaction():
    context.run_migrations()
