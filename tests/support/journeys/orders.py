"""Orders as the shop reports them: paid, shipped, received."""

import itertools
from dataclasses import dataclass
from typing import Any

from bff.core import ids
from bff.domain.orders.model import line_id
from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.stage import Phone, Trip

_numbers = itertools.count(1)


@dataclass(frozen=True)
class PlacedOrder:
    number: str
    lines: list[str]

    @property
    def id(self) -> str:
        return ids.external_id(ids.ORDER, self.number)


async def orders(
    phone: Phone, *goods: Goods, discount: int = 0, merchant: str = "linen-house"
) -> PlacedOrder:
    """Paid now, and not shipped."""
    number = f"W{next(_numbers):06}"
    lines = [_line(place, one) for place, one in enumerate(goods or (Goods(),), 1)]
    record = {
        "order_no": number,
        "shopper_no": phone.shopper_id.partition("_")[2],
        "merchant_no": merchant,
        "currency": "CNY",
        "paid_at": phone.stage.world.clock.now(),
        "shipped_at": None,
        "delivered_at": None,
        "discount_minor": discount,
        "lines": lines,
    }
    assert await phone.stage.report("orders", "order.paid", **record) == "DONE"
    order = ids.external_id(ids.ORDER, number)
    return PlacedOrder(number, [line_id(order, one["line_no"]) for one in lines])


def _line(number: int, goods: Goods) -> dict[str, Any]:
    return {
        "line_no": number,
        "sku": f"SKU-{number}",
        "title": f"{goods.category} {number}",
        "category": goods.category,
        "quantity": goods.quantity,
        "unit_price_minor": -(-goods.paid_minor // goods.quantity),
        "paid_minor": goods.paid_minor,
    }


async def moves_on(phone: Phone, order: PlacedOrder, what: str) -> str:
    """`shipped` or `received`, now."""
    now = phone.stage.world.clock.now()
    return await phone.stage.report("orders", f"order.{what}", orderNumber=order.number, at=now)


async def refund(phone: Phone, order: PlacedOrder, *parts: tuple[int, int | None]) -> Any:
    """Asks for pieces of the lines by their place; without parts for all of it."""
    lines = [{"orderLineId": order.lines[place], "quantity": pieces} for place, pieces in parts]
    return await phone.ask(docs.REFUND, order=order.id, lines=lines or None)


async def refunds(phone: Phone, order: PlacedOrder, *parts: tuple[int, int | None]) -> list[Trip]:
    """One for each line that is refunded. Fails where they are refused."""
    answer = await refund(phone, order, *parts)
    assert answer["__typename"] == "RefundOpenSuccess", answer
    return [await phone.watches(one["id"]) for one in answer["returns"]]
