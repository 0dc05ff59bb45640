from types import SimpleNamespace
from typing import Any, cast

import pytest
from graphql import GraphQLError

from bff.db.events import EventSource
from bff.domain.stars.events import LevelChange, topic_of
from bff.domain.stars.model import StarChangeCause
from bff.locale.language import Language
from resolvers.stars.changes import StarLevelChange, StarSubscriptions
from tests.support.models import POLICY
from tests.support.views import context_of, show
from tests.support.world import START, World

FALL = LevelChange(
    id=7,
    at=START,
    previous=3,
    level=1,
    cause=StarChangeCause.FEE_UNPAID,
    return_id=None,
    policy_version=POLICY.version,
)


async def test_a_change_says_what_happened_and_why(world: World) -> None:
    selection = "{ cursor at from to cause message return { id } }"
    assert await show(StarLevelChange, FALL, selection, context_of(world)) == {
        "cursor": "7",
        "at": "2026-03-10T10:00:00.000+08:00",
        "from": 3,
        "to": 1,
        "cause": "FEE_UNPAID",
        "message": "Star level 1 instead of 3: A pickup fee was not paid in time",
        "return": None,
    }


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_change_shows_what_it_brought_and_took(world: World, language: Language) -> None:
    part = "{ code title granted }"
    selection = f"{{ before {part} after {part} gained {part} lost {part} }}"
    shown = await show(StarLevelChange, FALL, selection, context_of(world, language=language))
    held = {name: {one["code"] for one in shown[name] if one["granted"]} for name in shown}
    assert held["before"] - held["after"] == {one["code"] for one in shown["lost"]} != set()
    assert shown["gained"] == []
    titles = {rung.code: rung.title.in_(language) for rung in POLICY.entitlements}
    assert {one["code"]: one["title"] for one in shown["after"]} == titles


async def watch(world: World, shopper: str | None) -> EventSource:
    [field] = cast("Any", StarSubscriptions).__strawberry_definition__.fields
    source = await field.base_resolver(SimpleNamespace(context=context_of(world, shopper)))
    assert isinstance(source, EventSource)
    return source


async def test_the_changes_watched_are_the_viewers_own(world: World) -> None:
    source = await watch(world, "sho_1")
    assert (source.topic, source.after) == (topic_of("sho_1"), 0)
    assert (await watch(world, "sho_1")).to_value is source.to_value


async def test_without_a_token_nothing_is_watched(world: World) -> None:
    with pytest.raises(GraphQLError) as caught:
        await watch(world, None)
    assert caught.value.extensions == {"code": "UNAUTHENTICATED"}
