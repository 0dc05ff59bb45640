"""Refusals about returns and their refunds."""

from datetime import date, datetime

from bff.domain.returns import refusals as returns
from bff.domain.returns.model import ReturnStatus
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.user_errors import UserError, refuses


@refuses(
    returns.NotReceived,
    N_("The goods are not received yet: the 7 days begin with receipt."),
    "The goods are not received yet.",
)
class NotReceived(UserError):
    pass


@refuses(
    returns.CategoryNotReturnable,
    N_("{category} is never returnable without a reason."),
    "The law excepts the category from no-reason returns.",
)
class CategoryNotReturnable(UserError):
    category: str = attribute("Names the category.")


@refuses(
    returns.ReturnRightWaived,
    N_("You confirmed at purchase: it cannot be returned."),
    "The shopper confirmed at purchase: no return.",
)
class ReturnRightWaived(UserError):
    pass


@refuses(
    returns.ReturnWindowClosed,
    N_("The return window closed on {closed_on}."),
    "More than 7 days since the day after receipt.",
)
class ReturnWindowClosed(UserError):
    closed_on: date = attribute("The last day on which it could be returned, in Shanghai.")


@refuses(
    returns.QuantityNotLeft,
    N_("{asked} asked for, {left} left."),
    "More than was bought and not yet returned.",
)
class QuantityNotLeft(UserError):
    asked: int = attribute("How many were asked for.")
    left: int = attribute("How many are left.")


@refuses(
    returns.ReturnNotCancellable,
    N_("The return cannot be cancelled any more: {status}."),
    "The goods are on their way, or the return has ended.",
)
class ReturnNotCancellable(UserError):
    status: ReturnStatus = attribute("The return's status.")


@refuses(
    returns.ReturnNotAwaitingShipment,
    N_("The return is not waiting for the goods: {status}."),
    "Not approved yet, or the goods are on their way.",
)
class ReturnNotAwaitingShipment(UserError):
    status: ReturnStatus = attribute("The return's status.")


@refuses(
    returns.WaybillUsed,
    N_("Other goods travel under waybill {waybill_number}."),
    "The waybill is another parcel's.",
)
class WaybillUsed(UserError):
    waybill_number: str = attribute("The number.")


@refuses(
    returns.OrderShipped,
    N_("The goods left on {shipped_at}: they can be returned once received."),
    "The order is shipped: no refund without the goods.",
)
class OrderShipped(UserError):
    shipped_at: datetime = attribute("When the goods left.")


@refuses(
    returns.ReturnNotDisputable,
    N_("There is nothing to object to: {status}."),
    "Nothing was refused, or staff have been asked already.",
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
