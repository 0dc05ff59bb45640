"""What an operation's resolvers share."""

from datetime import timedelta
from typing import Any

from bff.db import idempotency
from bff.db.idempotency import StoredResult
from bff.db.transaction import Tx
from bff.graphql.context import MAX_ROWS, Context
from tests.support.database import statements
from tests.support.factories import create_shopper
from tests.support.world import World

HOUR = timedelta(hours=1)


def context(world: World, links: Any = None) -> Context:
    return Context(world.db, lambda: links)


def test_rows_are_counted_over_the_whole_operation(world: World) -> None:
    one = context(world)
    assert one.allows(MAX_ROWS - 1)
    assert one.allows(1)
    assert not one.allows(1)
    assert context(world).allows(MAX_ROWS)


def test_a_renewed_context_has_loaded_nothing(world: World) -> None:
    one = context(world)
    loaders, now = one.loaders, one.now
    one.allows(MAX_ROWS)
    world.clock.advance(HOUR)
    one.renew()
    assert one.loaders is not loaders
    assert one.now == now + HOUR
    assert one.allows(MAX_ROWS)


def test_links_are_made_when_a_photo_is_shown(world: World) -> None:
    made: list[Any] = []

    def make_links() -> Any:
        made.append(object())
        return made[-1]

    one = Context(world.db, make_links)
    assert made == []
    assert one.links is one.links
    assert len(made) == 1


async def test_a_policy_is_read_once(world: World) -> None:
    one = context(world)
    current = await one.current_policy()
    with statements(world.db) as seen:
        assert await one.policy(current.version) is current
        assert await context(world).current_policy() is current
    assert seen == []


async def test_what_was_loaded_is_stale_after_a_mutation(world: World) -> None:
    async def effect(_tx: Tx) -> int:
        calls.append("effect")
        return 1

    calls: list[str] = []
    shopper = await create_shopper(world.db)
    request = idempotency.Request(shopper, "key", "test", {})
    one = context(world)
    loaders = one.loaders
    for _ in range(2):
        assert await one.once(request, effect, to_stored, from_stored) == 1
    assert calls == ["effect"]
    assert one.loaders is not loaders


def to_stored(value: int) -> StoredResult:
    return {"value": value}


def from_stored(result: StoredResult) -> int:
    value: int = result["value"]
    return value
