import pytest
from graphql import GraphQLError

from bff.db import events
from bff.db.events import Event
from bff.db.transaction import Tx
from resolvers.event_cursors import event_source
from tests.support.views import context_of
from tests.support.world import World

MINE, OTHER = "ret_mine", "ret_other"


async def append(world: World, topic: str) -> str:
    """The event's cursor."""

    async def use_case(tx: Tx) -> None:
        await events.append(tx, "sho_1", topic, "RETURN_OPENED", {})

    await world.db.write(use_case)
    async with world.db.read() as connection:
        return str((await events.last_ids(connection, ["sho_1"], [topic]))[topic])


def kind(event: Event) -> str:
    return event.kind


async def test_without_a_cursor_events_come_from_the_first_on(world: World) -> None:
    source = await event_source(context_of(world), "sho_1", MINE, None, kind)
    assert (source.shopper_id, source.topic, source.after) == ("sho_1", MINE, 0)


async def test_behind_a_cursor_come_later_events(world: World) -> None:
    cursor = await append(world, MINE)
    source = await event_source(context_of(world), "sho_1", MINE, cursor, kind)
    assert source.after == int(cursor)


@pytest.mark.parametrize(
    "after", ["", "x", "-1", "1.0", "\u0661", "0", "2", "9" * 18, "9" * 19, " 1"]
)
async def test_what_is_no_cursor_of_an_event_is_an_argument_error(world: World, after: str) -> None:
    await append(world, MINE)
    with pytest.raises(GraphQLError) as caught:
        await event_source(context_of(world), "sho_1", MINE, after, kind)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "after"}


async def test_a_cursor_beyond_the_topics_events_is_an_argument_error(world: World) -> None:
    await append(world, MINE)
    await append(world, OTHER)
    cursor = await append(world, OTHER)
    with pytest.raises(GraphQLError, match="a cursor that this subscription gave"):
        await event_source(context_of(world), "sho_1", MINE, cursor, kind)
