"""Real orders and returns of 2010 and 2011: every return tapped again at its own moment."""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bff.core.clock import local_date
from bff.core.progress import NoProgress
from bff.db.tables import order_lines, orders, refunds, shoppers
from bff.db.transaction import Tx
from bff.domain.orders.model import line_id, order_id, shopper_id
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy
from bff.domain.stars.service import decide_level
from bff.importer.files import Files, import_files
from bff.importer.load import PolicyVersions
from bff.settings import PACKAGED_POLICY
from tests.support.client import Client
from tests.support.documents import ONE_TAP, RETURN, WATCH
from tests.support.invariants import check_invariants
from tests.support.return_documents import PAY
from tests.support.return_steps import ask
from tests.support.world import FakeClock, World, open_world, serving

DATA = Path(os.environ.get("BFF_TEST_DATA", ""))
GIFTS = Path(__file__).parents[2] / "examples" / "gifts-policy.toml"
pytestmark = pytest.mark.skipif(
    not os.environ.get("BFF_TEST_DATA"),
    reason="BFF_TEST_DATA names no folder with the real orders.jsonl and returns.jsonl",
)
BEFORE_ALL, AFTER_ALL = datetime(2010, 12, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
HOME = {
    "recipient": "林岚",
    "phone": "13800000000",
    "region": "浙江省杭州市西湖区",
    "street": "文三路1号",
}


@dataclass
class Tally:
    """What the taps were answered, counted; `wrong` are those that contradict the data."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[Any] = field(default_factory=list)


@pytest.fixture
async def gifts(db_folder: Path) -> AsyncIterator[World]:
    """The real orders, everybody at three stars, partners at the pace of R7.

    They are imported when all has happened, and lived again from before it.
    """
    clock = FakeClock(AFTER_ALL)
    services = await open_world(db_folder, clock=clock, partner_speed=1)
    own = [_advancing_pounds(policy) for policy in read_policies(GIFTS)]
    versions = PolicyVersions(packaged=read_policies(PACKAGED_POLICY), own=own)
    await import_files(services.db, Files(DATA / "orders.jsonl"), versions, NoProgress())
    clock.at = BEFORE_ALL
    await services.db.write(_everybody_to_three_stars)
    async with serving(services) as base:
        yield World(services, clock, base)
    await check_invariants(services.db)
    await services.db.close()


def _advancing_pounds(policy: Policy) -> Policy:
    advance = policy.advance.model_copy(update={"limit_minor": {"GBP": 30_000}})
    return policy.model_copy(update={"advance": advance})


async def _everybody_to_three_stars(tx: Tx) -> None:
    for shopper in (await tx.execute(select(shoppers.c.id))).scalars():
        await decide_level(tx, shopper, 3)


def matched_returns() -> list[dict[str, Any]]:
    """In the order in which they happened."""
    lines = (DATA / "returns.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return sorted((one for one in found if one["order_no"]), key=lambda one: one["returned_at"])


async def test_of_396_real_returns_100_are_approved_at_once(gifts: World) -> None:
    tally = Tally()
    received = await _received(gifts)
    async with AsyncExitStack() as stack:
        apps: dict[str, Client] = {}
        for number, one in enumerate(matched_returns()):
            shopper = shopper_id(one["shopper_no"])
            if shopper not in apps:
                apps[shopper] = await stack.enter_async_context(gifts.client(shopper))
            gifts.clock.at = datetime.fromisoformat(one["returned_at"])
            answer = await _tap(apps[shopper], number, one)
            _count(tally, answer, received[order_id(one["order_no"])])
    assert tally.wrong == []
    assert tally.counts == {
        "AWAITING_RETURN_SHIPMENT": 100,
        "ReturnWindowClosed": 282,
        "CategoryNotReturnable": 14,
    }
    assert await _refunds(gifts) == (100, 122_327)


async def _tap(app: Client, number: int, one: dict[str, Any]) -> Any:
    line = line_id(order_id(one["order_no"]), one["line_no"])
    variables = {"key": f"{one['credit_note']}-{number}", "line": line, "quantity": one["quantity"]}
    return (await app.ask(ONE_TAP, **variables))["oneTapReturn"]


def _count(tally: Tally, answer: Any, received_on: date) -> None:
    kind = answer["__typename"]
    match kind:
        case "OneTapReturnSuccess":
            tally.counts[answer["return"]["status"]] += 1
            right = answer["return"]["express"] and answer["return"]["returnAddress"]
        case "ReturnWindowClosed":
            tally.counts[kind] += 1
            right = answer["closedOn"] == (received_on + timedelta(days=7)).isoformat()
        case _:
            tally.counts[kind] += 1
            right = answer.get("category") == "postage"
    if not right:
        tally.wrong.append(answer)


async def _received(world: World) -> dict[str, date]:
    """The day of receipt in Shanghai, by order."""
    async with world.db.read() as connection:
        rows = await connection.execute(select(orders.c.id, orders.c.received_at))
        return {row.id: local_date(row.received_at) for row in rows}


async def _refunds(world: World) -> tuple[int, int]:
    statement = select(func.count(), func.sum(refunds.c.amount_minor))
    async with world.db.read() as connection:
        count, pence = (await connection.execute(statement)).one()
    return count, pence


async def test_a_real_shopper_has_the_money_back_within_two_hours(gifts: World) -> None:
    shopper, line, paid_minor = await _received_by_day(gifts)
    tapped_at = gifts.clock.at
    async with gifts.client(shopper) as app, app.socket() as phone:
        tap = {"key": "gift", "line": line, "pickup": {"address": HOME}}
        opened = (await app.ask(ONE_TAP, **tap))["oneTapReturn"]["return"]
        await phone.subscribe(WATCH, returnId=opened["id"])
        await _pass(gifts, 0, 4, 100, 2)
        paying = await ask(app, PAY, id=opened["pickup"]["id"])
        await _pass(gifts, 0, 8)
        updates = [(await phone.next())["refundUpdates"] for _ in range(10)]
        done = (await app.ask(RETURN, id=opened["id"]))["node"]
    assert opened["pickup"]["fee"] == {"status": "UNPAID", "amount": {"minor": 350}}
    assert paying["pickup"]["fee"]["due"] == {"minor": 350}
    assert [one["event"] for one in updates[3:]] == [
        "PICKUP_ACCEPTED",
        "PICKUP_COLLECTED",
        "PICKUP_WEIGHED",
        "PICKUP_FEE_DUE",
        "PICKUP_FEE_PAID",
        "WAYBILL_SUBMITTED",
        "REFUND_ADVANCED",
    ]
    refunded_at = datetime.fromisoformat(done["refund"]["refundedAt"])
    assert refunded_at - tapped_at < timedelta(hours=2)
    assert done["refund"]["amount"] == {"minor": paid_minor}
    assert done["waybill"]["submittedBy"] == "COURIER"
    assert done["pickup"]["fee"] == {"status": "PAID"}


async def _pass(world: World, *minutes: int) -> None:
    for some in minutes:
        world.clock.advance(timedelta(minutes=some))
        await world.work()


async def _received_by_day(world: World) -> tuple[str, str, int]:
    """A shopper and a line received while couriers come; the clock stands an hour later."""
    statement = (
        select(orders.c.shopper_id, orders.c.received_at, order_lines)
        .join(order_lines, order_lines.c.order_id == orders.c.id)
        .where(order_lines.c.category == "gifts", func.substr(orders.c.received_at, 12, 2) == "08")
        .order_by(orders.c.received_at, order_lines.c.line_no)
    )
    async with world.db.read() as connection:
        row = (await connection.execute(statement)).first()
    assert row is not None
    world.clock.at = row.received_at + timedelta(hours=1)
    return row.shopper_id, line_id(row.order_id, row.line_no), row.paid_minor
