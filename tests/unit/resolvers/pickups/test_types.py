from typing import Any

import pytest
from msgspec.structs import replace

from bff.domain.pickups.model import (
    CancelReason,
    FeePayer,
    FeeStatus,
    Pickup,
    PickupStatus,
    VisitFailure,
)
from resolvers.pickups import types as views
from resolvers.pickups.types import final_fee_message
from tests.support.messages import assert_translated
from tests.support.models import PICKUP, SOON_AFTER, owing, pickup, shanghai
from tests.support.views import context_of, show
from tests.support.world import World


@pytest.mark.parametrize(
    ("parcel", "message"),
    [
        (owing(fee_status=FeeStatus.PAID), "You have paid {pays} for the pickup."),
        (owing(fee_status=FeeStatus.WAIVED), "The pickup costs you nothing."),
        (pickup(PickupStatus.CANCELLED), "The pickup costs you nothing."),
        (owing(fee_paying=True), "Your payment of {pays} is under way."),
        (
            owing(fee_status=FeeStatus.PAYMENT_FAILED),
            "The payment of {pays} failed: try again by {by}.",
        ),
        (owing(), "Please pay {pays} by {by}: the refund waits for it."),
        (
            owing(payer=FeePayer.INSURER),
            "The pickup costs more than what is covered: please pay {pays} by {by}.",
        ),
    ],
)
def test_a_final_fee_in_words(parcel: Pickup, message: str) -> None:
    assert final_fee_message(parcel, SOON_AFTER) == message
    assert_translated(message)


def test_a_fee_that_is_overdue_holds_nothing_back() -> None:
    overdue = final_fee_message(owing(), shanghai("2026-01-03T14:00"))
    assert overdue == "The pickup fee of {pays} is overdue: please pay it."
    assert_translated(overdue)


async def fee(world: World, parcel: Pickup) -> Any:
    selection = "{ fee { message reason status amount { minor } due { minor } payBy finalAt } }"
    return (await show(views.Pickup, parcel, selection, context_of(world)))["fee"]


async def test_a_final_fee_says_how_much_and_until_when(world: World) -> None:
    world.clock.at = SOON_AFTER
    shown = await fee(world, owing())
    assert shown["message"].replace("\xa0", "") == (
        "Please pay CN¥12.00 by 3 Jan 14:00: the refund waits for it."
    )
    assert (shown["status"], shown["due"]) == ("UNPAID", {"minor": 1_200})
    assert (shown["finalAt"], shown["payBy"]) == (
        "2026-01-02T14:00:00.000+08:00",
        "2026-01-03T14:00:00.000+08:00",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, None),
        ({"cancel_reason": CancelReason.SHOPPER}, "You cancelled the pickup."),
        (
            {
                "cancel_reason": CancelReason.VISIT_FAILED,
                "visit_failure": VisitFailure.NOBODY_HOME,
            },
            "Nobody was there",
        ),
    ],
)
async def test_a_cancellation_says_why_and_a_failed_visit_more_closely(
    world: World, changes: dict[str, Any], message: str | None
) -> None:
    shown = await show(
        views.Pickup, replace(PICKUP, **changes), "{ cancelMessage }", context_of(world)
    )
    assert shown["cancelMessage"] == message


async def test_a_slot_is_the_pickups_own(world: World) -> None:
    shown = await show(views.Pickup, PICKUP, "{ slot { kind startsAt endsAt } }", context_of(world))
    assert shown["slot"] == {
        "kind": "AS_SOON_AS_POSSIBLE",
        "startsAt": "2026-01-02T12:00:00.000+08:00",
        "endsAt": "2026-01-02T14:00:00.000+08:00",
    }
