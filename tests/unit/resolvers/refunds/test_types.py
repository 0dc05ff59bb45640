from typing import Any

import pytest
from msgspec.structs import replace

from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import CloseReason, ReturnStatus
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.refunds import types as views
from tests.support.models import AWAY, REFUND, RETURN, owing, shanghai
from tests.support.views import context_of, show
from tests.support.world import World

BACK: dict[str, Any] = {"refunded_at": shanghai("2026-01-06T10:00")}
ENDED: dict[str, Any] = {"ended_at": shanghai("2026-01-07T10:00")}
SUCCEEDED = AWAY | ENDED | {"status": ReturnStatus.SUCCEEDED}
OWED = BACK | {"advance": AdvanceStatus.CLAWED_BACK, "owed_since": ENDED["ended_at"]}
STANDS = ENDED | {"status": ReturnStatus.CLOSED, "close_reason": CloseReason.REFUSAL_STANDS}


@pytest.mark.parametrize(
    ("of_return", "refund", "waiting_for", "message"),
    [
        ({}, {}, "MERCHANT_APPROVAL", "The refund waits for the merchant's answer"),
        (AWAY, {}, "MERCHANT_RECEIPT", "The refund waits for the merchant's inspection"),
        (
            AWAY,
            BACK | {"advance": AdvanceStatus.ADVANCED},
            None,
            "Paid: advanced by the platform",
        ),
        (SUCCEEDED, BACK, None, "Paid by the merchant"),
        (SUCCEEDED, BACK | {"advance": AdvanceStatus.CLOSED}, None, "Paid by the merchant"),
        (
            STANDS,
            BACK | {"advance": AdvanceStatus.CLAWED_BACK, "repaid_at": BACK["refunded_at"]},
            None,
            "Taken back, and paid back by you",
        ),
        (STANDS, OWED, None, "The refusal stands: please pay CN¥199.00 back by 21 Jan 10:00"),
        (
            STANDS,
            OWED | {"repaying": True},
            None,
            "You owe CN¥199.00; your payment is under way",
        ),
        (
            SUCCEEDED,
            BACK | {"surplus_minor": 9_900, "owed_since": ENDED["ended_at"]},
            None,
            "Paid twice by mistake: please pay CN¥99.00 back by 21 Jan 10:00",
        ),
        (
            SUCCEEDED,
            BACK | {"overpaid_minor": 1_200},
            None,
            "You were charged CN¥12.00 too much; it is on its way back",
        ),
    ],
)
async def test_the_message_says_where_the_money_is(
    world: World,
    of_return: dict[str, Any],
    refund: dict[str, Any],
    waiting_for: str | None,
    message: str,
) -> None:
    shown = await shown_refund(world, of_return, refund)
    assert (shown["waitingFor"], shown["message"]) == (waiting_for, message)


async def shown_refund(world: World, of_return: dict[str, Any], refund: dict[str, Any]) -> Any:
    this_return, this_refund = replace(RETURN, **of_return), replace(REFUND, **refund)
    context = context_of(world, RETURN.shopper_id)
    context.loaders.prime(
        {
            returns_by_id.fetch: {RETURN.id: this_return},
            refunds_by_return.fetch: {RETURN.id: this_refund},
            pickups_by_return.fetch: {RETURN.id: None},
            missed_by_return.fetch: {RETURN.id: ()},
        }
    )
    selection = "{ waitingFor message owed { minor } return { id } }"
    return await show(views.Refund, this_refund, selection, context)


async def test_an_advance_taken_back_is_owed_until_it_is_repaid(world: World) -> None:
    taken = BACK | {"advance": AdvanceStatus.CLAWED_BACK}
    owed = await shown_refund(world, STANDS, taken)
    assert (owed["owed"], owed["return"]) == ({"minor": 19_900}, {"id": RETURN.id})
    repaid = await shown_refund(world, STANDS, taken | {"repaid_at": BACK["refunded_at"]})
    assert repaid["owed"] == {"minor": 0}


async def test_an_unpaid_pickup_fee_holds_the_refund_up(world: World) -> None:
    context = context_of(world, RETURN.shopper_id)
    parcel = owing(held_waybill="SF1")
    context.loaders.prime(
        {
            returns_by_id.fetch: {
                RETURN.id: replace(RETURN, status=ReturnStatus.AWAITING_RETURN_SHIPMENT)
            },
            refunds_by_return.fetch: {RETURN.id: REFUND},
            pickups_by_return.fetch: {RETURN.id: parcel},
            missed_by_return.fetch: {RETURN.id: ()},
        }
    )
    shown = await show(views.Refund, REFUND, "{ waitingFor message }", context)
    assert shown == {"waitingFor": "PICKUP_FEE", "message": "The refund waits for the pickup fee"}
