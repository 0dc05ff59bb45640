"""What a line of the credit notes holds; orders and merchants: `domain.orders.records`."""

from typing import Annotated

from pydantic import Field

from bff.domain.orders.fields import (
    NUMBER,
    Code,
    Currency,
    LineNo,
    Minor,
    Moment,
    Number,
    Quantity,
)
from bff.domain.orders.records import StrictRecord


class CreditRecord(StrictRecord):
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
