from typing import Any

import pytest

from bff.domain.stars import model
from bff.domain.stars.model import FactorScore, StarChangeCause, Stars
from bff.domain.stars.next_star import NextStar as CoreNextStar
from bff.domain.stars.next_star import Way
from resolvers.messages.stars import MORE
from resolvers.stars.types import NextStar, StarFactor, StarLevel, StarWay
from tests.support.factories import create_shopper, set_level
from tests.support.messages import CHINESE
from tests.support.models import POLICY
from tests.support.views import context_of, run, show
from tests.support.world import START, World


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (Way("ORDERS", 1, 20, enough=True), "1 more order would be enough"),
        (Way("ORDERS", 3, 20, enough=False), "3 more orders would raise your points by 20"),
        (
            Way("FEE_UNPAID", 0, 15, enough=False, until=START),
            "On 10 March 2026, your points rise by 15",
        ),
    ],
)
async def test_a_way_to_the_next_star_in_words(world: World, way: Way, message: str) -> None:
    assert await show(StarWay, way, "{ message }", context_of(world)) == {"message": message}


@pytest.mark.parametrize("factor", sorted(MORE))
async def test_every_factor_is_said_in_chinese_too(world: World, factor: str) -> None:
    context = context_of(world, language="zh")
    shown = await show(StarWay, Way(factor, 2, 5, enough=False), "{ message }", context)
    assert "2" in shown["message"]
    assert any(ord(letter) in CHINESE for letter in shown["message"])


@pytest.mark.parametrize(
    ("held", "message", "ways"),
    [
        (False, "Your points must rise by 30 for 3 stars", True),
        (True, "Staff decided the level", False),
    ],
)
async def test_the_next_star_is_brought_by_points_unless_staff_hold_the_level(
    world: World, held: bool, message: str, ways: bool
) -> None:
    value = CoreNextStar(3, 30, held, (), POLICY.scorecard)
    shown = await show(
        NextStar, value, "{ level missing message ways { factor } }", context_of(world)
    )
    assert (shown["level"], shown["missing"], shown["message"]) == (3, 30, message)
    assert bool(shown["ways"]) is ways


FACTOR = "{ code title description value points maxPoints weight }"


async def test_a_part_of_the_scorecard_has_the_policys_words(world: World) -> None:
    part = POLICY.scorecard.factors[0]
    shown = await show(StarFactor, FactorScore(part.code, 4, 8), FACTOR, context_of(world))
    assert shown == {
        "code": part.code,
        "title": part.title.en,
        "description": part.description.en,
        "value": 4,
        "points": 8,
        "maxPoints": part.max_points,
        "weight": part.weight,
    }


@pytest.mark.parametrize(("points", "max_points"), [(40, 40), (-40, 0)])
async def test_what_staff_gave_or_took_is_no_part_of_the_policy(
    world: World, points: int, max_points: int
) -> None:
    shown = await show(StarFactor, FactorScore(model.STAFF, 5, points), FACTOR, context_of(world))
    assert (shown["title"], shown["weight"]) == ("Decided by staff", None)
    assert (shown["points"], shown["maxPoints"]) == (points, max_points)


async def test_a_shopper_who_was_never_rated_has_the_lowest_level(world: World) -> None:
    selection = "{ level since score history { cause } factors { code } next { level } }"
    shown = await show(StarLevel, Stars("sho_1", ()), selection, context_of(world))
    assert shown == {
        "level": model.LOWEST,
        "since": None,
        "score": 0,
        "history": [],
        "factors": [],
        "next": {"level": 2},
    }


LEVEL = """
{ viewer { starLevel {
  level since updatesCursor next { level } history { from to cause message return { id } }
} } }"""


async def star_level(world: World, shopper: str) -> Any:
    return (await run(LEVEL, context_of(world, shopper)))["viewer"]["starLevel"]


async def test_a_level_has_its_history_newest_first_and_a_cursor_once_it_changed(
    world: World,
) -> None:
    shopper = await create_shopper(world.db, level=3)
    first = await star_level(world, shopper)
    assert first["updatesCursor"] is None
    await set_level(world.db, shopper, 5)
    shown = await star_level(world, shopper)
    assert [(one["from"], one["to"]) for one in shown["history"]] == [(3, 5), (None, 3)]
    assert {one["cause"] for one in shown["history"]} == {StarChangeCause.STAFF_DECISION.value}
    assert shown["history"][0]["message"] == "Decided by staff"
    assert shown["updatesCursor"].isdecimal()
    assert (shown["level"], shown["next"]) == (5, None)
