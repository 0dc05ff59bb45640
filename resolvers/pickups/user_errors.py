"""Refusals about pickups."""

from datetime import datetime

import strawberry

from bff.domain.pickups import refusals as pickups
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.money import Money
from resolvers.pickups.slots import PickupSlot
from resolvers.user_errors import UserError, refuses


@refuses(pickups.SlotFull, N_("This time is fully booked."), "The slot has no place left.")
class SlotFull(UserError):
    alternatives: list[PickupSlot] = attribute("Slots that have places left, the next first.")


@refuses(pickups.SlotPast, N_("This time has begun already."), "The slot has begun.")
class SlotPast(UserError):
    started_at: datetime = attribute("When it began.")
    alternatives: list[PickupSlot] = attribute("Slots that have places left, the next first.")


@refuses(
    pickups.SlotNotOffered,
    N_("{reason} Couriers are called from {opens_hour}:00 to {closes_hour}:00."),
    "No such slot, too far ahead, or outside the couriers' hours.",
)
class SlotNotOffered(UserError):
    reason: pickups.SlotAbsence = attribute("Why it is not offered.")
    opens_hour: int = attribute("From which hour couriers are called, in Shanghai.")
    closes_hour: int = attribute("Until which hour.")
    alternatives: list[PickupSlot] = attribute("Slots that have places left, the next first.")


@refuses(
    pickups.PickupNotOffered,
    N_("Door pickup is not offered: {reason}."),
    "The star level, or the currency, has no door pickup.",
)
class PickupNotOffered(UserError):
    reason: pickups.PickupAbsence = attribute("Why it is not offered.")
    level: int = attribute("The shopper's star level.")
    level_needed: int = attribute("The level from which it is offered.")


@refuses(
    pickups.AddressNeeded,
    N_("Where should the courier come? Please give an address."),
    "The shopper has no address on file, and gave none.",
)
class AddressNeeded(UserError):
    pass


@refuses(
    pickups.AfterApproval,
    N_("The pickup can be booked once the merchant has approved."),
    "The merchant has not approved the return yet.",
)
class AfterApproval(UserError):
    pass


@refuses(pickups.PickupBookedAlready, N_("A pickup is booked already."), "The return has a pickup.")
class PickupBookedAlready(UserError):
    pickup_id: strawberry.ID = attribute("The pickup that is booked.")


@refuses(
    pickups.PickupNotCancellable,
    N_("The pickup cannot be cancelled any more: {status}."),
    "Collected, or cancelled before.",
)
class PickupNotCancellable(UserError):
    status: PickupStatus = attribute("The pickup's status.")


@refuses(
    pickups.PickupNotReschedulable,
    N_("The pickup cannot be moved any more: {status}."),
    "Collected, or cancelled before.",
)
class PickupNotReschedulable(UserError):
    status: PickupStatus = attribute("The pickup's status.")


@refuses(
    pickups.PickupFeeNotDue,
    N_("There is nothing to pay now for this pickup."),
    "Paid or covered already, or the parcel is not weighed yet.",
)
class PickupFeeNotDue(UserError):
    status: FeeStatus = attribute("The fee's status.")


@refuses(
    pickups.PickupFeePaymentUnderWay,
    N_("A payment is under way already."),
    "The payment service has not answered yet.",
)
class PickupFeePaymentUnderWay(UserError):
    pass


@refuses(
    pickups.PickupFeeUnpaid,
    N_("The courier has the goods: please pay the pickup fee of {amount} first."),
    "退款待支付取件费用: the pickup fee is to be paid first.",
)
class PickupFeeUnpaid(UserError):
    pickup_id: strawberry.ID = attribute("The pickup whose fee is to be paid.")
    amount: Money = attribute("How much.")
