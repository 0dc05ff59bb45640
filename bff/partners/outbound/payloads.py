"""Parts of the data that several partners are sent."""

from typing import Any

from bff.domain.orders.model import Address
from bff.partners.outbound.facts import ReturnFacts


def address_payload(address: Address | None) -> dict[str, str] | None:
    if address is None:
        return None
    fields = ("recipient", "phone", "region", "street")
    return {name: getattr(address, name) for name in fields}


def goods_payload(facts: ReturnFacts) -> list[dict[str, Any]]:
    line = facts.line
    goods = {"sku": line.sku, "title": line.title, "category": line.category}
    return [goods | {"quantity": facts.this_return.quantity}]
