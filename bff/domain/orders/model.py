"""Who bought what from whom, for how much, and when it was received (签收)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr

from bff.core import ids
from bff.core.areas import area_name
from bff.core.money import Money

DIGITS = 9
POSTAGE = "postage"
_ORDER, _LINE = ids.external_id(ids.ORDER, ""), ids.external_id(ids.ORDER_LINE, "")


class OrderStatus(StrEnum):
    PAID = "PAID"
    SHIPPED = "SHIPPED"
    RECEIVED = "RECEIVED"
    CLOSED = "CLOSED"


class Shopper(Struct, frozen=True, gc=False):
    id: str
    nickname: str


# The owner of return addresses where a merchant has filed none.
PLATFORM = "platform"
# A merchant, and one of its addresses, or of the platform's.
ReturnAddressKey = tuple[str, str]


class Address(Struct, frozen=True, gc=False):
    """Its words never change: what was sent there stays as it was.

    `area_code`: of the county, by GB/T 2260; None where the region names no place of China.
    `is_default`: chosen by its owner. `removed_at`: when it left the owner's book, for good or for
    another version of it.
    """

    id: str
    owner_id: str
    recipient: str
    phone: str
    region: str
    street: str
    area_code: str | None = None
    is_default: bool = False
    removed_at: datetime | None = None

    @property
    def shopper_id(self) -> str:
        """The owner: only a shopper's address is ever changed."""
        return self.owner_id

    @property
    def area(self) -> str:
        """Where pickup places are counted: one place has one area, however it is spelt."""
        return self.area_code or area_name(self.region)


class Merchant(Struct, frozen=True, gc=False):
    """`covers_pickup`: the merchant pays the courier for every return."""

    id: str
    number: str
    name: str
    covers_pickup: bool
    return_address_id: str | None


class OrderLine(Struct, frozen=True, gc=False):
    """`paid_minor` is what was paid for the line after its share of the order's discount.

    `held_quantity` and `held_minor` are what returns took of it already, here or before: open
    and done ones. `id` is no argument: it follows from `order_id` and `line_no`, and is
    read often.
    """

    order_id: str
    line_no: int
    sku: str
    title: str
    category: str
    quantity: int
    unit_price_minor: int
    paid_minor: int
    freight_insured: bool
    no_return_confirmed: bool
    currency: str
    held_quantity: int = 0
    held_minor: int = 0
    id: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "id", line_id(self.order_id, self.line_no))

    @property
    def left(self) -> int:
        """How many can still be returned: from none to all, whatever the row says.

        Read often, so nothing is called.
        """
        left = self.quantity - self.held_quantity
        if 0 <= left <= self.quantity:
            return left
        return 0 if left < 0 else self.quantity

    @property
    def is_postage(self) -> bool:
        return self.category == POSTAGE

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_minor, self.currency)

    @property
    def paid(self) -> Money:
        return Money(self.paid_minor, self.currency)


class LineHold(Struct, frozen=True, gc=False):
    """Of a line, by a return."""

    shopper_id: str
    line_id: str
    quantity: int
    minor: int


class Order(Struct, frozen=True, gc=False):
    """`ship_to_address_id`: where it is or was delivered; None where the shop has not said.

    `advanced_minor`: what the platform has advanced, or promised to, of all its returns, and
    not got back yet. `refunded_at`: when all of it was refunded, before it was shipped.
    """

    id: str
    number: str
    shopper_id: str
    merchant_id: str
    currency: str
    policy_version: str
    paid_at: datetime
    shipped_at: datetime | None
    received_at: datetime | None
    ship_to_address_id: str | None = None
    advanced_minor: int = 0
    refunded_at: datetime | None = None

    @property
    def status(self) -> OrderStatus:
        if self.received_at:
            return OrderStatus.RECEIVED
        if self.shipped_at:
            return OrderStatus.SHIPPED
        return OrderStatus.CLOSED if self.refunded_at else OrderStatus.PAID


@dataclass(frozen=True, slots=True)
class OrderContent:
    """An order's lines, summed up. Pieces are of goods: postage is none."""

    lines: tuple[OrderLine, ...]
    currency: str

    @property
    def paid(self) -> Money:
        return Money(sum(line.paid_minor for line in self.lines), self.currency)

    @property
    def refunded(self) -> Money:
        """Or being refunded: what returns and the shop's credit notes hold."""
        held = sum(min(line.held_minor, line.paid_minor) for line in self.lines)
        return Money(held, self.currency)

    @property
    def left(self) -> Money:
        return Money(self.paid.minor - self.refunded.minor, self.currency)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines if not line.is_postage)

    @property
    def pieces_left(self) -> int:
        return sum(line.left for line in self.lines if not line.is_postage)

    @property
    def is_touched(self) -> bool:
        return any(line.held_quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Purchases:
    """A shopper's buying and returning elsewhere, summed up; `last_at` is the newest of it.

    `returns`: lines of credit notes that match a purchase, but for those of returns made here.
    What matches no purchase (bought before the records begin, a fee, a correction) says nothing.
    """

    orders: int
    units: int
    returns: int
    first_at: datetime | None
    last_at: datetime | None

    def with_order(self, units: int, paid_at: datetime) -> "Purchases":
        return Purchases(
            self.orders + 1,
            self.units + units,
            self.returns,
            min(self.first_at or paid_at, paid_at),
            max(self.last_at or paid_at, paid_at),
        )


def order_id(order_no: str) -> str:
    return ids.external_id(ids.ORDER, order_no)


def shopper_id(shopper_no: str) -> str:
    return ids.external_id(ids.SHOPPER, shopper_no)


def merchant_id(merchant_no: str) -> str:
    return ids.external_id(ids.MERCHANT, merchant_no)


def line_id(order_id: str, line_no: int) -> str:
    return f"{_LINE}{order_id.removeprefix(_ORDER)}-{line_no}"


def line_id_range(order_id: str) -> tuple[str, str]:
    """The ids of an order's lines lie between the two, and those of orders named alike."""
    first = f"{_LINE}{order_id.removeprefix(_ORDER)}-"
    return first, first[:-1] + chr(ord("-") + 1)


def parse_line_id(identifier: str) -> tuple[str, int] | None:
    """The order's id and the line's number, or None for what is no line's id."""
    prefix, _, rest = identifier.partition("_")
    number, _, line_no = rest.rpartition("-")
    if prefix != ids.ORDER_LINE or not number or not (line_no.isascii() and line_no.isdigit()):
        return None
    if len(line_no) > DIGITS:
        return None
    return ids.external_id(ids.ORDER, number), int(line_no)
