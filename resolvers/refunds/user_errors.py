"""Refusals about refunds and disputes."""

from datetime import datetime

from bff.domain.returns import refusals as returns
from bff.domain.returns.model import ReturnStatus
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.user_errors import UserError, refuses


@refuses(
    returns.OrderShipped,
    N_("The goods left on {shipped_at}: they can be returned once received."),
    "The order is shipped: no refund without the goods.",
)
class OrderShipped(UserError):
    shipped_at: datetime = attribute("When the goods left.")


@refuses(
    returns.QuantityNotLeft,
    N_("You chose {requested}, but only {left} can still be returned."),
    "More than was bought and not yet returned.",
)
class QuantityNotLeft(UserError):
    requested: int = attribute("How many were requested.", name="asked")
    left: int = attribute("How many are left.")


@refuses(
    returns.ReturnNotDisputable,
    N_("There is nothing to object to: {status}."),
    "Nothing was refused, or a dispute is open already.",
)
class ReturnNotDisputable(UserError):
    status: ReturnStatus = attribute("The return's status.")


@refuses(returns.NothingOwed, N_("You owe nothing for this return."), "Nothing is to be paid back.")
class NothingOwed(UserError):
    pass


@refuses(
    returns.RepaymentUnderWay,
    N_("A payment is under way already."),
    "The payment service has not answered yet.",
)
class RepaymentUnderWay(UserError):
    pass
