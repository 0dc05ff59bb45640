"""Every example of docs/partners.md is accepted, or equals what is really sent."""

import asyncio
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bff.core.clock import SystemClock
from bff.db.tables import pickups
from bff.db.transaction import Tx
from bff.domain.payments.model import PAYMENT_RECALLED, PaymentStatus
from bff.domain.payments.store import add_payment
from bff.domain.returns.commands import pickups as collection
from bff.domain.returns.commands.returns import cancel_return
from bff.domain.returns.transitions.returns import STOP_SHIPPING
from bff.jobs import outbox
from bff.partners.inbound.reports import REPORTS
from bff.partners.outbound.client import PartnerResponse
from bff.partners.outbound.payments import outcome_of
from bff.settings import WEBHOOK_SECRETS, Settings
from tests.support.partner_servers import PartnerServer, accept, pay, serve_partner
from tests.support.rows import payment_under
from tests.support.webhook_cases import (
    WEBHOOK_CASES,
    Data,
    WebhookCase,
    awaiting_answer,
    on_its_way,
    tapped,
)
from tests.support.webhook_sender import open_sender
from tests.support.world import FakeClock, World, open_world, serving

PAGE = (Path(__file__).parents[3] / "docs" / "partners.md").read_text("utf-8")
INBOUND, OUTBOUND = PAGE.split("## Calls: ")
SUBJECTS = ("pickupId", "returnId", "paymentId", "shopperId", "orderNumber")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


EXAMPLES: list[Data] = [json.loads(block) for block in blocks(INBOUND, "json")]
CALLS: list[Data] = [json.loads(block) for block in blocks(OUTBOUND, "json")]


def example_of(case: WebhookCase, data: Data) -> Data:
    alike = [
        example["data"]
        for example in EXAMPLES
        if example["type"] == case.kind and example["data"].get("outcome") == data.get("outcome")
    ]
    [example] = alike
    return {**example, **{name: data[name] for name in SUBJECTS if name in data}}


def test_every_kind_of_event_has_an_example() -> None:
    kinds = {kind for reports in REPORTS.values() for kind in reports}
    assert {example["type"] for example in EXAMPLES} == kinds
    assert len(EXAMPLES) == len(WEBHOOK_CASES)


@pytest.mark.parametrize("case", WEBHOOK_CASES, ids=str)
async def test_an_example_is_accepted(server: World, case: WebhookCase) -> None:
    async with open_sender(server) as sender:
        data = example_of(case, await case.make(sender))
        await sender.tell(case.partner, case.kind, data)


def test_the_page_shows_the_secrets_of_the_demonstration() -> None:
    for partner, name in WEBHOOK_SECRETS.items():
        secret = Settings.model_fields[name].default
        assert f"| `{partner}` | `BFF_{name.upper()}` | `{secret}` |" in PAGE


def shape(value: Any) -> Any:
    """Names and kinds of values, without the values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])]
    return type(value)


async def test_outbound_calls_are_like_their_examples(db_folder: Path) -> None:
    partner, payment_service = PartnerServer(accept), PartnerServer(pay)
    async with serve_partner(partner) as url, serve_partner(payment_service) as payment_url:
        clock = FakeClock()
        services = await open_world(
            db_folder, clock=clock, courier_url=url, merchant_url=url, payment_url=payment_url
        )
        world = World(services, clock)
        async with serving(services) as world.base:
            await live(world)
        await services.db.close()
    sent = {body["type"]: body for body in partner.bodies + payment_service.bodies}
    assert len(sent) == 9
    for example in CALLS[:5]:
        assert shape(sent[example["type"]]) == shape(example)


async def live(world: World) -> None:
    """One return is requested, one ships, one is rescheduled and cancelled."""
    async with open_sender(world) as sender:
        await awaiting_answer(sender)
        await on_its_way(sender)
        shopper, return_id = await tapped(sender)
    await world.work()
    async with world.db.read() as connection:
        query = select(pickups.c.id).where(pickups.c.return_id == return_id)
        found = await connection.execute(query)
        pickup = found.scalar()
    key = "20260311T09"
    await world.db.write(lambda tx: collection.reschedule_pickup(tx, shopper, pickup, key))
    await world.work()
    await world.db.write(lambda tx: cancel_return(tx, shopper, return_id))
    await world.db.write(lambda tx: outbox.post(tx, shopper, STOP_SHIPPING, return_id))
    await world.db.write(recall_second)
    await world.work()


async def recall_second(tx: Tx) -> None:
    """A second payment beside the one that there is."""
    payment_id = (await tx.execute("SELECT id FROM payments")).scalar()
    paid = await payment_under(tx.connection, payment_id)
    second = replace(paid, id="pay_2", status=PaymentStatus.REQUESTED, duplicate_of=paid.id)
    await add_payment(tx, second)
    await outbox.post(tx, second.shopper_id, PAYMENT_RECALLED, second.id)


def test_example_answers_of_a_payment_service_are_understood() -> None:
    responses = [PartnerResponse(200, json.dumps(call).encode()) for call in CALLS[5:]]
    names = [type(outcome_of(response)).__name__ for response in responses]
    assert names == ["Succeeded", "Declined", "Pending"]


@pytest.mark.parametrize("language", ["python", "sh"])
async def test_the_signing_example_makes_a_valid_signature(db_folder: Path, language: str) -> None:
    """By the system's clock; the pickup is nobody's, and that is all that is wrong with it."""
    [script] = blocks(PAGE, language)
    shell = [sys.executable, "-c"] if language == "python" else ["sh", "-ec"]
    services = await open_world(db_folder, clock=SystemClock())
    async with serving(services) as base:
        known = {"BFF": f"http://{base}", "SECRET": services.settings.courier_webhook_secret}
        process = await asyncio.create_subprocess_exec(
            *shell, script, env={**os.environ, **known}, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
    await services.db.close()
    assert json.loads(output)["message"] == "there is no pickup pic_1"
