"""How SQLite finds the rows: by an index, however many there are."""

import re
import sqlite3
from contextlib import closing

import pytest

from bff.db.sqlite.form import FORM
from bff.domain.orders.store import lines_by_order
from tests.support.database import statements
from tests.support.prepared import prepared
from tests.support.world import World

pytestmark = pytest.mark.sqlite_only("SQLite's own engine")

# Small tables read as a whole, the newest event, and what a part of the statement has found.
WHOLE = {"SCAN policies", "SCAN outbox", "SCAN events", "SCAN anon_1", "SCAN going_on"}
# The row that a mutation begins with
WHOLE |= {"SCAN every_message", "SCAN erasures", "SCAN caller", "SCAN CONSTANT ROW"}
WHOLE |= {"SCAN alembic_version", "SCAN heartbeats", "SCAN booked"}
LIST = re.compile("SCAN (json_each|each_of_[a-z_]+) VIRTUAL TABLE.*")


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    blanks = [None] * sql.count("?")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", blanks)]


async def test_no_statement_looks_through_a_table_that_grows(world: World) -> None:
    known = dict(prepared())
    with closing(sqlite3.connect(world.sqlite.path)) as connection:
        scans = {
            (name, step)
            for name, statement in known.items()
            for step in plan(connection, statement.compiled(FORM).sql)
            if step.startswith("SCAN") and not LIST.fullmatch(step) and step not in WHOLE
        }
    assert scans == set()
    assert len(known) > 80


@pytest.mark.parametrize("page", ["first", "after"])
async def test_a_page_is_read_in_the_order_of_its_index(world: World, page: str) -> None:
    known = dict(prepared())
    for name in ("bff.domain.orders.store._pages", "bff.domain.returns.store._page"):
        with closing(sqlite3.connect(world.sqlite.path)) as connection:
            steps = plan(connection, known[f"{name}.{page}"].compiled(FORM).sql)
        assert not [step for step in steps if "TEMP B-TREE" in step]


async def test_outbox_messages_are_read_in_the_order_of_their_index(world: World) -> None:
    """However many are due, no more are looked at than are taken."""
    with closing(sqlite3.connect(world.sqlite.path)) as connection:
        steps = plan(connection, dict(prepared())["bff.jobs.outbox._due"].compiled(FORM).sql)
    assert "SEARCH outbox USING INDEX ix_outbox_message_due_at (message=? AND due_at<?)" in steps
    assert not [step for step in steps if "TEMP B-TREE" in step]


async def test_lines_of_orders_need_no_sorting(world: World) -> None:
    with statements(world.db) as seen:
        async with world.db.read() as connection:
            await lines_by_order(connection, "sho_x", ["ord_x"])
    [sql] = seen
    with closing(sqlite3.connect(world.sqlite.path)) as connection:
        assert not [step for step in plan(connection, sql) if "TEMP B-TREE" in step]
