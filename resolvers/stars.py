from datetime import datetime

import strawberry

from bff.locale.messages import N_, say
from bff.policy.model import Factor
from bff.stars import model
from resolvers.edges import Info, answers, shown, shows, worded

worded(
    model.StarChangeCause,
    "Why a star level is what it is.",
    FIRST_RATING="The first rating from what was bought and returned.",
    RATED_AGAIN="A new rating, after more was bought or returned.",
    STAFF_DECISION="Staff decided.",
)

CAUSES = {
    model.StarChangeCause.FIRST_RATING: N_("First rated by what was bought and returned"),
    model.StarChangeCause.RATED_AGAIN: N_("Rated again after more was bought or returned"),
    model.StarChangeCause.STAFF_DECISION: N_("Decided by staff"),
}


@shows(model.NextStar, description="The next star and the way there.")
class NextStar:
    level: int = shown("The next level.")
    missing: int = shown("Points of the scorecard still missing.")

    @answers("The same in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.NextStar], info: Info) -> str:
        message = N_("{missing} more points bring {level} stars")
        return say(info.context.language, message, missing=parent.missing, level=parent.level)


@shows(model.StarChange, description="A rating, the newest of which holds.")
class StarChange:
    previous: int | None = shown("The level before; null for the first.", name="from")
    level: int = shown("The level after.", name="to")
    at: datetime = shown("When.")
    cause: model.StarChangeCause = shown("Why.")

    @answers("Why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.StarChange], info: Info) -> str:
        return say(info.context.language, CAUSES[parent.cause])


async def _factor(info: Info, code: str) -> Factor | None:
    policy = await info.context.current_policy()
    return next((one for one in policy.scorecard.factors if one.code == code), None)


@shows(model.FactorScore, description="A part of the scorecard that makes the star level.")
class StarFactor:
    code: str = shown("Names the part.")
    value: int = shown("What was counted.")
    points: int = shown("What it is worth, in points.")

    @answers("The part's name.")
    @staticmethod
    async def title(parent: strawberry.Parent[model.FactorScore], info: Info) -> str:
        factor = await _factor(info, parent.code)
        return factor.title.in_(info.context.language) if factor else parent.code

    @answers("How points are counted.")
    @staticmethod
    async def description(parent: strawberry.Parent[model.FactorScore], info: Info) -> str:
        factor = await _factor(info, parent.code)
        return factor.description.in_(info.context.language) if factor else ""

    @answers("The most points that the part can bring.")
    @staticmethod
    async def max_points(parent: strawberry.Parent[model.FactorScore], info: Info) -> int:
        factor = await _factor(info, parent.code)
        return factor.max_points if factor else parent.points


@shows(
    model.Stars, description="A shopper's star level (购物评级), 1 to 5, and where it comes from."
)
class StarLevel:
    level: int = shown("1 to 5; more stars bring more entitlements.")
    since: datetime | None = shown("Since when; null for a shopper who was never rated.")
    score: int = shown("Points of the scorecard.")
    history: list[StarChange] = shown("Ratings, newest first.")
    factors: list[StarFactor] = shown("The parts of the score; they add up to it.")

    @answers("The next star; null at 5.", kind=NextStar | None)
    @staticmethod
    async def next(parent: strawberry.Parent[model.Stars], info: Info) -> model.NextStar | None:
        return model.next_star(parent, (await info.context.current_policy()).scorecard)


@shows(model.Granted, description="What a star level brings (权益).")
class Entitlement:
    granted: bool = shown("Whether the shopper has it.")

    @answers("Names the entitlement.")
    @staticmethod
    def code(parent: strawberry.Parent[model.Granted]) -> str:
        return parent.entitlement.code

    @answers("Its name.")
    @staticmethod
    def title(parent: strawberry.Parent[model.Granted], info: Info) -> str:
        return parent.entitlement.title.in_(info.context.language)

    @answers("What it means for the shopper.")
    @staticmethod
    def description(parent: strawberry.Parent[model.Granted], info: Info) -> str:
        return parent.entitlement.description.in_(info.context.language)

    @answers("The star level from which it is granted.")
    @staticmethod
    def unlocked_at(parent: strawberry.Parent[model.Granted]) -> int:
        return parent.entitlement.unlocked_at
