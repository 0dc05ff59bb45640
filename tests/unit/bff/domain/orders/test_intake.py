"""Orders kept once, under the policy in force when they were paid."""

import json
from typing import Any

from bff.core.validation import FieldError
from bff.db.transaction import Tx
from bff.domain.orders.intake import StoredOrders, add_orders, contradiction, stored_orders
from bff.domain.orders.model import LineHold
from bff.domain.orders.parties import keep_named_merchants, keep_shoppers
from bff.domain.orders.records import OrderRecord, lines_of, order_of
from bff.domain.orders.store import hold
from bff.domain.policy.store import publish
from tests.support.import_files import a_line, an_order
from tests.support.models import POLICY, shanghai
from tests.support.world import World

LATER = POLICY.model_copy(
    update={"version": "later", "in_force_from": shanghai("2026-03-10T12:00")}
)


def record(**changes: Any) -> OrderRecord:
    return OrderRecord.model_validate_json(json.dumps(an_order(**changes)))


async def add(world: World, *records: OrderRecord) -> None:
    async def adding(tx: Tx) -> None:
        await publish(tx, [LATER])
        await keep_named_merchants(tx, records)
        await keep_shoppers(tx, records)
        await add_orders(tx, records, [POLICY, LATER])

    await world.db.write(adding)


async def stored(world: World, *records: OrderRecord) -> StoredOrders:
    return await world.db.write(lambda tx: stored_orders(tx, records))


async def test_an_order_is_stored_with_its_lines(world: World) -> None:
    order = record(lines=[a_line(line_no=2), a_line()])
    assert await stored(world, order) == {}
    await add(world, order)
    assert await stored(world, order, record(order_no="B-2")) == {
        "ord_B-1": (order_of(order, POLICY.version), lines_of(order))
    }


async def test_an_order_goes_by_the_policy_in_force_when_it_was_paid(world: World) -> None:
    late = {"paid_at": "2026-03-10T12:00:00+08:00", "shipped_at": None, "delivered_at": None}
    early, late_order = record(), record(order_no="B-2", **late)
    await add(world, early, late_order)
    versions = {
        key: order.policy_version
        for key, (order, _) in (await stored(world, early, late_order)).items()
    }
    assert versions == {"ord_B-1": POLICY.version, "ord_B-2": "later"}


async def test_only_another_content_contradicts_what_is_stored(world: World) -> None:
    await add(world, record())
    known = await stored(world, record())
    assert contradiction(record(), known) is None
    assert contradiction(record(order_no="B-2", discount_minor=1), known) is None
    assert contradiction(record(discount_minor=1), known) == FieldError(
        "order_no", "a new one; order B-1 is known with another content"
    )


async def test_what_returns_took_of_a_line_is_no_other_content(world: World) -> None:
    await add(world, record())
    await world.db.write(lambda tx: hold(tx, [LineHold("oli_B-1-1", 1, 450)]))
    assert contradiction(record(), await stored(world, record())) is None
    await world.db.write(lambda tx: hold(tx, [LineHold("oli_B-1-1", -1, -450)]))
