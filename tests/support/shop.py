"""What a shop knows of its orders and credit notes: made up, or real, to be written to files."""

import json
import os
import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Record = dict[str, Any]
REAL = Path(os.environ.get("BFF_TEST_DATA", ""))
BEGAN = datetime(2026, 1, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENTS = {"shipped_at": None, "delivered_at": None}


@dataclass(frozen=True)
class Shop:
    orders: Sequence[Record]
    returns: Sequence[Record]

    def by_payment(self) -> list[Record]:
        return sorted(self.orders, key=lambda order: (order["paid_at"], order["order_no"]))

    def as_paid(self) -> list[Record]:
        """The orders before anything left."""
        return [order | MOMENTS for order in self.orders]

    def shuffled(self, seed: int) -> "Shop":
        """The same in another sequence, an order's lines too."""
        chance = random.Random(seed)
        orders, returns = deepcopy([*self.orders]), [*self.returns]
        for records in (orders, returns, *(order["lines"] for order in orders)):
            chance.shuffle(records)
        return Shop(orders, returns)


def real_shop() -> Shop:
    return Shop(_read("orders"), _read("returns"))


def _read(name: str) -> list[Record]:
    lines = (REAL / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def made_up_shop(seed: int = 1) -> Shop:
    """Three shoppers, two merchants; some orders are not shipped, some not received."""
    chance = random.Random(seed)
    orders = [_order(chance, number) for number in range(1, 25)]
    returns = [_credit(chance, order, entry) for order in orders[::3] for entry in (1, 2)]
    # The same sku twice on a note, and what matches no purchase
    twice = [
        returns[0] | {"sku": "X", "order_no": None, "line_no": None, "quantity": n} for n in (2, 1)
    ]
    return Shop(orders, [*returns, *twice])


def _order(chance: random.Random, number: int) -> Record:
    paid_at = BEGAN + chance.randrange(0, 2_000) * HOUR
    shipped_at = paid_at + chance.randrange(0, 30) * HOUR if chance.random() < 0.8 else None
    received_at = shipped_at + chance.randrange(0, 90) * HOUR if shipped_at else None
    if chance.random() < 0.3:
        received_at = None
    lines = [_line(chance, line_no) for line_no in range(1, chance.randrange(2, 5))]
    shopper = chance.randrange(1, 4)
    return {
        "order_no": f"T-{number:02}",
        "shopper_no": f"t{shopper}",
        "merchant_no": chance.choice(["linen-house", "corner-shop"]),
        "merchant_name": f"name in order {number}",
        "nickname": f"name in order {number}",
        "currency": "CNY",
        "paid_at": paid_at.isoformat(),
        "shipped_at": shipped_at and shipped_at.isoformat(),
        "delivered_at": received_at and received_at.isoformat(),
        "discount_minor": chance.choice([0, 1, 100, 333]),
        "ship_to": {
            "recipient": f"收件人{shopper}",
            "phone": "13800000000",
            "region": "浙江省杭州市西湖区",
            "street": f"文三路{shopper}号",
        },
        "lines": lines,
    }


def _line(chance: random.Random, line_no: int) -> Record:
    quantity = chance.randrange(1, 40)
    return {
        "line_no": line_no,
        "sku": f"SKU-{line_no}",
        "title": f"商品{line_no}",
        "category": "womenswear",
        "quantity": quantity,
        "unit_price_minor": 500,
        "paid_minor": 500 * quantity,
    }


def _credit(chance: random.Random, order: Record, entry: int) -> Record:
    """Of the first line; both together may be more than was bought."""
    returned_at = datetime.fromisoformat(order["paid_at"]) + entry * 100 * HOUR
    return {
        "credit_note": f"C-{order['order_no']}-{entry}",
        "shopper_no": order["shopper_no"],
        "sku": "SKU-1",
        "quantity": chance.randrange(1, order["lines"][0]["quantity"] + 1),
        "refunded_minor": 500,
        "currency": "CNY",
        "returned_at": returned_at.isoformat(),
        "order_no": order["order_no"],
        "line_no": 1,
    }
