from types import SimpleNamespace
from typing import Any, cast

import pytest
from graphql import GraphQLError

from bff.db.events import Event, EventSource
from bff.domain.returns.commands.returns import TapRequest, one_tap
from resolvers.returns.updates import RefundUpdate, ReturnSubscriptions
from tests.support.factories import create_order, create_shopper
from tests.support.views import context_of, show
from tests.support.world import START, World

FACTS = {"return_status": "AWAITING_RETURN_SHIPMENT", "pickup_status": None, "advance": "NONE"}
SELECTION = "{ cursor at event message deadline returnStatus pickupStatus advance }"


def event(kind: str, **facts: Any) -> Event:
    return Event(id=7, topic="ret_1", kind=kind, at=START, facts=FACTS | facts)


async def test_an_update_shows_its_event_and_the_states_just_after_it(world: World) -> None:
    shown = await show(RefundUpdate, event("RETURN_APPROVED"), SELECTION, context_of(world))
    assert shown == {
        "cursor": "7",
        "at": "2026-03-10T10:00:00.000+08:00",
        "event": "RETURN_APPROVED",
        "message": "The return is approved; you have the return address.",
        "deadline": None,
        "returnStatus": "AWAITING_RETURN_SHIPMENT",
        "pickupStatus": None,
        "advance": "NONE",
    }


async def test_a_missed_deadline_is_said_by_its_own_message(world: World) -> None:
    missed = event("DEADLINE_MISSED", deadline="COURIER_ARRIVAL", pickup_status="ACCEPTED")
    shown = await show(RefundUpdate, missed, SELECTION, context_of(world))
    assert (shown["message"], shown["deadline"]) == ("The courier is late.", "COURIER_ARRIVAL")
    assert shown["pickupStatus"] == "ACCEPTED"


async def watch(world: World, shopper: str | None, return_id: str) -> EventSource:
    """Where the subscription's events come from."""
    [field] = cast("Any", ReturnSubscriptions).__strawberry_definition__.fields
    info = SimpleNamespace(context=context_of(world, shopper))
    source = await field.base_resolver(info, return_id)
    assert isinstance(source, EventSource)
    return source


async def test_a_return_is_watched_by_its_shopper_alone(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    source = await watch(world, shopper, tap.return_id)
    assert (source.topic, source.after) == (tap.return_id, 0)
    assert (await watch(world, shopper, tap.return_id)).to_value is source.to_value
    for stranger, code in ((other, "NOT_FOUND"), (None, "UNAUTHENTICATED")):
        with pytest.raises(GraphQLError) as caught:
            await watch(world, stranger, tap.return_id)
        assert (caught.value.extensions or {})["code"] == code


@pytest.mark.parametrize("return_id", ["ret_unknown", "", "sho_1"])
async def test_an_unknown_return_is_not_found(world: World, return_id: str) -> None:
    with pytest.raises(GraphQLError) as caught:
        await watch(world, "sho_1", return_id)
    assert caught.value.extensions == {"code": "NOT_FOUND", "argument": "returnId"}
