"""The program's tables in a new database."""

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bff.db.tables import metadata
from tests.support.servers.control import Control


def make_tables(url: str) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    control = Control(url, "tables")
    for table in metadata.sorted_tables:
        control.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in table.indexes:
            control.execute(str(CreateIndex(index).compile(dialect=dialect)))
    control.close()
