"""What mutations about money answer, on the whole schema; what they do is the domain's."""

from typing import Any

from bff.domain.returns.commands.returns import TapRequest, one_tap
from tests.support.database import statements
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.views import context_of, run
from tests.support.world import START, World

OPEN = """
mutation($id: ID!, $lines: [RefundLineInput!]) {
  refundOpen(input: { idempotencyKey: "k", orderId: $id, lines: $lines }) {
    __typename
    ... on RefundOpenSuccess {
      replayed order { id } returns { kind quantity refund { amount { minor } } }
    }
    ... on UserError { code message }
    ... on NotFound { field }
  }
}"""
DISPUTE = """
mutation($id: ID!) {
  disputeOpen(input: { idempotencyKey: "d", returnId: $id }) {
    __typename ... on ReturnNotDisputable { status }
  }
}"""
REPAY = """
mutation($id: ID!) {
  refundRepay(input: { idempotencyKey: "r", returnId: $id }) { __typename }
}"""


async def ask(world: World, shopper: str | None, document: str, **variables: Any) -> Any:
    [answer] = (await run(document, context_of(world, shopper), **variables)).values()
    return answer


async def unshipped(world: World) -> tuple[str, list[str], str]:
    """A shopper, the lines of an order of two, and its id."""
    shopper = await create_shopper(world.db, level=5)
    goods = [Goods(paid_minor=10_000), Goods(category="shoes", paid_minor=5_000)]
    lines = await create_order(world.db, shopper, goods, received_at=None, shipped=False)
    return shopper, lines, lines[0].replace("oli_", "ord_").rpartition("-")[0]


async def test_a_refund_of_an_order_has_a_return_for_each_line(world: World) -> None:
    shopper, _, order_id = await unshipped(world)
    answer = await ask(world, shopper, OPEN, id=order_id)
    assert answer["order"] == {"id": order_id}
    refunded = {one["refund"]["amount"]["minor"] for one in answer["returns"]}
    assert (refunded, answer["returns"][0]["kind"]) == ({10_000, 5_000}, "REFUND_ONLY")
    again = await ask(world, shopper, OPEN, id=order_id)
    assert again == answer | {"replayed": True}


async def test_the_returns_of_a_refund_are_read_in_one_statement(world: World) -> None:
    shopper, _, order_id = await unshipped(world)
    with statements(world.db) as seen:
        await ask(world, shopper, OPEN, id=order_id)
    reads = [
        sql for sql in seen if "FROM returns" in sql and "returns.id IN" in sql.replace("\n", "")
    ]
    assert len(reads) <= 1


async def test_a_part_of_an_order_is_refunded(world: World) -> None:
    shopper, lines, order_id = await unshipped(world)
    answer = await ask(world, shopper, OPEN, id=order_id, lines=[{"orderLineId": lines[1]}])
    [only] = answer["returns"]
    assert (only["quantity"], only["refund"]["amount"]["minor"]) == (1, 5_000)


async def test_a_shipped_order_is_not_refunded_and_anothers_is_not_found(world: World) -> None:
    shopper, _, order_id = await unshipped(world)
    lines = await create_order(world.db, shopper, received_at=None)
    shipped = lines[0].replace("oli_", "ord_").rpartition("-")[0]
    assert (await ask(world, shopper, OPEN, id=shipped))["code"] == "ORDER_SHIPPED"
    other = await create_shopper(world.db)
    answer = await ask(world, other, OPEN, id=order_id)
    assert (answer["__typename"], answer["field"]) == ("NotFound", "orderId")


async def test_where_nothing_was_refused_or_taken_back_there_is_nothing_to_do(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    disputed = await ask(world, shopper, DISPUTE, id=tap.return_id)
    assert disputed == {"__typename": "ReturnNotDisputable", "status": "AWAITING_RETURN_SHIPMENT"}
    repaid = await ask(world, shopper, REPAY, id=tap.return_id)
    assert repaid == {"__typename": "NothingOwed"}
