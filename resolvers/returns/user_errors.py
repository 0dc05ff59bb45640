"""Refusals about returns."""

from datetime import date, datetime

from bff.domain.returns import refusals as returns
from bff.domain.returns.model import ReturnStatus
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.user_errors import UserError, refuses


@refuses(
    returns.NotReceived,
    N_("The goods are not received yet: the 7 days begin on the day after receipt."),
    "The goods are not received yet.",
)
class NotReceived(UserError):
    pass


@refuses(
    returns.CategoryNotReturnable,
    N_("This category cannot be returned without a reason: {category}."),
    "The law excepts the category from no-reason returns.",
)
class CategoryNotReturnable(UserError):
    category: str = attribute("Names the category.")


@refuses(
    returns.ReturnRightWaived,
    N_("You confirmed at purchase that it cannot be returned."),
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
    returns.ReturnNotCancellable,
    N_("The return cannot be cancelled any more: {status}."),
    "The goods are on their way, or the return has ended.",
)
class ReturnNotCancellable(UserError):
    status: ReturnStatus = attribute("The return's status.")


@refuses(
    returns.ParcelReceived,
    N_("The merchant received the parcel on {received_at}: its waybill number cannot be changed."),
    "The merchant has the goods: the waybill cannot be corrected any more.",
)
class ParcelReceived(UserError):
    received_at: datetime = attribute("When the merchant received it.")


@refuses(
    returns.WaybillUsed,
    N_("Waybill number {waybill_number} belongs to another parcel."),
    "The waybill is another parcel's.",
)
class WaybillUsed(UserError):
    waybill_number: str = attribute("The number.")
