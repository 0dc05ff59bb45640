"""What the domain's codes are called; English here, Chinese in the catalogue."""

from bff.locale.messages import N_
from bff.pickups.model import FeePayer, PickupStatus, SlotKind
from bff.refunds.model import AdvanceStatus
from bff.returns.model import DeadlineKind, NextActionCode, RefundEvent, ReturnStatus
from bff.returns.rules import Basis, RuleCode

RULE_TITLES = {
    RuleCode.RECEIVED: N_("The goods were received"),
    RuleCode.CATEGORY_RETURNABLE: N_("The category can be returned without a reason"),
    RuleCode.RETURN_RIGHT_KEPT: N_("The right to return was not waived"),
    RuleCode.WITHIN_SEVEN_DAYS: N_("Within 7 days of receipt"),
    RuleCode.QUANTITY_LEFT: N_("There are that many left to return"),
    RuleCode.STAR_LEVEL: N_("The star level is high enough"),
    RuleCode.PILOT_CATEGORY: N_("The category takes part"),
    RuleCode.PILOT_MERCHANT: N_("The merchant takes part"),
}

RULE_REASONS = {
    (RuleCode.RECEIVED, True): N_("Received on {on}."),
    (RuleCode.RECEIVED, False): N_("Not received yet: the days begin with receipt."),
    (RuleCode.CATEGORY_RETURNABLE, True): N_("{category} can be returned without a reason."),
    (RuleCode.CATEGORY_RETURNABLE, False): N_("{category} is never returnable without a reason."),
    (RuleCode.RETURN_RIGHT_KEPT, True): N_("Nothing else was agreed at purchase."),
    (RuleCode.RETURN_RIGHT_KEPT, False): N_("You confirmed at purchase: it cannot be returned."),
    (RuleCode.WITHIN_SEVEN_DAYS, True): N_("Open until the end of {on}."),
    (RuleCode.WITHIN_SEVEN_DAYS, False): N_("The {days} days ended with {on}."),
    (RuleCode.QUANTITY_LEFT, True): N_("{asked} of the {left} left."),
    (RuleCode.QUANTITY_LEFT, False): N_("{asked} asked for, {left} left."),
    (RuleCode.STAR_LEVEL, True): N_("{level} stars; {needed} are needed."),
    (RuleCode.STAR_LEVEL, False): N_("{level} stars; {needed} are needed."),
    (RuleCode.PILOT_CATEGORY, True): N_("{category} takes part in express return."),
    (RuleCode.PILOT_CATEGORY, False): N_("{category} does not take part in express return yet."),
    (RuleCode.PILOT_MERCHANT, True): N_("{merchant} takes part in express return."),
    (RuleCode.PILOT_MERCHANT, False): N_("{merchant} does not take part in express return yet."),
}
WINDOW_NOT_BEGUN = N_("The days begin with receipt.")

BASES = {
    Basis.CONSUMER_LAW_25: N_("Law on the Protection of Consumer Rights, article 25"),
    Basis.SEVEN_DAY_MEASURES: N_("Interim Measures for 7-day no-reason returns"),
    Basis.PURCHASE: N_("What was bought and received"),
    Basis.EXPRESS_RETURN: N_("Terms of express return"),
}

PAYER_REASONS = {
    FeePayer.PLATFORM: N_("Your star level brings free pickup."),
    FeePayer.MERCHANT: N_("The merchant covers the pickup."),
    FeePayer.INSURER: N_("The order's freight insurance covers the pickup."),
    FeePayer.SHOPPER: N_("Nothing covers the pickup: you pay the courier at the door."),
}

SLOT_TITLES = {
    SlotKind.AS_SOON_AS_POSSIBLE: N_("As soon as possible, until {ends}"),
    SlotKind.WINDOW: N_("{starts} to {ends}"),
}

EVENTS = {
    RefundEvent.RETURN_OPENED: N_("The return is open."),
    RefundEvent.RETURN_APPROVED: N_("The return is approved; the address is there."),
    RefundEvent.RETURN_CLOSED: N_("The return is closed."),
    RefundEvent.RETURN_SUCCEEDED: N_("The merchant has the goods; the return is done."),
    RefundEvent.PICKUP_BOOKED: N_("The pickup is booked; the courier company has been told."),
    RefundEvent.PICKUP_ACCEPTED: N_("A courier has accepted and is on the way."),
    RefundEvent.PICKUP_COLLECTED: N_("The courier has the goods."),
    RefundEvent.PICKUP_CANCELLED: N_("The pickup is cancelled."),
    RefundEvent.WAYBILL_SUBMITTED: N_("The waybill is in."),
    RefundEvent.REFUND_ADVANCED: N_("The money is back: the platform has advanced it."),
    RefundEvent.REFUND_PAID_BY_MERCHANT: N_("The money is back: the merchant has paid it."),
}

STATUSES = {
    ReturnStatus.AWAITING_MERCHANT_APPROVAL: N_("Waiting for the merchant's answer"),
    ReturnStatus.AWAITING_RETURN_SHIPMENT: N_("Approved: send the goods back"),
    ReturnStatus.AWAITING_MERCHANT_RECEIPT: N_("The goods are on their way to the merchant"),
    ReturnStatus.MERCHANT_REFUSED: N_("Refused by the merchant"),
    ReturnStatus.CLOSED: N_("Closed"),
    ReturnStatus.SUCCEEDED: N_("Done"),
}

PICKUP_STATUSES = {
    PickupStatus.AWAITING_COURIER: N_("Waiting for the courier company's answer"),
    PickupStatus.ACCEPTED: N_("The courier is on the way"),
    PickupStatus.COLLECTED: N_("Collected"),
    PickupStatus.CANCELLED: N_("Cancelled"),
}

ADVANCES = {
    AdvanceStatus.NONE: N_("Not advanced"),
    AdvanceStatus.APPLYING: N_("The advance is under way"),
    AdvanceStatus.ADVANCED: N_("Paid: advanced by the platform"),
    AdvanceStatus.MERCHANT_REFUSED_GOODS: N_("The merchant refused the goods"),
    AdvanceStatus.CLOSED: N_("The advance is closed"),
    AdvanceStatus.SETTLED: N_("Paid; the merchant has repaid the platform"),
    AdvanceStatus.CLAWED_BACK: N_("Taken back"),
}

DEADLINES = {
    DeadlineKind.MERCHANT_ANSWER: N_("The merchant answers"),
    DeadlineKind.SHIP_BACK: N_("The waybill is in"),
    DeadlineKind.COURIER_ANSWER: N_("The courier company answers"),
    DeadlineKind.COURIER_ARRIVAL: N_("The courier comes"),
    DeadlineKind.MERCHANT_INSPECTION: N_("The merchant has inspected the goods"),
}

NEXT_ACTIONS = {
    NextActionCode.WAIT_FOR_MERCHANT: N_("Wait for the merchant's answer"),
    NextActionCode.BOOK_PICKUP: N_("Book a pickup at the door"),
    NextActionCode.SUBMIT_WAYBILL: N_("Send the goods and enter the waybill number"),
    NextActionCode.WAIT_FOR_COURIER: N_("Wait for the courier company's answer"),
    NextActionCode.HAND_OVER_GOODS: N_("Hand the goods to the courier"),
    NextActionCode.WAIT_FOR_WAYBILL: N_("The courier enters the waybill number"),
    NextActionCode.WAIT_FOR_MERCHANT_RECEIPT: N_("The merchant inspects the goods"),
    NextActionCode.CANCEL_PICKUP: N_("Cancel the pickup"),
    NextActionCode.CANCEL_RETURN: N_("Cancel the return"),
}
