"""What is said about refunds, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.next_actions import RefundWait
from bff.locale.messages import N_

ADVANCES = {
    AdvanceStatus.NONE: N_("Not advanced"),
    AdvanceStatus.APPLYING: N_("The advance is under way"),
    AdvanceStatus.ADVANCED: N_("Paid: advanced by the platform"),
    AdvanceStatus.MERCHANT_REFUSED_GOODS: N_("The merchant refused the goods"),
    AdvanceStatus.CLOSED: N_("The advance is closed"),
    AdvanceStatus.SETTLED: N_("Paid; the merchant has repaid the platform"),
    AdvanceStatus.CLAWED_BACK: N_("Taken back, and paid back by you"),
}

# What is owed: because the refusal stands, or because it was paid twice. Until when, or for long.
OWED = {
    (True, True): N_("The refusal stands: please pay {owed} back by {by}"),
    (True, False): N_("The refusal stands: please pay {owed} back"),
    (False, True): N_("Paid twice by mistake: please pay {owed} back by {by}"),
    (False, False): N_("Paid twice by mistake: please pay {owed} back"),
}
# Of goods that the merchant accepted in part, by whether there is a day.
OWED_IN_PART = {
    True: N_("The deductions stand: please pay {owed} back by {by}"),
    False: N_("The deductions stand: please pay {owed} back"),
}
REPAYING = N_("You owe {owed}; your payment is under way")
OVERPAID = N_("You were charged {overpaid} too much; it is on its way back")

REFUND_WAITS = {
    RefundWait.MERCHANT_APPROVAL: N_("The refund waits for the merchant's answer"),
    RefundWait.RETURN_SHIPMENT: N_("The refund waits for the goods to be sent"),
    RefundWait.PICKUP_FEE: N_("The refund waits for the pickup fee"),
    RefundWait.MERCHANT_RECEIPT: N_("The refund waits for the merchant's inspection"),
    RefundWait.DISPUTE: N_("The refund waits for the dispute"),
    RefundWait.PAYMENT: N_("The money is on its way"),
}
