"""Acts and reports that must succeed now, by the next actions that shoppers are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.domain.pickups.model import Pickup
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import Return, ReturnKind
from bff.domain.returns.next_actions import NextActionCode
from tests.support.lives.generators import ANYTHING, Act, Choice, Maker, Outcomes
from tests.support.lives.laws import actions
from tests.support.lives.observations import Snapshot

Code = NextActionCode

DONE, CHANGED = frozenset({"done"}), frozenset({"changed"})
NO_GROUND = frozenset({"IMPOSSIBLE"})
TOO_EARLY = frozenset({"TOO_EARLY"})
SLOT_MAY_BE_GONE = frozenset({"done", "SlotFull", "SlotNotOffered"})
# That a repayment is under way is not shown
MAY_BE_UNDER_WAY = frozenset({"done", "RepaymentUnderWay"})
MAY_BE_USED = frozenset({"done", "WaybillUsed"})
UNDER_WAY, UNPAID = frozenset({"PickupFeePaymentUnderWay"}), frozenset({"PickupFeeUnpaid", "done"})
OF_RETURNS: Mapping[Code, tuple[str, Outcomes]] = {
    Code.CANCEL_RETURN: ("returnCancel", DONE),
    Code.OPEN_DISPUTE: ("disputeOpen", DONE),
    Code.REPAY_REFUND: ("refundRepay", MAY_BE_UNDER_WAY),
    Code.BOOK_PICKUP: ("pickupBook", SLOT_MAY_BE_GONE | {"AddressNeeded"}),
    Code.SUBMIT_WAYBILL: ("waybillSubmit", DONE),
}
OF_PICKUPS: Mapping[Code, tuple[str, Outcomes]] = {
    Code.RESCHEDULE_PICKUP: ("pickupReschedule", SLOT_MAY_BE_GONE),
    Code.CANCEL_PICKUP: ("pickupCancel", DONE),
    Code.PAY_PICKUP_FEE: ("pickupFeePay", DONE),
    Code.WAIT_FOR_FEE_PAYMENT: ("pickupFeePay", UNDER_WAY),
}
COURIERS_DO: Mapping[Code, tuple[str, ...]] = {
    Code.WAIT_FOR_COURIER: ("pickup.accepted",) * 8 + ("pickup.cancelled",),
    Code.HAND_OVER_GOODS: (
        *("pickup.collected",) * 6,
        *("pickup.visit_failed", "pickup.visit_failed"),
        *("pickup.cancelled", "pickup.rescheduled", "pickup.accepted"),
    ),
}
MERCHANTS_DO: Mapping[Code, tuple[str, ...]] = {
    Code.WAIT_FOR_MERCHANT: ("return.approved", "return.refused"),
    Code.WAIT_FOR_MERCHANT_RECEIPT: ("goods.inspected",),
}
WEIGHTS: Mapping[Code, float] = {
    Code.WAIT_FOR_MERCHANT: 3,
    Code.BOOK_PICKUP: 4,
    Code.SUBMIT_WAYBILL: 0.6,
    Code.WAIT_FOR_COURIER: 6,
    Code.HAND_OVER_GOODS: 8,
    Code.RESCHEDULE_PICKUP: 0.4,
    Code.CANCEL_PICKUP: 0.3,
    Code.PAY_PICKUP_FEE: 5,
    Code.WAIT_FOR_FEE_PAYMENT: 1,
    Code.WAIT_FOR_WAYBILL: 8,
    Code.WAIT_FOR_MERCHANT_RECEIPT: 4,
    Code.OPEN_DISPUTE: 4,
    Code.WAIT_FOR_STAFF: 3,
    Code.REPAY_REFUND: 6,
    Code.CANCEL_RETURN: 0.2,
}
ANY, DOOR, POST = "any", "door", "post"
# What the people of a life are more given to, or less
BENTS: Mapping[str, Mapping[Code, float]] = {
    ANY: {},
    DOOR: {
        Code.WAIT_FOR_COURIER: 8,
        Code.HAND_OVER_GOODS: 8,
        Code.WAIT_FOR_WAYBILL: 8,
        Code.PAY_PICKUP_FEE: 4,
        Code.SUBMIT_WAYBILL: 0.1,
        Code.CANCEL_RETURN: 0.1,
    },
    POST: {Code.SUBMIT_WAYBILL: 20, Code.WAIT_FOR_MERCHANT_RECEIPT: 5, Code.CANCEL_RETURN: 0.1},
}


# Where couriers come in vain, or not at all
IN_VAIN: Mapping[Code, float] = {
    Code.BOOK_PICKUP: 8,
    Code.WAIT_FOR_COURIER: 8,
    Code.HAND_OVER_GOODS: 8,
    Code.WAIT_FOR_STAFF: 8,
    Code.SUBMIT_WAYBILL: 0.1,
    Code.CANCEL_RETURN: 0.1,
}


@dataclass(frozen=True)
class Ready:
    code: Code
    this_return: Return
    refund: Refund
    pickup: Pickup | None


class NextSteps:
    def __init__(self, maker: Maker, bent: str) -> None:
        self._maker = maker
        chance = {code: maker.random.choice((0.2, 1, 1, 3)) for code in WEIGHTS}
        self._in_vain = maker.happens(0.2)
        given_to = IN_VAIN if self._in_vain else BENTS[bent]
        self._weights = {
            code: weight * chance[code] * given_to.get(code, 1) for code, weight in WEIGHTS.items()
        }

    def ready(self, snapshot: Snapshot) -> list[Ready]:
        return [
            Ready(action.code, one, snapshot.refunds[one.id], snapshot.pickup_of(one.id))
            for one in snapshot.returns.values()
            for action in actions(snapshot, one.id, self._maker.policy)
            if action.code in self._weights
        ]

    def one_of(self, ready: list[Ready]) -> Choice:
        weights = [self._weights[one.code] for one in ready]
        return self._choice(self._maker.random.choices(ready, weights)[0])

    def _choice(self, ready: Ready) -> Choice:
        code, this_return = ready.code, ready.this_return
        if code is Code.OPEN_DISPUTE and self._maker.happens(0.4):
            return self._maker.decision(this_return.id, TOO_EARLY)
        if code in OF_RETURNS:
            return self._of_return(code, this_return)
        if code in MERCHANTS_DO:
            return self._merchant(code, this_return, ready.refund)
        if code is Code.WAIT_FOR_STAFF and this_return.visits_escalated_at:
            return self._maker.visits_decision(this_return.id, CHANGED)
        if ready.pickup is None or code is Code.WAIT_FOR_STAFF:
            return self._maker.decision(this_return.id, CHANGED)
        return self._of_pickup(code, this_return, ready.pickup)

    def _of_return(self, code: Code, this_return: Return) -> Act:
        what, must = OF_RETURNS[code]
        given = {"return_id": this_return.id}
        if code is Code.BOOK_PICKUP:
            given |= self._maker.good_wish()
        if code is Code.SUBMIT_WAYBILL and self._maker.happens(0.3):
            given |= self._maker.known_waybill()
            must = MAY_BE_USED
        elif code is Code.SUBMIT_WAYBILL:
            given |= self._maker.waybill()
        return Act(this_return.shopper_id, what, given, must)

    def _merchant(self, code: Code, this_return: Return, refund: Refund) -> Choice:
        what = self._maker.random.choice(MERCHANTS_DO[code])
        if what == "return.refused" and this_return.kind is ReturnKind.REFUND_ONLY:
            return self._maker.merchant(what, this_return.id, NO_GROUND)  # P4
        shipped = code is Code.WAIT_FOR_MERCHANT_RECEIPT
        if shipped and not this_return.goods_received_at and self._maker.happens(0.3):
            what = "goods.received"
        # A cent cannot be accepted in part
        must = CHANGED if refund.amount_minor > 1 else CHANGED | NO_GROUND
        return self._maker.merchant(what, this_return.id, must)

    def _of_pickup(self, code: Code, this_return: Return, pickup: Pickup) -> Choice:
        if code in COURIERS_DO:
            what = self._maker.random.choice(COURIERS_DO[code])
            if self._in_vain and self._maker.happens(0.6):
                what = self._maker.random.choice(("pickup.visit_failed", "pickup.cancelled"))
            known = what == "pickup.accepted" and code is Code.HAND_OVER_GOODS
            return self._maker.courier(what, pickup, ANYTHING if known else CHANGED)
        if code is Code.WAIT_FOR_WAYBILL:
            return self._collected(this_return, pickup)
        what, must = OF_PICKUPS[code]
        slot = {"slot": self._maker.good_slot()} if code is Code.RESCHEDULE_PICKUP else {}
        return Act(this_return.shopper_id, what, {"pickup_id": pickup.id, **slot}, must)

    def _collected(self, this_return: Return, pickup: Pickup) -> Choice:
        """The courier has the goods, and the shopper perhaps something to pay."""
        if pickup.shopper_owes and self._maker.happens(0.1):
            given = {"return_id": this_return.id, **self._maker.waybill()}
            return Act(this_return.shopper_id, "waybillSubmit", given, UNPAID)
        weighs = not pickup.fee_final_at and self._maker.happens(0.7)
        what = "pickup.weighed" if weighs else "pickup.waybill"
        return self._maker.courier(what, pickup, CHANGED)
