"""What the lives together must reach; what they no longer reach is no longer tested."""

from collections.abc import Iterator
from enum import StrEnum

from bff.domain.payments.model import PaymentKind, PaymentStatus, Posting
from bff.domain.pickups.model import CancelReason, FeePayer, VisitFailure
from bff.domain.returns.model import CloseReason, DeadlineKind, RefusedBecause
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.stars.model import Behaviour
from bff.partners.inbound.reports import REPORTS
from tests.support.lives import bank
from tests.support.lives.generators import NO_GROUNDS
from tests.support.lives.laws import TABLES
from tests.support.lives.shopper_acts import ACTS

# What can come of each act, beside being done, done already, and a key that was used otherwise
REFUSALS = {
    "oneTapReturn": "NotFound InvalidInput NotReceived CategoryNotReturnable ReturnRightWaived "
    "ReturnWindowClosed QuantityNotLeft",
    "returnCancel": "NotFound ReturnNotCancellable",
    "pickupBook": "NotFound ReturnNotAwaitingShipment PickupBookedAlready PickupNotOffered "
    "SlotNotOffered SlotPast SlotFull AddressNeeded",
    "pickupReschedule": "NotFound PickupNotReschedulable SlotNotOffered SlotPast SlotFull",
    "pickupCancel": "NotFound PickupNotCancellable",
    "pickupFeePay": "NotFound PickupFeeNotDue PickupFeePaymentUnderWay",
    "waybillSubmit": (
        "NotFound ReturnNotAwaitingShipment InvalidInput WaybillUsed PickupFeeUnpaid"
    ),
    "refundOpen": "NotFound InvalidInput OrderShipped QuantityNotLeft",
    "disputeOpen": "NotFound ReturnNotDisputable",
    "refundRepay": "NotFound NothingOwed RepaymentUnderWay",
}
# A fee that is paid twice: not in every three thousand lives
RARE = {RefundEvent.OVERPAID, RefundEvent.OVERPAYMENT_RETURNED, RefundEvent.REIMBURSEMENT_FAILED}
ANY_ACT = ("done", "replayed", "IdempotencyConflict")
ANY_REPORT = ("changed", "known", "TOO_EARLY", "IMPOSSIBLE", "UNKNOWN_SUBJECT")
# And why not: what cannot come of a report
NEVER = {
    **{
        f"{what}: TOO_EARLY": "what must have happened before it is believed with it (P1)"
        for what in (*REPORTS["courier"], "goods.received", "goods.inspected")
    },
    "visits.decided: TOO_EARLY": "staff see the visits in vain before they decide",
    "visits.decided: known": "a decision ends the matter",
    "return.approved: TOO_EARLY": "it is the first",
    "return.refused: TOO_EARLY": "it is the first",
    "goods.received: TOO_EARLY": "goods that are there were sent",
    "goods.inspected: TOO_EARLY": "goods that are there were sent",
    "order.paid: UNKNOWN_SUBJECT": "it brings the order with it",
    "order.shipped: UNKNOWN_SUBJECT": "it waits for its order",
    "order.received: UNKNOWN_SUBJECT": "it waits for its order",
    "dispute.decided: known": "a decision ends the dispute",
    "star_level.decided: known": "each decision counts",
    "star_level.decided: TOO_EARLY": "staff may decide at any time",
    "star_level.decided: IMPOSSIBLE": "staff may decide anything",
    "payment.succeeded: TOO_EARLY": "the payment exists",
    "payment.failed: TOO_EARLY": "the payment exists",
    "payment.succeeded: UNKNOWN_SUBJECT": "this bank reports its own payments alone",
    "payment.failed: UNKNOWN_SUBJECT": "this bank reports its own payments alone",
    "payment.succeeded: IMPOSSIBLE": "this bank does not contradict itself",
    "payment.failed: IMPOSSIBLE": "this bank does not contradict itself",
}
WORDS: dict[str, type[StrEnum]] = {
    "event": RefundEvent,
    "closed": CloseReason,
    "cancelled": CancelReason,
    "failed visit": VisitFailure,
    "refused": RefusedBecause,
    "behaviour": Behaviour,
    "posted": Posting,
    "payer": FeePayer,
}


def expected() -> set[str]:
    return {*_acts(), *_reports(), *_states(), *_words(), *_partners(), *_others()}


def _acts() -> Iterator[str]:
    for act in ACTS:
        yield from (f"{act}: {outcome}" for outcome in (*ANY_ACT, *REFUSALS[act].split()))


def _reports() -> Iterator[str]:
    known = [what for reports in REPORTS.values() for what in reports]
    for what in known:
        yield from {f"{what}: {outcome}" for outcome in ANY_REPORT} - NEVER.keys()


def _states() -> Iterator[str]:
    for name, table in TABLES.items():
        yield from (f"{name} is {state}" for state in table.states)


def _words() -> Iterator[str]:
    for kind, words in WORDS.items():
        yield from (f"{kind}: {word}" for word in words if word not in {*NO_GROUNDS, *RARE})
    # Trying a payment again is no promise that anybody broke
    yield from (f"missed: {kind}" for kind in DeadlineKind if kind != DeadlineKind.REFUND_RETRY)
    for kind in PaymentKind:
        yield f"payment: {kind} {PaymentStatus.SUCCEEDED}"
        if kind is not PaymentKind.REIMBURSEMENT:  # which is rare, and seldom declined
            yield f"payment: {kind} {PaymentStatus.FAILED}"


def _partners() -> Iterator[str]:
    yield from (f"the bank {mood}" for mood in bank.MOODS)
    yield from (f"a partner {mood}" for mood in bank.OTHER_MOODS)


def _others() -> Iterator[str]:
    yield from ("killed", "a restart", "two at once", "a payment is tried again")
    yield from ("the bank relents", "a file: all taken", "a file: some refused")
    yield from ("an event again: the same", "an event again: another body")
    yield from ("resent: done", "resent: nothing", "a dead letter")
    for kind in ("order.shipped", "order.received", "dispute.decided"):
        yield f"waited: {kind} DONE"
    yield "waited: dispute.decided NEVER_MADE_SENSE"
