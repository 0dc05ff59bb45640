"""What is said about orders, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.orders.model import OrderStatus
from bff.locale.messages import N_

STATUSES = {
    OrderStatus.PAID: N_("Paid, not shipped yet."),
    OrderStatus.SHIPPED: N_("On its way."),
    OrderStatus.RECEIVED: N_("Received."),
}
CLOSED = N_("Closed: all of it, {refunded}, was refunded before it was shipped.")
DELIVERED_ALL_THE_SAME = N_(
    "All of it, {refunded}, was refunded; the goods were sent all the same."
)
NOTHING_LEFT = N_("All of it is refunded, or is being refunded: {refunded}.")
PARTLY_REFUNDED = N_(
    "{refunded} is refunded, or is being refunded. Left: {pieces} of {bought}, worth {left}."
)
