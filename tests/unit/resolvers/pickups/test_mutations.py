"""What pickup mutations answer, on the whole schema; what they do is the domain's."""

from typing import Any

import pytest

from bff.domain.returns.commands.returns import TapRequest, one_tap
from tests.support.factories import create_order, create_shopper
from tests.support.views import context_of, run
from tests.support.world import START, World

BOOK = """
mutation($key: String!, $id: ID!) {
  pickupBook(input: { idempotencyKey: $key, returnId: $id }) {
    __typename
    ... on PickupBookSuccess { replayed pickup { id status } return { id pickup { id } } }
    ... on ReturnNotAwaitingShipment { status }
    ... on PickupBookedAlready { pickupId }
    ... on UserError { code }
    ... on NotFound { field }
  }
}"""
CANCEL = """
mutation($key: String!, $id: ID!) {
  pickupCancel(input: { idempotencyKey: $key, pickupId: $id }) {
    __typename
    ... on PickupCancelSuccess { pickup { id status } return { pickup { status } } }
    ... on PickupNotCancellable { status }
    ... on NotFound { field }
  }
}"""


async def open_return(world: World, *, level: int = 3) -> tuple[str, str]:
    shopper = await create_shopper(world.db, level=level)
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    return shopper, tap.return_id


async def ask(world: World, shopper: str, document: str, **variables: Any) -> Any:
    [answer] = (await run(document, context_of(world, shopper), **variables)).values()
    return answer


async def test_a_booked_pickup_is_shown_beside_its_return(world: World) -> None:
    shopper, return_id = await open_return(world)
    booked = await ask(world, shopper, BOOK, key="k", id=return_id)
    pickup = booked["pickup"]
    assert (booked["__typename"], pickup["status"]) == ("PickupBookSuccess", "AWAITING_COURIER")
    assert booked["return"] == {"id": return_id, "pickup": {"id": pickup["id"]}}
    again = await ask(world, shopper, BOOK, key="k", id=return_id)
    assert (again["replayed"], again["pickup"]) == (True, pickup)
    second = await ask(world, shopper, BOOK, key="other", id=return_id)
    assert (second["code"], second["pickupId"]) == ("PICKUP_BOOKED_ALREADY", pickup["id"])


async def test_a_return_that_is_not_approved_has_no_pickup(world: World) -> None:
    shopper, return_id = await open_return(world, level=2)
    refused = await ask(world, shopper, BOOK, key="k", id=return_id)
    assert refused["__typename"] == "ReturnNotAwaitingShipment"
    assert refused["status"] == "AWAITING_MERCHANT_APPROVAL"


async def test_a_cancelled_pickup_cannot_be_cancelled_again(world: World) -> None:
    shopper, return_id = await open_return(world)
    booked = await ask(world, shopper, BOOK, key="k", id=return_id)
    pickup_id = booked["pickup"]["id"]
    first = await ask(world, shopper, CANCEL, key="c1", id=pickup_id)
    assert first["return"] == {"pickup": {"status": "CANCELLED"}}
    second = await ask(world, shopper, CANCEL, key="c2", id=pickup_id)
    assert second == {"__typename": "PickupNotCancellable", "status": "CANCELLED"}


@pytest.mark.parametrize(("document", "field"), [(BOOK, "returnId"), (CANCEL, "pickupId")])
async def test_what_is_anothers_is_not_found(world: World, document: str, field: str) -> None:
    _, return_id = await open_return(world)
    other = await create_shopper(world.db)
    key = return_id if field == "returnId" else "pic_unknown"
    answer = await ask(world, other, document, key="k", id=key)
    assert (answer["__typename"], answer["field"]) == ("NotFound", field)
