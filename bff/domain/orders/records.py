"""Orders, merchants and addresses as the shop writes them, and the models made of them."""

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bff.core import ids
from bff.core.areas import area_code
from bff.core.money import allocate
from bff.domain.orders.fields import (
    AREA_CODE,
    MOMENT,
    PLACE,
    AreaCode,
    Code,
    Currency,
    Flag,
    LineNo,
    Minor,
    Moment,
    Name,
    Number,
    PartnerPhone,
    Phone,
    Quantity,
    Recipient,
    Region,
    Street,
    Title,
    text_up_to,
)
from bff.domain.orders.model import (
    Address,
    Merchant,
    Order,
    OrderLine,
    merchant_id,
    order_id,
    shopper_id,
)

MAX_LINES = 10_000
LINES = f"a list of 1 to {MAX_LINES:,} order lines"


class StrictRecord(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class AddressRecord(StrictRecord):
    """`area_code`: where the shop knows it; else it follows from the region."""

    area_code: Annotated[AreaCode | None, Field(description=AREA_CODE)] = None
    recipient: Recipient
    phone: PartnerPhone
    region: Region
    street: Street

    @property
    def area(self) -> str | None:
        """The code of the place."""
        return self.area_code or area_code(self.region)


class AddressForm(AddressRecord):
    """An address as a shopper types it: a courier has to find it."""

    phone: Phone
    region: Annotated[Region, Field(description=PLACE)]

    @field_validator("region")
    @classmethod
    def _is_somewhere(cls, region: str, info: ValidationInfo) -> str:
        if not (info.data.get("area_code") or area_code(region)):
            raise ValueError(region)
        return region


class LineRecord(StrictRecord):
    """`no_return_confirmed`: the shopper agreed at purchase that it can't be returned (art. 25).

    `unit_price_minor` is rounded down where a piece costs parts of a minor unit: 100 at 0.333 are
    33 each, and 3,330.
    """

    line_no: LineNo
    sku: Code
    title: Title
    category: Code
    quantity: Quantity
    unit_price_minor: Minor
    paid_minor: Minor
    freight_insured: Flag = False
    no_return_confirmed: Flag = False


class OrderRecord(StrictRecord):
    """A line's `paid_minor` is before its share of `discount_minor`, which is the whole order's."""

    order_no: Number
    shopper_no: Number
    merchant_no: Number
    currency: Currency
    paid_at: Moment
    shipped_at: Annotated[Moment | None, Field(description=f"{MOMENT}; null if not shipped")]
    delivered_at: Annotated[Moment | None, Field(description=f"{MOMENT}; null if not received")]
    lines: Annotated[tuple[LineRecord, ...], Field(description=LINES)]
    discount_minor: Minor = 0
    merchant_name: Annotated[Name | None, Field(description=text_up_to(80))] = None
    nickname: Annotated[Name | None, Field(description=text_up_to(80))] = None
    ship_to: Annotated[AddressRecord | None, Field(description="an address")] = None

    @property
    def sorted_lines(self) -> list[LineRecord]:
        """By number: the order in which they came says nothing."""
        return sorted(self.lines, key=lambda line: line.line_no)

    def net_minor(self) -> list[int]:
        """What was paid for each line, by number, after the discount.

        The parts add up to the whole.
        """
        paid = [line.paid_minor for line in self.sorted_lines]
        shares = allocate(self.discount_minor, paid)
        return [amount - share for amount, share in zip(paid, shares, strict=True)]


class MerchantRecord(StrictRecord):
    """What a merchant filed about itself."""

    merchant_no: Number
    name: Name
    covers_pickup: Flag
    return_address: Annotated[AddressRecord | None, Field(description="an address, or null")]


def order_of(record: OrderRecord, policy_version: str) -> Order:
    return Order(
        id=order_id(record.order_no),
        number=record.order_no,
        shopper_id=shopper_id(record.shopper_no),
        merchant_id=merchant_id(record.merchant_no),
        currency=record.currency,
        policy_version=policy_version,
        paid_at=record.paid_at,
        shipped_at=record.shipped_at or record.delivered_at,
        received_at=record.delivered_at,
        ship_to_address_id=_ship_to_id(record),
    )


def _ship_to_id(record: OrderRecord) -> str | None:
    there = record.ship_to
    return address_of(there, shopper_id(record.shopper_no)).id if there else None


def lines_of(record: OrderRecord) -> list[OrderLine]:
    """By number, with `paid_minor` after the discount."""
    shared = {"order_id": order_id(record.order_no), "currency": record.currency}
    parts = zip(record.sorted_lines, record.net_minor(), strict=True)
    return [OrderLine(**line.model_dump() | shared | {"paid_minor": net}) for line, net in parts]


def address_of(record: AddressRecord, owner_id: str) -> Address:
    """The id comes from owner and content, so that the same address is kept once."""
    words = record.model_dump(exclude={"area_code"})
    digest = hashlib.sha256("\n".join([owner_id, *words.values()]).encode()).hexdigest()
    address_id = ids.external_id(ids.ADDRESS, digest[:24])
    return Address(address_id, owner_id, **words, area_code=record.area)


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
