"""What a line of each file holds. A field's description says what would be right."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from babel import Locale
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from bff.core.money import allocate

MOST = 2**31 - 1
TEXT = r"^[^\p{Cc}\p{Zl}\p{Zp}]*[^\p{Cc}\s][^\p{Cc}\p{Zl}\p{Zp}]*$"
NUMBER = "1 to 64 letters, digits, dots, underscores or hyphens"
MINOR = f"minor units, a whole number from 0 to {MOST:,}"
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"
LINES = "a list of 1 to 10,000 order lines"
FLAG = "true or false"


def _text(most: int) -> str:
    return f"1 to {most} characters, not only spaces, no control characters"


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _known_currency(code: str) -> str:
    if code not in _currencies():
        raise ValueError(code)
    return code


def _moment(value: object) -> object:
    """Pydantic alone would take "1300000000" for a moment."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description=NUMBER)]
Code = Annotated[str, Field(max_length=64, pattern=TEXT, description=_text(64))]
Name = Annotated[str, Field(max_length=80, pattern=TEXT, description=_text(80))]
Phone = Annotated[str, Field(max_length=32, pattern=TEXT, description=_text(32))]
Long = Annotated[str, Field(max_length=200, pattern=TEXT, description=_text(200))]
Minor = Annotated[int, Field(ge=0, le=MOST, description=MINOR)]
Currency = Annotated[
    str, AfterValidator(_known_currency), Field(description="an ISO 4217 code, such as CNY")
]
Quantity = Annotated[
    int, Field(ge=1, le=1_000_000, description="a whole number from 1 to 1,000,000")
]
LineNo = Annotated[
    int, Field(ge=1, le=999_999_999, description="a whole number from 1 to 999,999,999")
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    Field(
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        lt=datetime(2100, 1, 1, tzinfo=UTC),
        description=MOMENT,
    ),
]
Flag = Annotated[bool, Field(description=FLAG)]


class Record(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class AddressRecord(Record):
    recipient: Name
    phone: Phone
    region: Name
    street: Long


class LineRecord(Record):
    """`no_return_confirmed`: the shopper agreed at purchase that it can't be returned (art. 25)."""

    line_no: LineNo
    sku: Code
    title: Long
    category: Code
    quantity: Quantity
    unit_price_minor: Minor
    paid_minor: Minor
    freight_insured: Flag = False
    no_return_confirmed: Flag = False


class OrderRecord(Record):
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
    merchant_name: Annotated[Name | None, Field(description=_text(80))] = None
    nickname: Annotated[Name | None, Field(description=_text(80))] = None
    ship_to: Annotated[AddressRecord | None, Field(description="an address")] = None

    def net_minor(self) -> list[int]:
        """What was paid for each line after the discount; the parts add up to the whole."""
        paid = [line.paid_minor for line in self.lines]
        shares = allocate(self.discount_minor, paid)
        return [amount - share for amount, share in zip(paid, shares, strict=True)]


class ReturnRecord(Record):
    """A line of a credit note; `order_no` is null where no purchase matches."""

    credit_note: Number
    shopper_no: Number
    sku: Code
    quantity: Quantity
    refunded_minor: Minor
    currency: Currency
    returned_at: Moment
    order_no: Annotated[Number | None, Field(description=f"{NUMBER}; null without a purchase")]
    line_no: Annotated[LineNo | None, Field(description="an order's line; null without a purchase")]


class MerchantRecord(Record):
    """What a merchant filed about itself."""

    merchant_no: Number
    name: Name
    covers_pickup: Flag
    return_address: Annotated[AddressRecord | None, Field(description="an address, or null")]
