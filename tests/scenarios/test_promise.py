"""The promise: tap once, and watch the money come back."""

from datetime import timedelta
from typing import Any

from tests.support.documents import ONE_TAP, RETURN, WATCH
from tests.support.factories import create_order, create_shopper
from tests.support.world import World

DAY = timedelta(days=1)


async def test_one_tap_is_approved_with_address_pickup_and_quotes(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    [line] = await create_order(server.db, shopper, received_at=server.clock.now() - DAY)
    async with server.client(shopper) as app:
        answer = (await app.ask(ONE_TAP, key="k", line=line, pickup={}))["oneTapReturn"]
    opened = answer["return"]
    assert answer["__typename"] == "OneTapReturnSuccess"
    assert (opened["status"], opened["express"]) == ("AWAITING_RETURN_SHIPMENT", True)
    assert opened["returnAddress"]["street"] == "文三路1号"
    assert opened["pickup"]["status"] == "AWAITING_COURIER"
    assert answer["refundQuote"] == {"refund": {"minor": 19_900}, "advance": True}
    assert answer["pickupQuote"] == {"payer": "SHOPPER", "shopperPays": {"minor": 1_200}}


async def test_every_step_is_pushed_until_the_money_is_back(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    [line] = await create_order(server.db, shopper, received_at=server.clock.now() - DAY)
    async with server.client(shopper) as app, app.socket() as phone:
        tapped = (await app.ask(ONE_TAP, key="k", line=line, pickup={}))["oneTapReturn"]
        await phone.subscribe(WATCH, returnId=tapped["return"]["id"])
        for _ in range(5):
            await server.work()
            server.clock.advance(timedelta(minutes=2))
        updates = [(await phone.next())["refundUpdates"] for _ in range(8)]
    assert [(one["event"], one["returnStatus"], one["advance"]) for one in updates] == [
        ("RETURN_OPENED", "AWAITING_MERCHANT_APPROVAL", "NONE"),
        ("RETURN_APPROVED", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("PICKUP_BOOKED", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("PICKUP_ACCEPTED", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("PICKUP_COLLECTED", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("PICKUP_WEIGHED", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("WAYBILL_SUBMITTED", "AWAITING_MERCHANT_RECEIPT", "APPLYING"),
        ("REFUND_ADVANCED", "AWAITING_MERCHANT_RECEIPT", "ADVANCED"),
    ]


async def test_the_merchant_settles_once_the_goods_are_there(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    [line] = await create_order(server.db, shopper, received_at=server.clock.now() - DAY)
    async with server.client(shopper) as app:
        tapped = (await app.ask(ONE_TAP, key="k", line=line, pickup={}))["oneTapReturn"]
        for _ in range(8):
            await server.work()
            server.clock.advance(timedelta(minutes=10))
        done = await the_return(server, shopper, tapped["return"]["id"])
    assert (done["status"], done["refund"]["advance"]) == ("SUCCEEDED", "SETTLED")
    assert (done["deadlines"], done["nextActions"]) == ([], [])


async def the_return(world: World, shopper: str, return_id: str) -> Any:
    async with world.client(shopper) as app:
        return (await app.ask(RETURN, id=return_id))["node"]
