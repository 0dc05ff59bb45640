from datetime import datetime

import strawberry

from bff.core.clock import local_date
from bff.domain.policy.model import Factor, Penalty
from bff.domain.stars import model
from bff.domain.stars.next_star import NextStar as NextStarModel
from bff.domain.stars.next_star import Way, next_star
from bff.locale.messages import N_, translate
from loaders.returns import returns_by_id
from loaders.stars import star_cursors_by_shopper
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.messages.stars import ALONE, BY_STAFF, CAUSES, COMES_BACK, MORE, NOT_ALONE
from resolvers.returns.types import Return


@view_of(Way, description="Something that brings the next star nearer.")
class StarWay:
    factor: str = attribute("Names the part of the scorecard.")
    missing: int = attribute("How many more of what the part counts; 0: only time is needed.")
    points: int = attribute("What they bring.")
    enough: bool = attribute("Whether they bring the next star alone.")
    until: datetime | None = attribute("When the points come back by themselves.")

    @resolved("The same in words.")
    @staticmethod
    def message(parent: strawberry.Parent[Way], info: Info) -> str:
        language = info.context.language
        if parent.until:
            return translate(
                language, COMES_BACK, on=local_date(parent.until), points=parent.points
            )
        one, several = MORE[parent.factor]
        counted = one if parent.missing == 1 else several
        more = translate(language, counted, missing=parent.missing)
        message = ALONE if parent.enough else NOT_ALONE
        return translate(language, message, more=more, points=parent.points)


@view_of(NextStarModel, description="The next star and the way there.")
class NextStar:
    level: int = attribute("The next level.")
    missing: int = attribute("Points of the scorecard still missing.")
    ways: list[StarWay] = attribute(
        "What brings them; none where staff keep the level from rising."
    )

    @resolved("The same in words.")
    @staticmethod
    def message(parent: strawberry.Parent[NextStarModel], info: Info) -> str:
        if parent.held:
            return translate(info.context.language, N_("Staff decided the level"))
        message = N_("Your points must rise by {missing} for {level} stars")
        return translate(info.context.language, message, missing=parent.missing, level=parent.level)


@view_of(model.StarChange, description="A rating; the newest one holds.")
class StarChange:
    previous: int | None = attribute("The level before; null for the first.", name="from")
    level: int = attribute("The level after.", name="to")
    at: datetime = attribute("When.")
    cause: model.StarChangeCause = attribute("Why.")
    this_return: Return | None = loaded(
        returns_by_id, by="return_id", name="return", description="The return that was the cause."
    )

    @resolved("Why, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[model.StarChange], info: Info) -> str:
        return translate(info.context.language, CAUSES[parent.cause])


async def _part(info: Info, code: str) -> Factor | Penalty | None:
    """None for what staff decided."""
    return (await info.context.current_policy()).scorecard.part(code)


@view_of(model.FactorScore, description="A part of the scorecard that makes the star level.")
class StarFactor:
    code: str = attribute("Names the part.")
    value: int = attribute("What was counted; the level, where staff decided.")
    points: int = attribute("What it is worth, in points; less than 0 where it counts against.")
    until: datetime | None = attribute("When the first of what counts against the shopper expires.")

    @resolved("The part's name.")
    @staticmethod
    async def title(parent: strawberry.Parent[model.FactorScore], info: Info) -> str:
        part = await _part(info, parent.code)
        decided = CAUSES[model.StarChangeCause.STAFF_DECISION]
        language = info.context.language
        return part.title.in_(language) if part else translate(language, decided)

    @resolved("How points are counted.")
    @staticmethod
    async def description(parent: strawberry.Parent[model.FactorScore], info: Info) -> str:
        part = await _part(info, parent.code)
        language = info.context.language
        return part.description.in_(language) if part else translate(language, BY_STAFF)

    @resolved("The most points that the part can bring; 0 for what can only count against.")
    @staticmethod
    async def max_points(parent: strawberry.Parent[model.FactorScore], info: Info) -> int:
        part = await _part(info, parent.code)
        return part.max_points if part else max(parent.points, 0)

    @resolved("Points for each that is counted, up to `maxPoints`; null where staff decided.")
    @staticmethod
    async def weight(parent: strawberry.Parent[model.FactorScore], info: Info) -> float | None:
        part = await _part(info, parent.code)
        return part.weight if part else None


@view_of(
    model.Stars, description="A shopper's star level (购物评级), 1 to 5, and where it comes from."
)
class StarLevel:
    level: int = attribute("1 to 5; more stars bring more entitlements.")
    since: datetime | None = attribute("Since when; null for a shopper who was never rated.")
    score: int = attribute("Points of the scorecard, 0 or more.")
    history: list[StarChange] = attribute("Ratings, newest first.")
    factors: list[StarFactor] = attribute("The parts of the score; they add up to it.")
    updates_cursor: str | None = loaded(
        star_cursors_by_shopper,
        by="shopper_id",
        description="The newest change: `starLevelChanges(after:)` continues from here. "
        "Null, which it takes as well, before the first.",
    )

    @resolved("The next star; null at 5.", kind=NextStar | None)
    @staticmethod
    async def next(parent: strawberry.Parent[model.Stars], info: Info) -> NextStarModel | None:
        return next_star(parent, (await info.context.current_policy()).scorecard)
