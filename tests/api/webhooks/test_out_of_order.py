"""An event that comes too early waits for its condition, at most for a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select

from bff.db.database import Database
from bff.db.tables import orders, pickups, returns, webhook_events
from bff.domain.returns.commands.returns import open_dispute
from bff.importer.files import Files
from bff.importer.load import PolicyVersions
from bff.jobs import timers
from tests.support.import_files import a_file, sampled
from tests.support.webhook_cases import (
    WAYBILL,
    Data,
    booked,
    bought,
    on_its_way,
    refused_goods,
    tapped,
)
from tests.support.webhook_sender import Sender, effects, open_sender
from tests.support.world import START, World

DAY = timedelta(days=1)
COURIER: dict[str, Data] = {
    "pickup.accepted": {"courierCompany": "cainiao"},
    "pickup.collected": {},
    "pickup.weighed": {"weightGrams": 800},
    "pickup.waybill": {"waybillNumber": WAYBILL},
}
ORDER = {
    "order.paid": "",
    "order.shipped": "2026-03-10T09:30:00+08:00",
    "order.received": "2026-03-10T09:45:00+08:00",
}


async def said(db: Database) -> list[tuple[str, str, str | None]]:
    """What became of the events, in the order of their arrival."""
    c = webhook_events.c
    async with db.read() as connection:
        rows = await connection.execute(select(c.type, c.status, c.code).order_by(c.id))
        return [(row.type, row.status, row.code) for row in rows]


async def states(db: Database, pickup_id: str) -> tuple[str, str | None, int | None]:
    """The pickup's, the waybill and the weight."""
    statement = (
        select(pickups.c.status, returns.c.waybill_number, pickups.c.weight_grams)
        .join(returns, returns.c.id == pickups.c.return_id)
        .where(pickups.c.id == pickup_id)
    )
    async with db.read() as connection:
        row = (await connection.execute(statement)).one()
        return row.status, row.waybill_number, row.weight_grams


@pytest.mark.parametrize("half", [0, 1])
async def test_a_couriers_reports_in_any_order_have_the_same_effect(
    server: World, half: int
) -> None:
    """But that a weight which comes after the waybill is too late for the fee."""
    ways = list(permutations(COURIER))[half::2]
    async with open_sender(server) as sender:
        for way in ways:
            pickup = await booked(sender)
            for kind in way:
                await sender.post("courier", kind, pickup | COURIER[kind])
            weighed = way.index("pickup.weighed") < way.index("pickup.waybill")
            ended = "COLLECTED", WAYBILL, 800 if weighed else None
            assert await states(server.db, pickup["pickupId"]) == ended, way
            await take_back(server, pickup["pickupId"])
    assert not [kind for kind, status, _ in await said(server.db) if status == "WAITING"]
    assert {kind for kind, status, _ in await said(server.db) if status == "REFUSED"} == {
        "pickup.weighed"
    }


async def take_back(world: World, pickup_id: str) -> None:
    """The next shopper's goods may travel under the same number."""
    one = select(pickups.c.return_id).where(pickups.c.id == pickup_id)
    change = returns.update().where(returns.c.id == one.scalar_subquery())
    await world.db.write(lambda tx: tx.execute(change.values(waybill_number=pickup_id)))


@pytest.mark.parametrize("way", list(permutations(ORDER)), ids=" ".join)
async def test_an_orders_events_in_any_order_have_the_same_effect(
    server: World, way: Sequence[str]
) -> None:
    async with open_sender(server) as sender:
        for kind in way:
            await sender.post("orders", kind, await about_order(sender, kind))
    assert {status for _, status, _ in await said(server.db)} == {"DONE"}
    async with server.db.read() as connection:
        [order] = (await connection.execute(select(orders))).all()
    assert order.shipped_at.isoformat() == "2026-03-10T01:30:00+00:00"
    assert order.received_at.isoformat() == "2026-03-10T01:45:00+00:00"


async def about_order(sender: Sender, kind: str) -> Data:
    return (
        await bought(sender) if kind == "order.paid" else {"orderNumber": "W-1", "at": ORDER[kind]}
    )


async def test_an_early_event_is_202_with_the_reason_and_changes_nothing(server: World) -> None:
    async with open_sender(server) as sender:
        _, return_id = await on_its_way(sender)
        data, before = decided(return_id), await effects(server)
        answers = [await sender.post("staff", "dispute.decided", data, "e") for _ in range(3)]
    because = "waits for: the shopper's dispute"
    waiting = {"status": "WAITING", "code": "TOO_EARLY", "message": because}
    assert [(each.status_code, each.json()) for each in answers] == [(202, waiting)] * 3
    assert await effects(server) == before


def decided(return_id: str, winner: str = "SHOPPER") -> Data:
    return {"returnId": return_id, "winner": winner}


async def test_an_event_of_the_merchant_waits_for_no_courier(server: World) -> None:
    """Goods that are inspected were received and sent, by whomever (P1)."""
    async with open_sender(server) as sender:
        _, return_id = await tapped(sender)
        goods = {"returnId": return_id}
        await sender.tell("merchant", "goods.inspected", goods | {"outcome": "ACCEPTED"})
        await sender.tell("merchant", "goods.received", goods)


async def test_an_act_of_the_shopper_frees_a_waiting_decision(server: World) -> None:
    """No event comes after it, and no time passes."""
    async with open_sender(server) as sender:
        shopper, return_id = await on_its_way(sender)
        await sender.tell("merchant", "goods.inspected", refused_goods(return_id))
        await sender.post("staff", "dispute.decided", decided(return_id), "e")
        await server.work()
        assert (await said(server.db))[-1] == ("dispute.decided", "WAITING", "TOO_EARLY")
        await server.db.write(lambda tx: open_dispute(tx, shopper, return_id))
        await server.work()
        again = await sender.post("staff", "dispute.decided", decided(return_id), "e")
    assert (await said(server.db))[-1] == ("dispute.decided", "DONE", None)
    assert (again.status_code, again.json()) == (200, {"status": "DONE"})


async def test_a_report_that_may_be_wrong_is_given_up_after_a_day(server: World) -> None:
    async with open_sender(server) as sender:
        _, return_id = await tapped(sender, pickup=False)
        await sender.post("staff", "dispute.decided", decided(return_id), "e")
        looked = 0
        while (await said(server.db))[0][1] == "WAITING":
            before = server.clock.now()
            server.clock.at = await next_look(server)
            assert timedelta() < server.clock.at - before <= timedelta(hours=1)
            await server.work()
            looked += 1
        answer = await sender.post("staff", "dispute.decided", decided(return_id), "e")
    assert looked < 40
    assert await said(server.db) == [("dispute.decided", "REFUSED", "NEVER_MADE_SENSE")]
    assert answer.status_code == 422
    expected = "waits for: the shopper's dispute, for 24 hours in vain"
    assert answer.json()["message"] == expected


async def test_a_fact_that_is_certain_waits_for_as_long_as_it_takes(server: World) -> None:
    async with open_sender(server) as sender:
        order = await bought(sender)
        shipped = {"orderNumber": order["order_no"], "at": ORDER["order.shipped"]}
        await sender.post("orders", "order.shipped", shipped, "e")
        for _ in range(40):
            server.clock.at = await next_look(server)
            await server.work()
        assert server.clock.now() - START > DAY
        assert await next_look(server) - server.clock.now() == timedelta(hours=1)
        assert await said(server.db) == [("order.shipped", "WAITING", "TOO_EARLY")]
        await sender.tell("orders", "order.paid", order)
    assert await said(server.db) == [("order.shipped", "DONE", None), ("order.paid", "DONE", None)]


async def test_an_imported_order_frees_what_was_reported_of_it_before(
    server: World, tmp_path: Path
) -> None:
    async with open_sender(server) as sender:
        order = await bought(sender)
        shipped = {"orderNumber": order["order_no"], "at": ORDER["order.shipped"]}
        await sender.post("orders", "order.shipped", shipped)
        file = a_file(tmp_path, "late.jsonl", order)
        await sampled(server.db, Files(file, None, None), PolicyVersions(packaged=[]))
        await server.work()
    assert await said(server.db) == [("order.shipped", "DONE", None)]


async def next_look(world: World) -> datetime:
    async with world.db.read() as connection:
        return await timers.next_due(connection) or START


async def test_a_waiting_event_is_refused_once_it_is_impossible(server: World) -> None:
    async with open_sender(server) as sender:
        shopper, return_id = await on_its_way(sender)
        other = decided(return_id, "MERCHANT")
        await sender.post("staff", "dispute.decided", decided(return_id))
        await sender.post("staff", "dispute.decided", other, "e")
        await sender.tell("merchant", "goods.inspected", refused_goods(return_id))
        await server.db.write(lambda tx: open_dispute(tx, shopper, return_id))
        server.clock.advance(timedelta(seconds=30))
        await server.work()
        answer = await sender.post("staff", "dispute.decided", other, "e")
    assert answer.status_code == 422
    assert answer.json()["message"] == "the return is SUCCEEDED"


async def test_an_order_paid_in_the_next_second_waits_for_it(server: World) -> None:
    """A partner's clock may be a little fast."""
    async with open_sender(server) as sender:
        order = await bought(sender) | {"paid_at": "2026-03-10T10:00:01+08:00"}
        answer = await sender.post("orders", "order.paid", order)
        server.clock.advance(timedelta(minutes=1))
        await server.work()
    assert answer.status_code == 202
    assert await said(server.db) == [("order.paid", "DONE", None)]
