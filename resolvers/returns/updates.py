"""What happens to a return, pushed event by event."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from bff.db import events
from bff.db.events import EventSource
from bff.domain.pickups.model import PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import DeadlineKind, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.locale.messages import translate
from loaders.returns import returns_by_id
from resolvers.argument_errors import not_found, require_shopper_id
from resolvers.event_cursors import AFTER, event_source
from resolvers.fields import Info, attribute, loaded, resolved, subscription, view_of
from resolvers.messages.returns import EVENTS, MISSED_DEADLINES
from resolvers.nodes import load_own_return
from resolvers.returns.types import Return


@view_of(events.Event, description="Something that happened to a return.")
class RefundUpdate:
    at: datetime = attribute("When.")
    kind: RefundEvent = attribute("What happened.", name="event")
    this_return: Return = loaded(
        returns_by_id, by="topic", name="return", description="The return as it is now."
    )

    @resolved("To be passed as `after`, to continue after this event.")
    @staticmethod
    def cursor(parent: strawberry.Parent[events.Event]) -> str:
        return str(parent.id)

    @resolved("What happened, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[events.Event], info: Info) -> str:
        missed = parent.facts.get("deadline")
        if missed and parent.kind == RefundEvent.DEADLINE_MISSED:
            return translate(info.context.language, MISSED_DEADLINES[DeadlineKind(missed)])
        return translate(info.context.language, EVENTS[RefundEvent(parent.kind)])

    @resolved("The deadline that was missed, or kept after all, where that is what happened.")
    @staticmethod
    def deadline(parent: strawberry.Parent[events.Event]) -> DeadlineKind | None:
        missed = parent.facts.get("deadline")
        return DeadlineKind(missed) if missed else None

    @resolved("The return's status just after it.")
    @staticmethod
    def return_status(parent: strawberry.Parent[events.Event]) -> ReturnStatus:
        return ReturnStatus(parent.facts["return_status"])

    @resolved("The pickup's status just after it; null without one.")
    @staticmethod
    def pickup_status(parent: strawberry.Parent[events.Event]) -> PickupStatus | None:
        status = parent.facts["pickup_status"]
        return PickupStatus(status) if status else None

    @resolved("The advance just after it.")
    @staticmethod
    def advance(parent: strawberry.Parent[events.Event]) -> AdvanceStatus:
        return AdvanceStatus(parent.facts["advance"])


@strawberry.type
class ReturnSubscriptions:
    @subscription(
        "Every event of a return, each once and in order; it does not end.",
        kind=AsyncGenerator[RefundUpdate, None],
    )
    @staticmethod
    async def refund_updates(
        info: Info,
        return_id: Annotated[strawberry.ID, strawberry.argument(description="The return's id.")],
        after: Annotated[str | None, AFTER] = None,
    ) -> EventSource:
        context = info.context
        shopper_id = require_shopper_id(context)
        if await load_own_return(context, return_id) is None:
            raise not_found(context.language, "returnId")
        return await event_source(context, shopper_id, return_id, after)
