"""One row by its id: new values, and a new state where the row's state allows it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from bff.core.states import Transitions
from bff.db.tables.shards import OF_SHOPPER, REFERENCE
from bff.db.updates import move_state, update_own, update_row
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
    Column("shopper_id", String),
    info=OF_SHOPPER,
)
shared = Table(
    "shared", MetaData(), Column("id", String), Column("knocks", Integer), info=REFERENCE
)


@dataclass(frozen=True)
class Row:
    id: str
    shopper_id: str = "sho_1"


@pytest.fixture
async def house(world: World) -> World:
    """A door `a` that is open, and a door `b` that is locked."""
    await world.db.alter(doors.create)
    rows = [
        {"id": key, "state": state, "knocks": 0, "shopper_id": "sho_1"}
        for key, state in (("a", "OPEN"), ("b", "LOCKED"))
    ]
    await world.db.write(lambda tx: tx.execute(doors.insert(), rows))
    return world


async def rows(world: World) -> list[tuple[str, str, int]]:
    async with world.db.read() as connection:
        statement = select(doors.c.id, doors.c.state, doors.c.knocks).order_by(doors.c.id)
        return [tuple(row) for row in await connection.execute(statement)]


async def test_only_the_row_of_the_id_gets_the_values(house: World) -> None:
    closed = {"knocks": 3, "state": "CLOSED"}
    await house.db.write(lambda tx: update_own(tx, doors, Row("a"), closed))
    for stranger in (Row("c"), Row("b", "sho_2")):
        await house.db.write(partial(update_own, table=doors, row=stranger, values={"knocks": 9}))
    assert await rows(house) == [("a", "CLOSED", 3), ("b", "LOCKED", 0)]


async def test_a_state_moves_with_its_values_where_the_table_allows_it(house: World) -> None:
    moved = await house.db.write(
        lambda tx: move_state(tx, doors.c.state, MOVES, Row("a"), Door.CLOSED, {"knocks": 1})
    )
    assert moved
    assert await rows(house) == [("a", "CLOSED", 1), ("b", "LOCKED", 0)]


@pytest.mark.parametrize(
    ("door", "to"),
    [
        (Row("a"), Door.LOCKED),
        (Row("a"), Door.OPEN),
        (Row("b"), Door.OPEN),
        (Row("c"), Door.CLOSED),
        (Row("a", "sho_2"), Door.CLOSED),
    ],
    ids=["no such move", "the same state", "an end", "no such row", "another shopper's"],
)
async def test_what_the_table_does_not_allow_changes_nothing(
    house: World, door: Row, to: Door
) -> None:
    before = await rows(house)
    moved = await house.db.write(
        lambda tx: move_state(tx, doors.c.state, MOVES, door, to, {"knocks": 1})
    )
    assert (moved, await rows(house)) == (False, before)


async def test_a_row_that_is_nobodys_is_found_by_its_id(world: World) -> None:
    await world.db.alter(shared.create)
    both = [{"id": key, "knocks": 0} for key in ("a", "b")]
    await world.db.write(lambda tx: tx.execute(shared.insert(), both))
    await world.db.write(lambda tx: update_row(tx, shared, "a", {"knocks": 3}))
    async with world.db.read() as connection:
        found = await connection.execute(select(shared).order_by(shared.c.id))
    assert found.all() == [("a", 3), ("b", 0)]
