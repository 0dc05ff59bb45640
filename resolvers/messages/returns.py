"""What is said about returns, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.returns.model import CloseReason, DeadlineKind, RefusedBecause, ReturnStatus
from bff.domain.returns.next_actions import NextActionCode
from bff.domain.returns.refund_event import RefundEvent
from bff.locale.messages import N_

EVENTS = {
    RefundEvent.RETURN_OPENED: N_("The return is open."),
    RefundEvent.RETURN_APPROVED: N_("The return is approved; you have the return address."),
    RefundEvent.RETURN_TERMS_CHANGED: N_(
        "The merchant has changed the return address, or who bears the freight."
    ),
    RefundEvent.RETURN_REFUSED: N_("The merchant refuses the return; you can object."),
    RefundEvent.RETURN_CLOSED: N_("The return is closed."),
    RefundEvent.RETURN_REOPENED: N_("The goods were sent after all: the return goes on."),
    RefundEvent.RETURN_SUCCEEDED: N_("The return is done."),
    RefundEvent.DISPUTE_OPENED: N_("You have objected; the platform decides."),
    RefundEvent.PICKUP_BOOKED: N_("The pickup is booked; the courier company has been informed."),
    RefundEvent.PICKUP_RESCHEDULED: N_(
        "The pickup has a new time; the courier company has been informed."
    ),
    RefundEvent.PICKUP_MOVED: N_("The courier company comes at another time."),
    RefundEvent.PICKUP_OFFERED_TO_NEXT: N_("The next courier company is called."),
    RefundEvent.PICKUP_ACCEPTED: N_("The pickup is accepted: a courier will come."),
    RefundEvent.COURIER_NAMED: N_(
        "You can now see who comes, and the pickup code if there is one."
    ),
    RefundEvent.PICKUP_COLLECTED: N_("The courier has the goods."),
    RefundEvent.PICKUP_VISIT_FAILED: N_("The courier came, but could not collect the goods."),
    RefundEvent.VISITS_ESCALATED: N_(
        "Couriers came twice, but could not collect the goods; the platform decides."
    ),
    RefundEvent.VISITS_DECIDED: N_("The platform has decided how the return goes on."),
    RefundEvent.PICKUP_WEIGHED: N_("The parcel is weighed; the pickup fee is final."),
    RefundEvent.PICKUP_FEE_DUE: N_("The refund waits for the pickup fee: please pay it."),
    RefundEvent.PICKUP_FEE_PAID: N_("The pickup fee is paid."),
    RefundEvent.PICKUP_FEE_PAYMENT_FAILED: N_("The payment failed; it can be tried again."),
    RefundEvent.PICKUP_CANCELLED: N_("The pickup is cancelled."),
    RefundEvent.PARCEL_LOST: N_("The courier has lost the parcel; you get your money back."),
    RefundEvent.WAYBILL_SUBMITTED: N_("The waybill number is entered."),
    RefundEvent.WAYBILL_CORRECTED: N_("The waybill number is corrected."),
    RefundEvent.GOODS_RECEIVED: N_("The merchant has received the parcel."),
    RefundEvent.GOODS_PARTLY_ACCEPTED: N_(
        "The merchant keeps the goods, and a part of the money; you can object."
    ),
    RefundEvent.DEDUCTIONS_STAND: N_("The deductions stand; the rest of the money is yours."),
    RefundEvent.GOODS_REFUSED: N_("The merchant refuses the goods; you can object."),
    RefundEvent.REFUND_ADVANCED: N_("The money is back: the platform has advanced it."),
    RefundEvent.ADVANCE_CLOSED: N_("The refund is not advanced; the merchant pays it."),
    RefundEvent.REFUND_PAID_BY_MERCHANT: N_("The money is back: the merchant has paid it."),
    RefundEvent.REFUND_SETTLED: N_("The merchant has repaid the platform."),
    RefundEvent.LOSS_SETTLED: N_("The loss is settled; it costs you nothing."),
    RefundEvent.REFUND_PAYMENT_FAILED: N_("The refund could not be paid yet; it is tried again."),
    RefundEvent.REFUND_CLAWED_BACK: N_("The refusal stands: the advance has to be paid back."),
    RefundEvent.REFUND_PAID_TWICE: N_(
        "The refund was paid twice by mistake: please pay the second one back."
    ),
    RefundEvent.PAYMENT_RECALLED: N_("A second payment was under way by mistake; it is recalled."),
    RefundEvent.REPAYMENT_REQUESTED: N_("Your payment is under way."),
    RefundEvent.REFUND_REPAID: N_("What you owed is paid back."),
    RefundEvent.REPAYMENT_FAILED: N_("The payment failed; it can be tried again."),
    RefundEvent.OVERPAID: N_("You were charged too much; the money is coming back."),
    RefundEvent.OVERPAYMENT_RETURNED: N_("What you were charged too much is back."),
    RefundEvent.REIMBURSEMENT_FAILED: N_(
        "What you were charged too much could not be paid back yet; it is tried again."
    ),
    RefundEvent.DEADLINE_MISSED: N_("A deadline has passed."),
    RefundEvent.DEADLINE_KEPT: N_("What counted as late was in time after all."),
}

STATUSES = {
    ReturnStatus.AWAITING_MERCHANT_APPROVAL: N_("Waiting for the merchant's answer"),
    ReturnStatus.AWAITING_RETURN_SHIPMENT: N_("Approved: send the goods back"),
    ReturnStatus.AWAITING_MERCHANT_RECEIPT: N_("The goods are on their way to the merchant"),
    ReturnStatus.MERCHANT_REFUSED: N_("Refused by the merchant"),
    ReturnStatus.CLOSED: N_("Closed"),
    ReturnStatus.SUCCEEDED: N_("Done"),
}

# Of goods that the merchant has said to have.
MERCHANT_HAS_GOODS = N_("The merchant has the goods, and inspects them")
COURIER_HAS_GOODS = N_("The return cannot be cancelled any more: the courier has the goods.")

DEADLINES = {
    DeadlineKind.MERCHANT_ANSWER: N_("The merchant answers"),
    DeadlineKind.SHIP_BACK: N_("The goods are sent back"),
    DeadlineKind.COURIER_ANSWER: N_("The courier company answers"),
    DeadlineKind.COURIER_ARRIVAL: N_("The courier comes"),
    DeadlineKind.LATE_COURIER: N_("The late courier comes"),
    DeadlineKind.COURIER_WAYBILL: N_("The courier enters the waybill number"),
    DeadlineKind.PARCEL_TRACE: N_("The parcel turns up"),
    DeadlineKind.STAFF_VISITS: N_("The platform decides how the return goes on"),
    DeadlineKind.PICKUP_FEE: N_("The pickup fee is paid"),
    DeadlineKind.MERCHANT_INSPECTION: N_("The merchant has inspected the goods"),
    DeadlineKind.DISPUTE: N_("You object to the merchant's decision"),
    DeadlineKind.STAFF_DECISION: N_("The platform decides"),
    DeadlineKind.REFUND_RETRY: N_("The payment of the refund is tried again"),
    DeadlineKind.REPAYMENT: N_("You pay back what you owe"),
}

THEN_WHAT = {
    DeadlineKind.MERCHANT_ANSWER: N_("Silence is consent: the request is approved by itself."),
    DeadlineKind.SHIP_BACK: N_(
        "The return closes, and may cost you points; goods that were sent open it again."
    ),
    DeadlineKind.COURIER_ANSWER: N_(
        "The next company is called; after the last one, book again or send the goods yourself."
    ),
    DeadlineKind.COURIER_ARRIVAL: N_(
        "The delay costs you nothing; if nobody comes, the next company is called."
    ),
    DeadlineKind.LATE_COURIER: N_(
        "The next company is called; after the last one, book again or send the goods yourself."
    ),
    DeadlineKind.COURIER_WAYBILL: N_(
        "The delay costs you nothing; you can enter the number yourself."
    ),
    DeadlineKind.PARCEL_TRACE: N_("The parcel counts as lost, and your money comes back."),
    DeadlineKind.STAFF_VISITS: N_("You have the full time again to send the goods yourself."),
    DeadlineKind.PICKUP_FEE: N_(
        "The goods go on without the advance; the fee stays owed and counts against your stars."
    ),
    DeadlineKind.MERCHANT_INSPECTION: N_("Silence accepts the goods: the merchant pays."),
    DeadlineKind.DISPUTE: N_("The refusal stands, and the return closes."),
    DeadlineKind.STAFF_DECISION: N_("The decision goes in your favour."),
    DeadlineKind.REFUND_RETRY: N_("The payment is tried again."),
    DeadlineKind.REPAYMENT: N_(
        "You are reminded once, and the platform's staff see it; no interest, and no stars less."
    ),
}

# Of a refusal that does not stand if the shopper says nothing.
THEN_APPROVED = N_("You need not object: the return is then approved by itself.")
# Of a return that has ended: nothing else waits for the fee.
THEN_FEE_OWED = N_("The fee stays owed and counts against your stars.")
# Of goods that the merchant accepts in part.
PARTLY_ACCEPTED = N_("Accepted in part by the merchant")
THEN_DEDUCTED = N_("The deductions stand, and the rest of the money is yours.")
IF_SILENT_DEDUCTED = N_(
    "Object by {by}: otherwise {deducted} is kept back, and the rest of the money is yours."
)
IF_SILENT = N_("Object by {by}: otherwise the refusal stands, and the return closes.")
IF_SILENT_APPROVED = N_("You need not object: on {by} the return is approved by itself.")

MISSED_DEADLINES = {
    DeadlineKind.MERCHANT_ANSWER: N_("The merchant has not answered in time."),
    DeadlineKind.SHIP_BACK: N_("The goods were not sent back in time."),
    DeadlineKind.COURIER_ANSWER: N_("The courier company has not answered in time."),
    DeadlineKind.COURIER_ARRIVAL: N_("The courier is late."),
    DeadlineKind.LATE_COURIER: N_("The courier did not come."),
    DeadlineKind.COURIER_WAYBILL: N_("The courier is late with the waybill number."),
    DeadlineKind.PARCEL_TRACE: N_("There is no sign of the parcel: it counts as lost."),
    DeadlineKind.STAFF_VISITS: N_("The platform has not decided in time how the return goes on."),
    DeadlineKind.PICKUP_FEE: N_("The pickup fee was not paid in time."),
    DeadlineKind.MERCHANT_INSPECTION: N_("The merchant has not inspected the goods in time."),
    DeadlineKind.DISPUTE: N_("You have not objected in time."),
    DeadlineKind.STAFF_DECISION: N_("The platform has not decided in time."),
    DeadlineKind.REFUND_RETRY: N_("The refund is tried again."),
    DeadlineKind.REPAYMENT: N_("What you owe is not paid back yet: please pay it."),
}

NEXT_ACTIONS = {
    NextActionCode.WAIT_FOR_MERCHANT: N_("Wait for the merchant's answer"),
    NextActionCode.BOOK_PICKUP: N_("Book a pickup at the door"),
    NextActionCode.SUBMIT_WAYBILL: N_("Send the goods and enter the waybill number"),
    NextActionCode.CORRECT_WAYBILL: N_("Correct the waybill number"),
    NextActionCode.WAIT_FOR_COURIER: N_("Wait for the courier company's answer"),
    NextActionCode.HAND_OVER_GOODS: N_("Hand the goods to the courier"),
    NextActionCode.RESCHEDULE_PICKUP: N_("Choose another time for the pickup"),
    NextActionCode.CANCEL_PICKUP: N_("Cancel the pickup"),
    NextActionCode.PAY_PICKUP_FEE: N_("Pay the pickup fee"),
    NextActionCode.WAIT_FOR_FEE_PAYMENT: N_("Your payment is under way"),
    NextActionCode.WAIT_FOR_WAYBILL: N_("The courier enters the waybill number"),
    NextActionCode.WAIT_FOR_MERCHANT_RECEIPT: N_("The merchant inspects the goods"),
    NextActionCode.OPEN_DISPUTE: N_("Object to the merchant's decision"),
    NextActionCode.WAIT_FOR_STAFF: N_("The platform decides"),
    NextActionCode.WAIT_FOR_REFUND: N_("The money is on its way"),
    NextActionCode.REPAY_REFUND: N_("Pay back what you owe"),
    NextActionCode.WAIT_FOR_REPAYMENT: N_("Your payment is under way"),
    NextActionCode.WAIT_FOR_REIMBURSEMENT: N_("What you were charged too much is on its way back"),
    NextActionCode.CANCEL_RETURN: N_("Cancel the return"),
}

PICKUP_FROM = N_("Book a pickup at the door: couriers come again from {at}")

CLOSE_REASONS = {
    CloseReason.SHOPPER: N_("You cancelled the return."),
    CloseReason.NOT_SHIPPED_BACK: N_("The goods were not sent back in time."),
    CloseReason.GOODS_SHIPPED: N_("The goods left before the refund was approved."),
    CloseReason.REFUSAL_STANDS: N_("The merchant's refusal stands."),
    CloseReason.VISITS_IN_VAIN: N_("No courier could collect the goods; it costs you nothing."),
}

REFUSAL_REASONS = {
    RefusedBecause.EMPTY_PARCEL: N_("The parcel was empty"),
    RefusedBecause.WRONG_ITEM: N_("Other goods came back"),
    RefusedBecause.USED_ITEM: N_("The goods were used"),
    RefusedBecause.DAMAGED: N_("The goods were damaged"),
    RefusedBecause.INCOMPLETE: N_("Something was missing"),
    RefusedBecause.OUT_OF_WINDOW: N_("The days to return it were over"),
    RefusedBecause.NOT_AGREED: N_("The merchant does not agree"),
    RefusedBecause.OTHER: N_("Another reason"),
}
