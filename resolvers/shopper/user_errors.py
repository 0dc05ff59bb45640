"""Refusals about a shopper's addresses."""

from bff.domain.orders import refusals as orders
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.user_errors import UserError, refuses


@refuses(
    orders.AddressLimitReached,
    N_("You have {most} addresses already: delete one first."),
    "The address book is full.",
)
class AddressLimitReached(UserError):
    most: int = attribute("How many addresses it holds.")
