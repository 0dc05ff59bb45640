"""What every subscription does: check the cursor that a client comes back with, and go on."""

import re
from collections.abc import Callable
from typing import Any

import strawberry

from bff.db import events
from bff.db.events import Event, EventSource
from bff.graphql.context import Context
from bff.locale.messages import N_
from resolvers.argument_errors import bad_input

CURSOR = re.compile("[0-9]{1,18}")
AFTER = strawberry.argument(
    description="The last cursor that was seen; from the first event by default."
)


async def following(
    context: Context, topic: str, after: str | None, to_value: Callable[[Event], Any]
) -> EventSource:
    """Raises a GraphQLError for what is no cursor of an event under `topic`."""
    return EventSource(context.db, topic, await _cursor(context, topic, after), to_value)


async def _cursor(context: Context, topic: str, after: str | None) -> int:
    if after is None:
        return 0
    cursor = int(after) if CURSOR.fullmatch(after) else 0
    async with context.db.read() as connection:
        known = await events.is_cursor(connection, topic, cursor)
    if not known:
        raise bad_input(context.language, "after", N_("a cursor that this subscription gave"))
    return cursor
