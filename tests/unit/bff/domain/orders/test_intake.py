"""Orders kept once, under the policy in force when they were paid."""

import json
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import update

from bff.db.tables import order_lines
from bff.db.transaction import Tx
from bff.domain.orders.intake import StoredOrders, add_orders, order_differences, stored_orders
from bff.domain.orders.model import LineHold, shopper_id
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


async def different(world: World, other: OrderRecord) -> list[str]:
    [(order, lines)] = (await stored(world, other)).values()
    return [str(error) for error in order_differences(other, order, lines)]


async def test_the_same_record_differs_in_nothing_in_whatever_sequence(world: World) -> None:
    """The cent that is left over goes with the line's number."""
    lines = [a_line(line_no=number, paid_minor=100) for number in (1, 2, 3)]
    await add(world, record(lines=lines, discount_minor=100))
    for way in permutations(lines):
        assert await different(world, record(lines=[*way], discount_minor=100)) == []


async def test_text_that_was_stored_as_it_came_is_no_difference(world: World) -> None:
    lines = [a_line(title="SET 12  CHALK", sku="ＤＲ１")]
    await add(world, record(lines=lines))
    as_it_came = update(order_lines).values(title="SET 12  CHALK\u200b ", sku="ＤＲ１")
    await world.db.write(lambda tx: tx.execute(as_it_came))
    assert await different(world, record(lines=lines)) == []
    assert await different(world, record(lines=[a_line(title="SET 13 CHALK", sku="DR1")])) == [
        "lines[0].title: expected SET 12  CHALK\u200b , as is known of order B-1"
    ]


async def test_an_older_record_differs_in_nothing(world: World) -> None:
    await add(world, record())
    for moments in ({"delivered_at": None}, {"shipped_at": None, "delivered_at": None}):
        assert await different(world, record(**moments)) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"shopper_no": "92"}, "shopper_no: expected the shopper who bought"),
        ({"merchant_no": "other"}, "merchant_no: expected the merchant who sold"),
        ({"currency": "GBP"}, "currency: expected CNY"),
        (
            {"paid_at": "2026-03-10T09:00:01+08:00"},
            "paid_at: expected 2026-03-10T01:00:00.000+00:00",
        ),
        (
            {"shipped_at": "2026-03-10T10:00:01+08:00"},
            "shipped_at: expected 2026-03-10T02:00:00.000+00:00",
        ),
        ({"discount_minor": 1}, "lines[0].paid_minor: expected 900, after the discount"),
        ({"lines": [a_line(sku="CAP")]}, "lines[0].sku: expected HAT"),
        ({"lines": [a_line(line_no=2), a_line()]}, "lines[0].line_no: expected one of 1"),
        ({"lines": [a_line(quantity=3)]}, "lines[0].quantity: expected 2"),
    ],
)
async def test_a_difference_is_named_with_what_is_known(
    world: World, changes: dict[str, Any], error: str
) -> None:
    await add(world, record())
    assert await different(world, record(**changes)) == [f"{error}, as is known of order B-1"]


async def test_what_returns_took_of_a_line_is_no_difference(world: World) -> None:
    await add(world, record())
    shopper = shopper_id(record().shopper_no)
    await world.db.write(lambda tx: hold(tx, [LineHold(shopper, "oli_B-1-1", 1, 450)]))
    assert await different(world, record()) == []
    await world.db.write(lambda tx: hold(tx, [LineHold(shopper, "oli_B-1-1", -1, -450)]))
