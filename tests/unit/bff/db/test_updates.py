"""One row by its id: new values, and a new state where the row's state allows it."""

from enum import StrEnum

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from bff.core.states import Transitions
from bff.db.updates import move_state, update_row
from tests.support.world import World


class Door(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    LOCKED = "LOCKED"


MOVES = Transitions(
    {Door.OPEN: {Door.CLOSED: "shut"}, Door.CLOSED: {Door.OPEN: "pull", Door.LOCKED: "turn"}}
)
doors = Table(
    "doors",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("state", String),
    Column("knocks", Integer),
)


@pytest.fixture
async def house(world: World) -> World:
    """A door `a` that is open, and a door `b` that is locked."""
    await world.db.write(lambda tx: tx.execute("CREATE TABLE doors (id TEXT, state TEXT, knocks)"))
    rows = [{"id": "a", "state": "OPEN", "knocks": 0}, {"id": "b", "state": "LOCKED", "knocks": 0}]
    await world.db.write(lambda tx: tx.execute(doors.insert(), rows))
    return world


async def rows(world: World) -> list[tuple[str, str, int]]:
    async with world.db.read() as connection:
        return [tuple(row) for row in await connection.execute(select(doors).order_by(doors.c.id))]


async def test_only_the_row_of_the_id_gets_the_values(house: World) -> None:
    await house.db.write(lambda tx: update_row(tx, doors, "a", {"knocks": 3, "state": "CLOSED"}))
    await house.db.write(lambda tx: update_row(tx, doors, "c", {"knocks": 9}))
    assert await rows(house) == [("a", "CLOSED", 3), ("b", "LOCKED", 0)]


async def test_a_state_moves_with_its_values_where_the_table_allows_it(house: World) -> None:
    moved = await house.db.write(
        lambda tx: move_state(tx, doors.c.state, MOVES, "a", Door.CLOSED, {"knocks": 1})
    )
    assert moved
    assert await rows(house) == [("a", "CLOSED", 1), ("b", "LOCKED", 0)]


@pytest.mark.parametrize(
    ("door", "to"),
    [("a", Door.LOCKED), ("a", Door.OPEN), ("b", Door.OPEN), ("c", Door.CLOSED)],
    ids=["no such move", "the same state", "an end", "no such row"],
)
async def test_what_the_table_does_not_allow_changes_nothing(
    house: World, door: str, to: Door
) -> None:
    before = await rows(house)
    moved = await house.db.write(
        lambda tx: move_state(tx, doors.c.state, MOVES, door, to, {"knocks": 1})
    )
    assert (moved, await rows(house)) == (False, before)
