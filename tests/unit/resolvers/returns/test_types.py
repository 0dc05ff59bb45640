from typing import Any

import pytest
from msgspec.structs import replace

from bff.domain.pickups.model import Pickup
from bff.domain.returns.model import CloseReason, ReturnStatus
from loaders.orders import lines_by_id, merchants_by_id, orders_by_id
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.returns import types as views
from tests.support.models import (
    APPROVED,
    AWAY,
    LINE,
    MERCHANT,
    ORDER,
    REFUND,
    REFUSED,
    RETURN,
    owing,
)
from tests.support.views import context_of, show
from tests.support.world import START, World

CLOSED = {"status": ReturnStatus.CLOSED, "close_reason": CloseReason.NOT_SHIPPED_BACK}


async def shown(world: World, selection: str, pickup: Pickup | None = None, **changes: Any) -> Any:
    this_return = replace(RETURN, **changes)
    context = context_of(world, RETURN.shopper_id)
    context.loaders.prime(
        {
            returns_by_id.fetch: {RETURN.id: this_return},
            refunds_by_return.fetch: {RETURN.id: REFUND},
            pickups_by_return.fetch: {RETURN.id: pickup},
            missed_by_return.fetch: {RETURN.id: ()},
            lines_by_id.fetch: {LINE.id: LINE},
            orders_by_id.fetch: {ORDER.id: ORDER},
            merchants_by_id.fetch: {MERCHANT.id: MERCHANT},
        }
    )
    return await show(views.Return, this_return, selection, context)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Waiting for the merchant's answer"),
        (APPROVED, "Approved: send the goods back"),
        (AWAY, "The goods are on their way to the merchant"),
        (AWAY | {"goods_received_at": START}, "The merchant has the goods, and inspects them"),
        (REFUSED, "Refused by the merchant"),
        (CLOSED, "The goods were not sent back in time."),
        ({"status": ReturnStatus.SUCCEEDED}, "Done"),
    ],
)
async def test_the_status_in_words(world: World, changes: dict[str, Any], message: str) -> None:
    assert (await shown(world, "{ message }", **changes)) == {"message": message}


async def test_an_unpaid_pickup_fee_is_said_before_the_status(world: World) -> None:
    held = owing(held_waybill="SF1")
    answer = await shown(world, "{ message status }", held, **APPROVED)
    assert answer == {
        "message": "The refund waits for the pickup fee",
        "status": "AWAITING_RETURN_SHIPMENT",
    }


async def test_what_a_return_has_not_yet_is_null(world: World) -> None:
    selection = "{ waybill { number } refusal { at } pickup { id } returnAddress { id } }"
    assert await shown(world, selection) == {
        "waybill": None,
        "refusal": None,
        "pickup": None,
        "returnAddress": None,
    }


async def test_a_refused_return_has_its_refusal_and_a_travelling_one_its_waybill(
    world: World,
) -> None:
    selection = "{ waybill { number } refusal { at } }"
    refused = await shown(world, selection, **REFUSED)
    assert (refused["waybill"], refused["refusal"]["at"]) == (None, "2026-01-05T10:00:00.000+08:00")
    away = await shown(world, selection, waybill_number="SF1", **AWAY)
    assert away == {"waybill": {"number": "SF1"}, "refusal": None}


async def test_deadlines_and_next_actions_are_those_of_the_case(world: World) -> None:
    selection = "{ deadlines { what at } nextActions { code actor by } }"
    waiting = await shown(world, selection)
    [deadline] = waiting["deadlines"]
    assert deadline == {"what": "MERCHANT_ANSWER", "at": "2026-01-05T10:00:00.000+08:00"}
    assert [one["code"] for one in waiting["nextActions"]] == ["WAIT_FOR_MERCHANT", "CANCEL_RETURN"]
    approved = await shown(world, selection, **APPROVED)
    codes = [one["code"] for one in approved["nextActions"]]
    assert {"BOOK_PICKUP", "SUBMIT_WAYBILL", "CANCEL_RETURN"} == set(codes)


async def test_without_a_door_pickup_for_the_level_none_is_offered(world: World) -> None:
    selection = "{ nextActions { code } }"
    approved = await shown(world, selection, star_level=1, **APPROVED)
    assert {"code": "BOOK_PICKUP"} not in approved["nextActions"]


async def test_the_rules_that_decided_are_shown_as_they_were_stored(world: World) -> None:
    check = {
        "code": "STAR_LEVEL",
        "passed": False,
        "scope": "EXPRESS",
        "basis": "EXPRESS_RETURN",
        "deadline": None,
        "facts": {"level": 2, "needed": 3},
    }
    answer = await shown(world, "{ decidedBy { code passed why } }", checks=[check])
    assert answer["decidedBy"] == [
        {"code": "STAR_LEVEL", "passed": False, "why": "Your star level is 2; 3 is needed."}
    ]
