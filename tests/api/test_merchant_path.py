"""A return that is not express: the merchant has 72 hours (R12), and pays itself."""

from datetime import timedelta

import pytest

from bff.domain.returns.reports import merchant
from tests.support.database import nothing_changes
from tests.support.factories import Goods, create_shopper
from tests.support.return_cases import apply_report
from tests.support.return_documents import CANCEL, SHIP
from tests.support.return_steps import ask, buy, codes, first_events, open_return, read_return, tap
from tests.support.world import World

ELECTRONICS = Goods(category="electronics")
IN_72_HOURS = "2026-03-13T10:00:00.000+08:00"
NUMBER = {"company": "sf", "number": "SF123456789012"}


@pytest.mark.parametrize(
    ("level", "goods", "shop"),
    [
        (2, Goods(), "linen-house"),
        (5, ELECTRONICS, "linen-house"),
        (5, Goods(), "corner-shop"),
    ],
    ids=["stars", "category", "merchant"],
)
async def test_without_one_of_the_rules_the_merchant_has_72_hours(
    server: World, level: int, goods: Goods, shop: str
) -> None:
    shopper = await create_shopper(server.db, level=level)
    line = await buy(server, shopper, goods, merchant=shop)
    async with server.client(shopper) as app:
        answer = await tap(app, line, pickup={})
    waiting = answer["return"]
    assert (waiting["status"], waiting["express"]) == ("AWAITING_MERCHANT_APPROVAL", False)
    assert (waiting["returnAddress"], waiting["pickup"]) == (None, None)
    assert waiting["deadlines"] == [{"what": "MERCHANT_ANSWER", "at": IN_72_HOURS}]
    assert waiting["nextActions"] == [
        {"code": "WAIT_FOR_MERCHANT", "actor": "MERCHANT", "by": IN_72_HOURS},
        {"code": "CANCEL_RETURN", "actor": "SHOPPER", "by": None},
    ]
    assert answer["refundQuote"] == {"refund": {"minor": 19_900}, "advance": False}
    assert answer["pickupNotBooked"] == {
        "code": "AFTER_APPROVAL",
        "message": "The pickup can be booked once the merchant has approved.",
        "alternatives": [],
    }


async def test_a_tap_without_a_pickup_has_no_pickup_refusal(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        answer = await tap(app, await buy(server, shopper))
    assert answer["return"]["status"] == "AWAITING_MERCHANT_APPROVAL"
    assert answer["pickupNotBooked"] is None


async def test_a_merchant_approves_a_return(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        waiting = await open_return(app, await buy(server, shopper))
        await server.work()
        server.clock.advance(timedelta(seconds=20))
        await server.work()
        approved = await read_return(app, waiting["id"])
    assert approved["status"] == "AWAITING_RETURN_SHIPMENT"
    assert approved["approvedAt"] == "2026-03-10T10:00:20.000+08:00"


async def test_silence_is_consent_after_72_hours(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        waiting = await open_return(app, await buy(server, shopper))
        server.clock.advance(timedelta(hours=72))
        await server.work()
        approved = await read_return(app, waiting["id"])
        events = await first_events(app, waiting["id"], 3)
    assert approved["status"] == "AWAITING_RETURN_SHIPMENT"
    assert approved["approvedAt"] == IN_72_HOURS
    assert events == ["RETURN_OPENED", "DEADLINE_MISSED", "RETURN_APPROVED"]


@pytest.mark.parametrize(
    ("files_address", "street"), [(True, "文三路1号"), (False, "文一西路969号")]
)
async def test_an_approved_return_has_the_address_of_the_merchant_or_of_the_policy(
    server: World, files_address: bool, street: str
) -> None:
    shopper = await create_shopper(server.db, level=2)
    line = await buy(server, shopper, files_address=files_address)
    async with server.client(shopper) as app:
        waiting = await open_return(app, line)
        server.clock.advance(timedelta(hours=5))
        assert await apply_report(server, merchant.approved, waiting["id"])
        approved = await open_return(app, line)
    assert approved["id"] == waiting["id"]
    assert approved["returnAddress"]["street"] == street
    assert approved["deadlines"] == [{"what": "SHIP_BACK", "at": "2026-03-17T15:00:00.000+08:00"}]


@pytest.mark.parametrize(("level", "offered"), [(1, False), (2, True)])
async def test_once_approved_a_pickup_is_offered_by_level(
    server: World, level: int, offered: bool
) -> None:
    shopper = await create_shopper(server.db, level=level)
    async with server.client(shopper) as app:
        waiting = await open_return(app, await buy(server, shopper))
        await apply_report(server, merchant.approved, waiting["id"])
        approved = await read_return(app, waiting["id"])
    actions = codes(approved["nextActions"])
    assert actions == ["BOOK_PICKUP"] * offered + ["SUBMIT_WAYBILL", "CANCEL_RETURN"]


async def test_one_star_opens_a_return_without_the_pickup_of_the_tap(server: World) -> None:
    shopper = await create_shopper(server.db, level=1)
    line = await buy(server, shopper)
    async with server.client(shopper) as app:
        answer = await tap(app, line, pickup={})
    assert answer["return"]["status"] == "AWAITING_MERCHANT_APPROVAL"
    assert answer["pickupNotBooked"] == {
        "code": "PICKUP_NOT_OFFERED",
        "message": "Door pickup is not offered: your star level is 1, and 2 is needed.",
        "alternatives": [],
    }


async def test_without_an_advance_the_refund_comes_with_the_acceptance(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        waiting = await open_return(app, await buy(server, shopper))
        await apply_report(server, merchant.approved, waiting["id"])
        shipped = await ask(app, SHIP, id=waiting["id"], **NUMBER)
        server.clock.advance(timedelta(days=2))
        assert await apply_report(server, merchant.accepted, waiting["id"])
        accepted = await read_return(app, waiting["id"])
        await server.work()
        done = await read_return(app, waiting["id"])
        events = await first_events(app, waiting["id"], 5)
    assert (shipped["refund"]["advance"], shipped["refund"]["refundedAt"]) == ("NONE", None)
    assert codes(shipped["return"]["nextActions"]) == [
        "WAIT_FOR_MERCHANT_RECEIPT",
        "CORRECT_WAYBILL",
    ]
    assert (accepted["status"], accepted["refund"]["refundedAt"]) == ("SUCCEEDED", None)
    assert accepted["refund"]["message"] == "The money is on its way"
    assert codes(accepted["nextActions"]) == ["WAIT_FOR_REFUND"]
    assert (done["status"], done["nextActions"]) == ("SUCCEEDED", [])
    assert done["refund"] == {
        "advance": "NONE",
        "refundedAt": "2026-03-12T10:00:00.000+08:00",
        "settledAt": None,
        "message": "Paid by the merchant",
        "amount": {"minor": 19_900},
    }
    assert events == [
        "RETURN_OPENED",
        "RETURN_APPROVED",
        "WAYBILL_SUBMITTED",
        "RETURN_SUCCEEDED",
        "REFUND_PAID_BY_MERCHANT",
    ]


@pytest.mark.parametrize(
    ("level", "minor", "advanced"),
    [
        (3, 300_000, True),
        (3, 300_001, False),
        (4, 300_001, False),
        (5, 300_001, True),
    ],
)
async def test_over_the_limit_the_platform_does_not_pay_ahead_of_the_merchant(
    server: World, level: int, minor: int, advanced: bool
) -> None:
    shopper = await create_shopper(server.db, level=level)
    line = await buy(server, shopper, Goods(paid_minor=minor))
    async with server.client(shopper) as app:
        answer = await tap(app, line)
        return_id = answer["return"]["id"]
        shipped = await ask(app, SHIP, id=return_id, **NUMBER)
        await server.work()
        ahead = await read_return(app, return_id)
        await apply_report(server, merchant.accepted, return_id)
        await server.work()
        done = await read_return(app, return_id)
    assert answer["return"]["express"]
    assert answer["refundQuote"] == {"refund": {"minor": minor}, "advance": advanced}
    assert shipped["refund"]["advance"] == ("APPLYING" if advanced else "NONE")
    assert (ahead["refund"]["refundedAt"] is not None) is advanced
    assert ahead["refund"]["advance"] == ("ADVANCED" if advanced else "NONE")
    assert done["refund"]["advance"] == ("SETTLED" if advanced else "NONE")
    assert done["refund"]["refundedAt"] == "2026-03-10T10:00:00.000+08:00"


async def test_a_cancelled_return_gives_its_pieces_back(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    line = await buy(server, shopper, Goods(quantity=3, paid_minor=10_000))
    async with server.client(shopper) as app:
        first = await open_return(app, line, quantity=2, key="first")
        async with nothing_changes(server):
            refused = await tap(app, line, quantity=2, key="second")
        await ask(app, CANCEL, id=first["id"])
        again = await open_return(app, line, quantity=3, key="second")
    assert (refused["__typename"], refused["asked"], refused["left"]) == ("QuantityNotLeft", 2, 1)
    assert again["refund"]["amount"]["minor"] == 10_000
