"""What is said about pickups, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.pickups.model import CancelReason, FeeBasis, FeePayer, PickupStatus, VisitFailure
from bff.domain.pickups.refusals import PickupAbsence, SlotAbsence
from bff.domain.pickups.slots import SlotKind
from bff.locale.messages import N_

PICKUP_STATUSES = {
    PickupStatus.AWAITING_COURIER: N_("Waiting for the courier company's answer"),
    PickupStatus.ACCEPTED: N_("Accepted: a courier will come"),
    PickupStatus.COLLECTED: N_("Collected"),
    PickupStatus.LOST: N_("The parcel is lost"),
    PickupStatus.CANCELLED: N_("Cancelled"),
}

BASIS_REASONS = {
    FeeBasis.ENTITLEMENT: N_("Your star level brings free pickup."),
    FeeBasis.MERCHANT_COVER: N_("The merchant covers the pickup."),
    FeeBasis.MERCHANT_AGREED: N_("The merchant bears the freight of this return."),
    FeeBasis.FREIGHT_INSURANCE: N_("The order's freight insurance covers the pickup."),
    FeeBasis.NO_COVER: N_("Nothing covers the pickup: you pay it."),
}
FREIGHT_PAYERS = {
    FeePayer.MERCHANT: N_("The merchant bears the freight of this return."),
    FeePayer.SHOPPER: N_("The merchant does not bear the freight of this return."),
}

SLOT_TITLES = {
    SlotKind.AS_SOON_AS_POSSIBLE: N_("As soon as possible, until {ends}"),
    SlotKind.WINDOW: N_("{starts} to {ends}"),
}

SLOT_ABSENCES = {
    SlotAbsence.OUT_OF_HOURS: N_("No courier can be called at this hour."),
    SlotAbsence.CLOSED_DAY: N_("No courier comes on this day."),
    SlotAbsence.SLOT_NOT_OFFERED: N_("This time is not offered."),
}

PICKUP_ABSENCES = {
    PickupAbsence.STAR_LEVEL: N_("your star level is {level}, and {level_needed} is needed"),
    PickupAbsence.CURRENCY: N_("not for orders in this currency"),
}

CANCEL_REASONS = {
    CancelReason.SHOPPER: N_("You cancelled the pickup."),
    CancelReason.RETURN_CLOSED: N_("The return is closed."),
    CancelReason.SHIPPED_OTHERWISE: N_("The goods were sent otherwise."),
    CancelReason.NO_COURIER: N_(
        "No courier company has answered: please book again, or send the goods yourself."
    ),
    CancelReason.VISIT_FAILED: N_(
        "The courier came, but could not collect the goods: please book again."
    ),
    CancelReason.COURIER_DID_NOT_COME: N_(
        "The courier did not come: please book again, or send the goods yourself."
    ),
    CancelReason.COURIER_UNABLE: N_(
        "No courier can come: please book again, or send the goods yourself."
    ),
    CancelReason.AREA_NOT_SERVED: N_(
        "No courier company comes to this address: please send the goods yourself."
    ),
    CancelReason.GOODS_NOT_CARRIED: N_(
        "No courier company carries these goods: please send them otherwise."
    ),
    CancelReason.CANCELLED_AT_COURIER: N_("The pickup was cancelled with the courier."),
    CancelReason.COMPANY_CANCELLED: N_(
        "The courier company has cancelled: please book again, or send the goods yourself."
    ),
}

VISIT_FAILURES = {
    VisitFailure.NOBODY_HOME: N_("Nobody was there"),
    VisitFailure.GOODS_NOT_READY: N_("The goods were not ready"),
    VisitFailure.ADDRESS_NOT_FOUND: N_("The address could not be found"),
    VisitFailure.COURIER_UNABLE: N_("The courier could not come"),
}
