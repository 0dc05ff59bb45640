"""The policy in force when an order was placed decides; a later change does not touch it."""

from datetime import timedelta
from typing import Any

import pytest

from bff.domain.policy.model import ADVANCE_REFUND, EXPRESS_RETURN, Policy, PolicyError
from bff.domain.policy.store import publish
from tests.support.database import nothing_changes
from tests.support.factories import create_shopper
from tests.support.models import POLICY, changed, shanghai
from tests.support.return_documents import BOOK, SHIP, SLOTS
from tests.support.return_steps import ask, buy, open_return, read_return, tap
from tests.support.world import START, World

AN_HOUR = timedelta(hours=1)
LATER = "2026-stricter"
LADDER = "{ viewer { entitlements { code granted unlockedAt } } }"
QUOTE = """
query($id: ID!) {
  node(id: $id) {
    ... on OrderLine {
      returnability {
        returnable express until
        refundQuote { advance } pickupQuote { fee { minor } }
      }
    }
  }
}"""


def stricter() -> Policy:
    """In force in an hour: one day less, a higher ladder, a dearer courier, another company."""
    ladder = tuple(
        rung.model_copy(update={"unlocked_at": 5})
        if rung.code in (EXPRESS_RETURN, ADVANCE_REFUND)
        else rung
        for rung in POLICY.entitlements
    )
    base = POLICY.model_copy(
        update={"version": LATER, "in_force_from": START + AN_HOUR, "entitlements": ladder}
    )
    base = changed(base, "returning", window_days=6, ship_back_days=3, merchant_answer_hours=48)
    couriers = base.pickup.couriers[1:]
    return changed(base, "pickup", fee_minor={"CNY": 2_000}, window_starts=(10,), couriers=couriers)


async def published(world: World) -> None:
    await world.db.write(lambda tx: publish(tx, [POLICY, stricter()]))


async def quoted(app: Any, line: str) -> Any:
    return (await app.ask(QUOTE, id=line))["node"]["returnability"]


async def test_orders_keep_the_policy_they_were_placed_under(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    await published(server)
    old = await buy(server, shopper)
    new = await buy(server, shopper, policy_version=LATER)
    server.clock.advance(2 * AN_HOUR)
    async with server.client(shopper) as app:
        quotes = [await quoted(app, line) for line in (old, new)]
    assert quotes == [
        {
            "returnable": True,
            "express": True,
            "until": "2026-03-18T00:00:00.000+08:00",
            "refundQuote": {"advance": True},
            "pickupQuote": {"fee": {"minor": 1_200}},
        },
        {
            "returnable": True,
            "express": False,
            "until": "2026-03-17T00:00:00.000+08:00",
            "refundQuote": {"advance": False},
            "pickupQuote": {"fee": {"minor": 2_000}},
        },
    ]


async def test_the_return_window_is_that_of_the_orders_policy(server: World) -> None:
    shopper = await create_shopper(server.db, level=5)
    await published(server)
    old = await buy(server, shopper)
    new = await buy(server, shopper, policy_version=LATER)
    server.clock.at = shanghai("2026-03-17T12:00")
    async with server.client(shopper) as app:
        async with nothing_changes(server):
            refused = await tap(app, new)
        taken = await tap(app, old)
    assert (refused["__typename"], refused["closedOn"]) == ("ReturnWindowClosed", "2026-03-16")
    assert taken["return"]["status"] == "AWAITING_RETURN_SHIPMENT"


async def test_a_return_goes_on_by_its_orders_policy(server: World) -> None:
    shopper = await create_shopper(server.db, level=5)
    await published(server)
    old = await buy(server, shopper)
    new = await buy(server, shopper, policy_version=LATER)
    server.clock.advance(2 * AN_HOUR)
    number = {"company": "cainiao", "number": "CN0123456789"}
    async with server.client(shopper) as app:
        ids = [(await open_return(app, line))["id"] for line in (old, new)]
        offered = [
            [slot["id"] for slot in await ask(app, SLOTS, returnId=one, on="2026-03-11")]
            for one in ids
        ]
        booked = [await ask(app, BOOK, id=one, key=one) for one in ids]
        shipped = [await ask(app, SHIP, id=one, key=f"s{one}", **number) for one in ids]
    assert [len(slots) for slots in offered] == [5, 1]
    assert [one["pickup"]["courierCompany"]["code"] for one in booked] == ["cainiao", "sf"]
    assert [one["pickup"]["fee"]["amount"]["minor"] for one in booked] == [1_200, 2_000]
    # Whatever courier brings it back is right (P7)
    assert [one["__typename"] for one in shipped] == ["WaybillSubmitSuccess"] * 2


async def test_deadlines_are_those_of_the_orders_policy(server: World) -> None:
    """They are what is shown, and what fires."""
    shopper = await create_shopper(server.db, level=3)
    await published(server)
    new = await buy(server, shopper, policy_version=LATER)
    async with server.client(shopper) as app:
        waiting = await open_return(app, new)
        states = [(waiting["status"], deadlines_of(waiting))]
        for time in (timedelta(hours=48), timedelta(days=3)):
            server.clock.advance(time)
            await server.work()
            now = await read_return(app, waiting["id"])
            states.append((now["status"], deadlines_of(now)))
    assert states == [
        ("AWAITING_MERCHANT_APPROVAL", {"MERCHANT_ANSWER": "2026-03-12T10:00:00.000+08:00"}),
        ("AWAITING_RETURN_SHIPMENT", {"SHIP_BACK": "2026-03-15T10:00:00.000+08:00"}),
        ("CLOSED", {}),
    ]


def deadlines_of(this_return: Any) -> dict[str, str]:
    return {one["what"]: one["at"] for one in this_return["deadlines"]}


async def test_entitlements_are_those_of_the_policy_in_force_now(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    await published(server)
    ladders = []
    async with server.client(shopper) as app:
        for by in (AN_HOUR - timedelta(microseconds=1), timedelta(microseconds=1)):
            server.clock.advance(by)
            rungs = (await app.ask(LADDER))["viewer"]["entitlements"]
            ladders.append({one["code"] for one in rungs if one["granted"]})
    assert EXPRESS_RETURN in ladders[0]
    assert ladders[0] - ladders[1] == {EXPRESS_RETURN, ADVANCE_REFUND}


async def test_a_published_version_is_never_changed(server: World) -> None:
    other = changed(POLICY, "returning", window_days=30)
    async with nothing_changes(server):
        with pytest.raises(PolicyError, match="version 2016-pilot is published already"):
            await server.db.write(lambda tx: publish(tx, [stricter(), other]))


async def test_publishing_the_same_again_changes_nothing(server: World) -> None:
    await published(server)
    async with nothing_changes(server):
        await published(server)
