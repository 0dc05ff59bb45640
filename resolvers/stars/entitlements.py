"""What a star level brings (权益), has brought or would bring."""

from collections.abc import Sequence

import strawberry

from bff.domain.stars import model
from bff.graphql.context import Context
from bff.locale.messages import N_
from loaders.stars import stars_by_shopper
from resolvers.argument_errors import argument_error, require_shopper_id
from resolvers.fields import Info, attribute, resolved, view_of


@view_of(model.Granted, description="What a star level brings (权益).")
class Entitlement:
    granted: bool = attribute("Whether the shopper has it.")

    @resolved("Names the entitlement.")
    @staticmethod
    def code(parent: strawberry.Parent[model.Granted]) -> str:
        return parent.entitlement.code

    @resolved("Its name.")
    @staticmethod
    def title(parent: strawberry.Parent[model.Granted], info: Info) -> str:
        return parent.entitlement.title.in_(info.context.language)

    @resolved("What it means for the shopper.")
    @staticmethod
    def description(parent: strawberry.Parent[model.Granted], info: Info) -> str:
        return parent.entitlement.description.in_(info.context.language)

    @resolved("The star level from which it is granted.")
    @staticmethod
    def unlocked_at(parent: strawberry.Parent[model.Granted]) -> int:
        return parent.entitlement.unlocked_at


@view_of(model.Preview, description="What another star level would bring.")
class EntitlementPreview:
    level: int = attribute("The level that is previewed.")
    now: int = attribute("The viewer's own level.")

    @resolved("Every entitlement, granted or not at that level.", kind=list[Entitlement])
    @staticmethod
    def entitlements(parent: strawberry.Parent[model.Preview]) -> Sequence[model.Granted]:
        return model.entitlements(parent.policy, parent.level)

    @resolved("What the viewer has not, and would have.", kind=list[Entitlement])
    @staticmethod
    def gained(parent: strawberry.Parent[model.Preview]) -> Sequence[model.Granted]:
        return model.entitlement_changes(parent.policy, parent.now, parent.level, granted=True)

    @resolved("What the viewer has, and would not have.", kind=list[Entitlement])
    @staticmethod
    def lost(parent: strawberry.Parent[model.Preview]) -> Sequence[model.Granted]:
        return model.entitlement_changes(parent.policy, parent.now, parent.level, granted=False)


async def preview(context: Context, level: int) -> model.Preview:
    """Raises a GraphQLError for a level that there is not."""
    stars = await context.loaders.require(stars_by_shopper, require_shopper_id(context))
    if not model.LOWEST <= level <= model.HIGHEST:
        raise argument_error(context.language, "level", N_("a whole number from 1 to 5"))
    return model.Preview(await context.current_policy(), stars.level, level)
