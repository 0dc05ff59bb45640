"""From records to what the house calls them; ids come from the records' own numbers."""

import hashlib

from bff.core import ids
from bff.domain.orders.model import Address, Merchant, Order, OrderLine
from bff.importer.records import AddressRecord, MerchantRecord, OrderRecord


def order_id(order_no: str) -> str:
    return ids.known_as(ids.ORDER, order_no)


def shopper_id(shopper_no: str) -> str:
    return ids.known_as(ids.SHOPPER, shopper_no)


def merchant_id(merchant_no: str) -> str:
    return ids.known_as(ids.MERCHANT, merchant_no)


def order_of(record: OrderRecord, policy_version: str) -> Order:
    return Order(
        id=order_id(record.order_no),
        number=record.order_no,
        shopper_id=shopper_id(record.shopper_no),
        merchant_id=merchant_id(record.merchant_no),
        currency=record.currency,
        policy_version=policy_version,
        paid_at=record.paid_at,
        shipped_at=record.shipped_at,
        received_at=record.delivered_at,
    )


def lines_of(record: OrderRecord) -> list[OrderLine]:
    """In sequence, with `paid_minor` after the discount."""
    shared = {"order_id": order_id(record.order_no), "currency": record.currency}
    parts = zip(record.lines, record.net_minor(), strict=True)
    lines = [OrderLine(**line.model_dump() | shared | {"paid_minor": net}) for line, net in parts]
    return sorted(lines, key=lambda line: line.line_no)


def address_of(record: AddressRecord, owner_id: str) -> Address:
    """The id comes from owner and content, so that the same address is kept once."""
    content = "\n".join([owner_id, *record.model_dump().values()])
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Address(ids.known_as(ids.ADDRESS, digest[:24]), owner_id, **record.model_dump())


def merchant_of(record: MerchantRecord) -> tuple[Merchant, Address | None]:
    owner_id = merchant_id(record.merchant_no)
    there = record.return_address
    address = address_of(there, owner_id) if there else None
    merchant = Merchant(
        id=owner_id,
        number=record.merchant_no,
        name=record.name,
        covers_pickup=record.covers_pickup,
        return_address_id=address.id if address else None,
    )
    return merchant, address
