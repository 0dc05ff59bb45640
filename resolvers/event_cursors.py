"""Where a subscription's events come from, after the cursor that a client comes back with."""

import re
from collections.abc import Callable
from typing import Any

import strawberry

from bff.db import events
from bff.db.events import Event, EventSource
from bff.graphql.context import Context
from bff.locale.messages import N_
from resolvers.argument_errors import argument_error

CURSOR = re.compile("[0-9]{1,18}")
AFTER = strawberry.argument(
    description="The last cursor that was seen; from the first event by default."
)


def unchanged(event: Event) -> Event:
    return event


async def event_source(
    context: Context,
    shopper_id: str,
    topic: str,
    after: str | None,
    to_value: Callable[[Event], Any] = unchanged,
) -> EventSource:
    """`to_value` must be the same function each time: subscribers share events by it.

    Raises a GraphQLError for what is no cursor of an event under `topic`.
    """
    if after is None:
        return EventSource(shopper_id, topic, 0, to_value)
    cursor = int(after) if CURSOR.fullmatch(after) else 0
    async with context.db.read() as connection:
        if not await events.is_cursor(connection, shopper_id, topic, cursor):
            raise argument_error(
                context.language, "after", N_("a cursor that this subscription gave")
            )
    return EventSource(shopper_id, topic, cursor, to_value)
