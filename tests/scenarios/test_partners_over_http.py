"""Calls to partners' own systems: one payment, and calls in order, for all their behaviours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from bff.app import worker_of
from bff.db.tables import payments, refunds
from bff.domain.returns.commands import pickups as collection
from bff.jobs import outbox
from bff.jobs.outbox import OutboxMessage
from bff.jobs.worker import Worker
from tests.support.invariants import check_invariants
from tests.support.partner_servers import (
    PartnerServer,
    Responder,
    accept,
    pay,
    respond_with,
    respond_with_json,
    serve_partner,
    without_response,
)
from tests.support.program import free_port
from tests.support.webhook_cases import on_its_way, tapped
from tests.support.webhook_sender import Sender, open_sender
from tests.support.world import FakeClock, World, open_world, serving

LIMIT_S = 1.0  # in which a partner answers on a busy machine too
HTML = b"<html>down for maintenance</html>"


@dataclass
class Connected:
    world: World
    worker: Worker
    sender: Sender
    courier: PartnerServer
    payments: PartnerServer

    async def work(self) -> None:
        """What is due now, and then each time that a call is tried again."""
        while True:
            while await self.worker.step():
                pass
            now = self.world.clock.now()
            later = [one.due_at for one in await self.messages() if one.due_at > now]
            if not later:
                return
            self.world.clock.at = min(later)

    async def messages(self) -> list[OutboxMessage]:
        async with self.world.db.read() as connection:
            return await outbox.all_messages(connection)

    async def payment(self) -> Any:
        """The only one that there is."""
        async with self.world.db.read() as connection:
            return (await connection.execute(select(payments))).one()


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[Connected]:
    """The program with a courier and a payment service of their own; merchants are simulated."""
    courier, payment_service = PartnerServer(accept), PartnerServer(pay)
    async with serve_partner(courier) as courier_url, serve_partner(payment_service) as payment_url:
        clock = FakeClock()
        services = await open_world(
            folder,
            clock=clock,
            courier_url=courier_url,
            payment_url=payment_url,
            partner_timeout_seconds=LIMIT_S,
        )
        world, worker = World(services, clock), worker_of(services)
        async with serving(services) as world.base, open_sender(world) as sender:
            yield Connected(world, worker, sender, courier, payment_service)
            await worker.close()
            await check_invariants(services.db)
        await services.db.close()


@pytest.fixture
async def there(db_folder: Path) -> AsyncIterator[Connected]:
    async with connected(db_folder) as made:
        yield made


async def test_a_pickup_call_has_all_that_a_courier_needs(there: Connected) -> None:
    _, return_id = await tapped(there.sender)
    await there.work()
    [call] = there.courier.bodies
    data = call["data"]
    assert (call["type"], data["returnId"]) == ("pickup.requested", return_id)
    assert (data["courierCompany"], data["parcel"][0]["quantity"]) == ("cainiao", 1)
    assert data["collectFrom"]["street"] == data["deliverTo"]["street"] == "文三路1号"
    assert data["slot"]["startsAt"] == "2026-03-10T02:00:00.000+00:00"


async def test_a_call_is_signed_with_a_key_of_its_own(there: Connected) -> None:
    there.courier.script = [respond_with(503), respond_with(500)]
    await tapped(there.sender)
    await there.work()
    secret = there.world.services.settings.courier_call_secret
    for headers, body in there.courier.calls:
        key = headers["idempotency-key"]
        sent_at = headers["webhook-timestamp"]
        expected = signature(secret, key, int(sent_at), body)
        assert (headers["webhook-id"], headers["webhook-signature"]) == (key, expected)
    assert len({headers["idempotency-key"] for headers, _ in there.courier.calls}) == 1
    assert (len(there.courier.calls), len(there.courier.done)) == (3, 1)


def signature(secret: str, key: str, seconds: int, body: bytes) -> str:
    return Webhook(secret).sign(key, datetime.fromtimestamp(seconds, UTC), body.decode())


MISBEHAVIOURS: dict[str, list[Responder]] = {
    "well": [],
    "timeout": [without_response(pay), without_response(pay)],
    "fails": [
        respond_with(500),
        respond_with(503),
        respond_with(429),
        respond_with(408),
        respond_with(409),
    ],
    "fails after it paid": [respond_with(500, then=pay), respond_with(502, HTML, then=pay)],
    "answers no JSON": [respond_with(200, HTML), respond_with(200, b""), respond_with(200, b"[]")],
    "answers too much": [respond_with(200, b" " * 100_000)],
    "answers half": [
        respond_with_json(status="succeeded"),
        respond_with_json(status="paid", reference="x"),
    ],
    "asks for patience": [respond_with_json(status="pending"), respond_with_json(status="pending")],
    "moves away": [respond_with(302)],
}


@pytest.mark.parametrize("script", MISBEHAVIOURS.values(), ids=MISBEHAVIOURS)
async def test_for_every_behaviour_of_the_payment_service_there_is_one_payment(
    there: Connected, script: list[Responder]
) -> None:
    there.payments.script = [*script]
    _, return_id = await on_its_way(there.sender)
    await there.work()
    paid = await there.payment()
    assert (paid.status, paid.reference) == ("SUCCEEDED", "P-1")
    assert list(there.payments.done) == [paid.id]
    assert len(there.payments.calls) == len(script) + 1
    assert len({body for _, body in there.payments.calls}) == 1
    assert await advance(there, return_id) == "ADVANCED"


async def advance(there: Connected, return_id: str) -> str:
    async with there.world.db.read() as connection:
        found = select(refunds.c.advance).where(refunds.c.return_id == return_id)
        return str((await connection.execute(found)).scalar())


async def test_a_webhook_that_is_quicker_than_the_answer_pays_once(there: Connected) -> None:
    """The service has paid and says nothing; its webhook comes late, and twice."""
    there.payments.script = [without_response(pay)]
    _, return_id = await on_its_way(there.sender)
    await there.worker.step()
    data = {"paymentId": (await there.payment()).id, "reference": "P-1"}
    await there.sender.tell("payments", "payment.succeeded", data)
    await there.sender.tell("payments", "payment.succeeded", data)
    await there.work()
    assert (await there.payment()).status == "SUCCEEDED"
    assert (len(there.payments.calls), len(there.payments.done)) == (1, 1)
    assert await advance(there, return_id) == "ADVANCED"


async def test_a_webhook_that_repeats_the_answer_changes_nothing(
    there: Connected,
) -> None:
    await on_its_way(there.sender)
    await there.work()
    paid = await there.payment()
    data = {"paymentId": paid.id, "reference": "P-1"}
    await there.sender.tell("payments", "payment.succeeded", data)
    against = {"paymentId": paid.id, "reason": "no money"}
    answer = await there.sender.post("payments", "payment.failed", against)
    assert (answer.status_code, answer.json()["code"]) == (422, "IMPOSSIBLE")
    assert await there.payment() == paid


@pytest.mark.parametrize(
    "declining",
    [
        respond_with_json(status="failed", reason="account closed"),
        respond_with(402, b'{"status": "failed", "reason": "account closed"}'),
        respond_with(422, b'{"status": "failed", "reason": "account closed"}'),
    ],
    ids=["200", "402", "422"],
)
async def test_a_declined_payment_is_failed_and_not_called_again(
    there: Connected, declining: Responder
) -> None:
    there.payments.script = [declining]
    _, return_id = await on_its_way(there.sender)
    await there.worker.step()
    declined = await there.payment()
    assert (declined.status, declined.failure) == ("FAILED", "account closed")
    assert (len(there.payments.calls), there.payments.done) == (1, {})
    assert await advance(there, return_id) == "CLOSED"


async def test_a_refused_call_is_a_dead_message_at_once(there: Connected) -> None:
    there.payments.script = [respond_with(400, HTML)]
    await on_its_way(there.sender)
    await there.work()
    [dead] = await there.messages()
    assert (dead.attempts, dead.last_error) == (1, "payments answered 400")
    await there.world.db.write(lambda tx: outbox.resend(tx, None))
    await there.work()
    assert (await there.payment()).status == "SUCCEEDED"
    assert await there.messages() == []


async def test_a_courier_gets_the_request_before_the_cancellation(
    there: Connected,
) -> None:
    """And need not know it: the request was lost on the way."""
    there.courier.script = [respond_with(503), respond_with(503), accept, respond_with(404)]
    shopper, _ = await tapped(there.sender)
    await there.worker.step()
    there.world.clock.advance(timedelta(seconds=2))
    await there.worker.step()
    there.world.clock.advance(timedelta(seconds=5))
    await there.worker.step()
    await cancel_pickup(there, shopper)
    await there.work()
    calls = [body["type"] for body in there.courier.bodies]
    assert calls == ["pickup.requested"] * 3 + ["pickup.cancelled"]
    assert await there.messages() == []


async def cancel_pickup(there: Connected, shopper: str) -> None:
    pickup_id = there.courier.bodies[0]["data"]["pickupId"]
    world = there.world
    await world.db.write(lambda tx: collection.cancel_pickup(tx, shopper, pickup_id))


async def test_a_pickup_cancelled_meanwhile_is_not_requested(there: Connected) -> None:
    there.courier.script = [respond_with(503)]
    shopper, _ = await tapped(there.sender)
    await there.worker.step()
    await cancel_pickup(there, shopper)
    await there.work()
    calls = [body["type"] for body in there.courier.bodies]
    assert calls == ["pickup.requested", "pickup.cancelled"]


async def test_an_undelivered_call_stays_in_the_outbox(db_folder: Path) -> None:
    clock = FakeClock()
    nowhere = f"http://127.0.0.1:{free_port()}/"
    services = await open_world(db_folder, clock=clock, courier_url=nowhere)
    world, worker = World(services, clock), worker_of(services)
    async with serving(services) as world.base, open_sender(world) as sender:
        await tapped(sender)
        await worker.step()
    async with world.db.read() as connection:
        [outgoing] = await outbox.all_messages(connection)
    assert (outgoing.message, outgoing.attempts) == ("pickup.requested", 1)
    assert (outgoing.last_error or "").startswith("courier: ConnectError: ")
    await worker.close()
    await services.db.close()
