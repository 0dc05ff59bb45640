"""What a tap answers, and that it reads nothing again of what it has just written."""

from typing import Any

import pytest

from bff.domain.returns.commands.returns import TapRequest, TapResult, one_tap
from loaders.batch import AnyBatch
from loaders.orders import lines_by_id, merchants_by_id, orders_by_id, return_addresses
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.returns.mutations import rows_of_tap
from tests.support.database import statements
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.views import context_of, run
from tests.support.world import START, World

CANCEL = """
mutation($id: ID!) {
  returnCancel(input: { idempotencyKey: "c", returnId: $id }) {
    __typename
    ... on ReturnCancelSuccess { replayed return { status message } }
    ... on ReturnNotCancellable { status }
  }
}"""
WAYBILL = """
mutation($id: ID!, $number: String!) {
  waybillSubmit(input: {
    idempotencyKey: $number, returnId: $id, courierCompany: "sf", waybillNumber: $number
  }) {
    __typename
    ... on WaybillSubmitSuccess { refund { amount { minor } } return { status } }
    ... on ReturnNotAwaitingShipment { status }
    ... on InvalidInput { field }
  }
}"""


WRITTEN: tuple[AnyBatch[Any, Any], ...] = (
    returns_by_id,
    refunds_by_return,
    pickups_by_return,
    missed_by_return,
    lines_by_id,
    orders_by_id,
    merchants_by_id,
    return_addresses,
)


async def bought(world: World, level: int = 3) -> tuple[str, str]:
    shopper = await create_shopper(world.db, level=level)
    [line] = await create_order(world.db, shopper, received_at=START)
    return shopper, line


async def tap(world: World, level: int = 3) -> TapResult:
    shopper, line = await bought(world, level)
    return await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))


async def ask(world: World, shopper: str, document: str, **variables: Any) -> Any:
    [answer] = (await run(document, context_of(world, shopper), **variables)).values()
    return answer


async def test_rows_of_a_tap_are_those_that_loaders_would_read(world: World) -> None:
    result = await tap(world)
    shopper = result.case.this_return.shopper_id
    rows = rows_of_tap(result)
    async with world.db.read() as connection:
        for batch in WRITTEN:
            by_key = rows[batch.fetch]
            assert await batch.read(connection, shopper, [*by_key]) == {
                key: row for key, row in by_key.items() if row is not None
            }
    assert len(rows) == len(WRITTEN)
    assert result.goes_to is not None
    assert list(rows[returns_by_id.fetch]) == [result.return_id]


async def test_a_return_that_is_not_approved_has_no_address_among_its_rows(world: World) -> None:
    result = await tap(world, level=2)
    assert (result.goes_to, result.not_booked) == (None, None)
    assert rows_of_tap(result)[return_addresses.fetch] == {None: None}


async def test_after_the_write_a_tap_reads_none_of_its_rows(world: World) -> None:
    shopper, line = await bought(world)
    await run("{ viewer { id } }", context_of(world, shopper))
    with statements(world.db) as seen:
        answer = await ask(world, shopper, ONE_TAP, key="k", line=line, pickup={})
    assert answer["return"]["pickup"]["status"] == "AWAITING_COURIER"
    last_write = max(place for place, sql in enumerate(seen) if sql.startswith("INSERT"))
    read = [sql.split("FROM ")[1].split()[0] for sql in seen[last_write + 1 :] if "FROM " in sql]
    assert not {"returns", "refunds", "pickups", "order_lines", "orders", "merchants"} & set(read)


@pytest.mark.parametrize(("level", "later"), [(2, True), (3, False)])
async def test_a_pickup_waits_for_the_merchants_approval(
    world: World, level: int, later: bool
) -> None:
    shopper, line = await bought(world, level)
    answer = await ask(world, shopper, ONE_TAP, key="k", line=line, pickup={})
    not_booked = answer["pickupNotBooked"]
    assert (not_booked is not None) is later
    if not_booked:
        assert not_booked["code"] == "AFTER_APPROVAL"
    again = await ask(world, shopper, ONE_TAP, key="k", line=line, pickup={})
    assert again == answer | {"replayed": True}


async def test_quotes_are_those_of_the_return_as_it_was_opened(world: World) -> None:
    shopper, line = await bought(world)
    answer = await ask(world, shopper, ONE_TAP, key="k", line=line)
    assert answer["refundQuote"] == {"refund": {"minor": 19_900}, "advance": True}
    assert answer["pickupQuote"]["payer"] in {"PLATFORM", "SHOPPER"}


async def test_a_cancelled_return_is_closed_and_cannot_be_cancelled_again(world: World) -> None:
    result = await tap(world)
    shopper = result.case.this_return.shopper_id
    closed = await ask(world, shopper, CANCEL, id=result.return_id)
    assert closed["return"] == {"status": "CLOSED", "message": "You cancelled the return."}
    again = await ask(world, shopper, CANCEL, id=result.return_id)
    assert again == closed | {"replayed": True}


async def test_a_waybill_sends_the_goods_on_their_way_once(world: World) -> None:
    result = await tap(world)
    shopper, return_id = result.case.this_return.shopper_id, result.return_id
    malformed = await ask(world, shopper, WAYBILL, id=return_id, number="x")
    assert malformed == {"__typename": "InvalidInput", "field": "waybillNumber"}
    away = await ask(world, shopper, WAYBILL, id=return_id, number="SF1234567890123")
    assert away["refund"] == {"amount": {"minor": 19_900}}
    assert away["return"] == {"status": "AWAITING_MERCHANT_RECEIPT"}
    corrected = await ask(world, shopper, WAYBILL, id=return_id, number="SF1234567890124")
    assert corrected["return"] == away["return"]
    assert (await ask(world, shopper, CANCEL, id=return_id))["status"] == away["return"]["status"]
