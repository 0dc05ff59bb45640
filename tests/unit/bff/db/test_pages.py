"""Pages follow one another without a gap, newest first."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, select

from bff.core.pages import Position
from bff.db.pages import PageQuery
from bff.db.statements import prepare
from bff.db.tables import events
from tests.support.world import START, World

# The topic stands for the owner, the kind for the identifier.
QUERY = PageQuery(
    prepare,
    select(events.c.kind, events.c.at).where(events.c.topic == bindparam("topic")),
    events.c.at,
    events.c.kind,
)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def filled(world: World) -> World:
    """Of topic `a`: 1 is the oldest, 2 and 3 are of one moment, 4 is the newest."""
    moments = {"1": START, "2": START + MINUTE, "3": START + MINUTE, "4": START + 2 * MINUTE}
    rows = [
        {"topic": "a", "id": int(kind), "kind": kind, "at": at, "facts": {}}
        for kind, at in moments.items()
    ]
    rows.append({"topic": "b", "id": 1, "kind": "5", "at": START, "facts": {}})
    await world.db.write(lambda tx: tx.execute(insert(events), rows))
    return world


async def page(
    world: World, first: int, after: Position | None = None, topic: str = "a"
) -> tuple[str, bool, bool]:
    async with world.db.read() as connection:
        read = await QUERY.read(connection, first, after, topic=topic)
    return "".join(row.kind for row in read.items), read.has_next, read.has_previous


async def test_the_first_page_is_of_the_newest(filled: World) -> None:
    assert await page(filled, 3) == ("432", True, False)


async def test_the_last_page_has_no_next(filled: World) -> None:
    assert await page(filled, 4) == ("4321", False, False)
    assert await page(filled, 5) == ("4321", False, False)


async def test_a_page_goes_on_within_a_moment(filled: World) -> None:
    assert await page(filled, 1, Position(START + MINUTE, "3")) == ("2", True, True)
    assert await page(filled, 9, Position(START + MINUTE, "2")) == ("1", False, True)


async def test_a_position_need_not_be_a_row(filled: World) -> None:
    """What it stood for may be gone."""
    assert await page(filled, 9, Position(START + MINUTE, "2x")) == ("21", False, True)
    assert await page(filled, 9, Position(START - MINUTE, "9")) == ("", False, True)


async def test_a_page_of_nothing_is_empty(filled: World) -> None:
    assert await page(filled, 3, topic="c") == ("", False, False)


async def test_no_row_is_read_for_none_but_whether_there_are_more(filled: World) -> None:
    assert await page(filled, 0) == ("", True, False)
