"""A change of level is pushed, with its cause and what it brings or takes."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from bff.db.events import EventSource
from bff.domain.stars import model
from bff.domain.stars.events import LevelChange, level_change, topic_of
from bff.locale.messages import N_, translate
from loaders.returns import returns_by_id
from resolvers.argument_errors import require_shopper_id
from resolvers.event_cursors import AFTER, event_source
from resolvers.fields import Info, attribute, loaded, resolved, subscription, view_of
from resolvers.messages.stars import CAUSES
from resolvers.returns.types import Return
from resolvers.stars.entitlements import Entitlement


@view_of(LevelChange, description="A change of the star level. Entitlements are as they were then.")
class StarLevelChange:
    at: datetime = attribute("When.")
    previous: int = attribute("The level before.", name="from")
    level: int = attribute("The level after.", name="to")
    cause: model.StarChangeCause = attribute("Why.")
    this_return: Return | None = loaded(
        returns_by_id,
        by="return_id",
        name="return",
        description="The return that was the cause, as it is now.",
    )

    @resolved("To be passed as `after`, to continue after this change.")
    @staticmethod
    def cursor(parent: strawberry.Parent[LevelChange]) -> str:
        return str(parent.id)

    @resolved("What happened, and why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[LevelChange], info: Info) -> str:
        language = info.context.language
        facts = {"level": parent.level, "previous": parent.previous}
        why = translate(language, CAUSES[parent.cause])
        return translate(
            language, N_("Star level {level} instead of {previous}: {why}"), why=why, **facts
        )

    @resolved("Every entitlement, granted or not at the level before.", kind=list[Entitlement])
    @staticmethod
    async def before(parent: strawberry.Parent[LevelChange], info: Info) -> Sequence[model.Granted]:
        policy = await info.context.policy(parent.policy_version)
        return model.entitlements(policy, parent.previous)

    @resolved("Every entitlement, granted or not at the level after.", kind=list[Entitlement])
    @staticmethod
    async def after(parent: strawberry.Parent[LevelChange], info: Info) -> Sequence[model.Granted]:
        policy = await info.context.policy(parent.policy_version)
        return model.entitlements(policy, parent.level)

    @resolved("What the change brought.", kind=list[Entitlement])
    @staticmethod
    async def gained(parent: strawberry.Parent[LevelChange], info: Info) -> Sequence[model.Granted]:
        policy = await info.context.policy(parent.policy_version)
        return model.entitlement_changes(policy, parent.previous, parent.level, granted=True)

    @resolved("What the change took.", kind=list[Entitlement])
    @staticmethod
    async def lost(parent: strawberry.Parent[LevelChange], info: Info) -> Sequence[model.Granted]:
        policy = await info.context.policy(parent.policy_version)
        return model.entitlement_changes(policy, parent.previous, parent.level, granted=False)


@strawberry.type
class StarSubscriptions:
    @subscription(
        "Every change of the viewer's star level, each once and in order; it does not end.",
        kind=AsyncGenerator[StarLevelChange, None],
    )
    @staticmethod
    async def star_level_changes(
        info: Info, after: Annotated[str | None, AFTER] = None
    ) -> EventSource:
        shopper_id = require_shopper_id(info.context)
        topic = topic_of(shopper_id)
        return await event_source(info.context, shopper_id, topic, after, level_change)
