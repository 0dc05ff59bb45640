import pytest
from graphql import GraphQLError

from bff.domain.stars import model
from bff.locale.language import Language
from resolvers.stars.entitlements import Entitlement, EntitlementPreview, preview
from tests.support.factories import create_shopper
from tests.support.models import POLICY
from tests.support.views import context_of, show
from tests.support.world import World

CODES = "{ level now entitlements { code granted } gained { code } lost { code } }"


async def codes(world: World, now: int, level: int) -> dict[str, list[str]]:
    value = model.Preview(POLICY, now, level)
    shown = await show(EntitlementPreview, value, CODES, context_of(world))
    assert (shown["level"], shown["now"]) == (level, now)
    assert len(shown["entitlements"]) == len(POLICY.entitlements)
    granted = [one["code"] for one in shown["entitlements"] if one["granted"]]
    return {
        "granted": granted,
        "gained": [one["code"] for one in shown["gained"]],
        "lost": [one["code"] for one in shown["lost"]],
    }


async def test_a_higher_level_gains_what_a_lower_one_loses(world: World) -> None:
    up, down = await codes(world, 1, 5), await codes(world, 5, 1)
    assert up["gained"] == down["lost"] != []
    assert up["lost"] == down["gained"] == []
    assert set(up["granted"]) - set(down["granted"]) == set(up["gained"])


async def test_the_same_level_changes_nothing(world: World) -> None:
    same = await codes(world, 3, 3)
    assert (same["gained"], same["lost"]) == ([], [])


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_entitlement_is_in_the_clients_language(world: World, language: Language) -> None:
    rung = POLICY.entitlements[0]
    shown = await show(
        Entitlement,
        model.Granted(rung, granted=False),
        "{ code title description granted unlockedAt }",
        context_of(world, language=language),
    )
    assert shown == {
        "code": rung.code,
        "title": rung.title.in_(language),
        "description": rung.description.in_(language),
        "granted": False,
        "unlockedAt": rung.unlocked_at,
    }


async def test_a_preview_is_held_against_the_viewers_own_level(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    held = await preview(context_of(world, shopper), 4)
    assert (held.now, held.level) == (2, 4)


@pytest.mark.parametrize("level", [model.LOWEST - 1, model.HIGHEST + 1, -1])
async def test_a_level_that_there_is_not_is_an_argument_error(world: World, level: int) -> None:
    shopper = await create_shopper(world.db)
    with pytest.raises(GraphQLError, match="a whole number from 1 to 5") as caught:
        await preview(context_of(world, shopper), level)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "level"}


async def test_without_a_token_there_is_no_preview(world: World) -> None:
    with pytest.raises(GraphQLError) as caught:
        await preview(context_of(world), 3)
    assert caught.value.extensions == {"code": "UNAUTHENTICATED"}
