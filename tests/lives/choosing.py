"""What may happen next. Whatever a shopper is told can be done must be possible."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bff.core.clock import local_date
from bff.pickups.model import Pickup, VisitFailure
from bff.pickups.slots import slots_on
from bff.policy.model import DOOR_PICKUP, Policy
from bff.returns.actions import NextActionCode
from bff.returns.model import RefusedBecause, Return, Winner
from tests.lives.laws import actions
from tests.lives.seeing import Line, Sight
from tests.lives.town import MERCHANTS, stored

Code = NextActionCode
NUMBERS = {"cainiao": "CN{:010}", "sf": "SF{:012}", "yto": "YT{:013}"}
NO_SLOTS = ("nonsense", "20260309T09", "20260310T09", "20260401T11", "20260311T10")
PHOTO = "https://photos.example/1.jpg"
SLOT_MAY_BE_GONE = frozenset({"done", "SlotFull", "SlotNotOffered"})
UNDER_WAY = frozenset({"PickupFeePaymentUnderWay"})
UNPAID = frozenset({"PickupFeeUnpaid", "done"})
ONE_DONE, CHANGED = frozenset({"done"}), frozenset({"changed"})


@dataclass(frozen=True)
class Ask:
    """What a shopper does. `must`: what may come of it; empty: anything that is in order."""

    shopper: str
    what: str
    given: Mapping[str, Any]
    must: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tell:
    """What a partner tells."""

    partner: str
    what: str
    data: Mapping[str, Any]
    must: frozenset[str] = frozenset()

    @property
    def anew(self) -> "Tell":
        """The same news in another event: it may be news no more."""
        return replace(self, must=frozenset())


Choice = Ask | Tell


@dataclass
class Chooser:
    """`bents`: what the people of this life are more given to, or less."""

    random: Random
    policy: Policy
    now: Callable[[], datetime]
    bent: str
    numbers: list[tuple[str, str]] = field(default_factory=list)
    bents: Mapping[Code, float] = field(init=False)

    def __post_init__(self) -> None:
        given_to = BENTS[self.bent]
        chance = {code: self.random.choice((0.2, 1, 1, 3)) for code in WEIGHTS}
        self.bents = {code: weight * given_to.get(code, 1) for code, weight in chance.items()}

    def onward(self, sight: Sight) -> list[tuple[float, Choice]]:
        """What can happen now, by the next actions that each return tells, with its weight."""
        return [
            (WEIGHTS[action.code] * self.bents[action.code], choice)
            for one in sight.returns.values()
            for action in actions(sight, one.id, self.policy)
            for choice in self._act(sight, one, action.code)
        ]

    def _act(self, sight: Sight, one: Return, code: Code) -> Iterator[Choice]:
        pickup = sight.pickup_of(one.id)
        if code in SIMPLE:
            yield Ask(one.shopper_id, SIMPLE[code], {"return_id": one.id}, MAY.get(code, ONE_DONE))
        elif code is Code.BOOK_PICKUP:
            given = {"return_id": one.id, **self._good_wish()}
            yield Ask(one.shopper_id, "pickupBook", given, SLOT_MAY_BE_GONE)
        elif code is Code.SUBMIT_WAYBILL:
            yield Ask(one.shopper_id, "waybillSubmit", self._waybill(one.id), ONE_DONE)
        elif code in MERCHANTS_DO:
            first = not one.goods_received_at and self.random.random() < 0.3
            receives = first and code is Code.WAIT_FOR_MERCHANT_RECEIPT
            what = "goods.received" if receives else self.random.choice(MERCHANTS_DO[code])
            yield self._merchant(one, what)
        elif code is Code.WAIT_FOR_STAFF:
            yield Tell("staff", "dispute.decided", self._decision(one.id), CHANGED)
        elif pickup:
            yield from self._with_pickup(one, pickup, code)

    def _with_pickup(self, one: Return, pickup: Pickup, code: Code) -> Iterator[Choice]:
        this = {"pickup_id": pickup.id}
        match code:
            case Code.RESCHEDULE_PICKUP:
                given = {**this, "slot": self._good_slot()}
                yield Ask(one.shopper_id, "pickupReschedule", given, SLOT_MAY_BE_GONE)
            case Code.CANCEL_PICKUP:
                yield Ask(one.shopper_id, "pickupCancel", this, ONE_DONE)
            case Code.PAY_PICKUP_FEE:
                yield Ask(one.shopper_id, "pickupFeePay", this, ONE_DONE)
            case Code.WAIT_FOR_COURIER:
                yield self._courier(pickup, "pickup.accepted", CHANGED)
            case Code.HAND_OVER_GOODS:
                what = self.random.choice(("pickup.collected",) * 4 + ("pickup.visit_failed",))
                yield self._courier(pickup, what, CHANGED)
            case Code.WAIT_FOR_FEE_PAYMENT:
                yield Ask(one.shopper_id, "pickupFeePay", this, UNDER_WAY)
            case Code.WAIT_FOR_WAYBILL if pickup.shopper_owes and self.random.random() < 0.1:
                given = self._waybill(one.id)
                yield Ask(one.shopper_id, "waybillSubmit", given, UNPAID)
            case Code.WAIT_FOR_WAYBILL:
                if not pickup.fee_final_at and self.random.random() < 0.7:
                    yield self._courier(pickup, "pickup.weighed", CHANGED)
                else:
                    yield self._courier(pickup, "pickup.waybill", CHANGED)

    def _merchant(self, one: Return, what: str) -> Tell:
        return Tell("merchant", what, self._to_merchant(what, one.id), CHANGED)

    def _to_merchant(self, what: str, return_id: str) -> dict[str, Any]:
        data: dict[str, Any] = {"returnId": return_id}
        why = {"reason": self.random.choice(list(RefusedBecause)), "photos": [PHOTO]}
        if what == "return.refused":
            return data | why
        if what == "goods.inspected":
            refused = self.random.random() < 0.5
            return data | ({"outcome": "REFUSED"} | why if refused else {"outcome": "ACCEPTED"})
        return data

    def _decision(self, return_id: str) -> dict[str, Any]:
        return {"returnId": return_id, "winner": self.random.choice(list(Winner))}

    def _courier(self, pickup: Pickup, what: str, must: frozenset[str] = frozenset()) -> Tell:
        more: dict[str, Any] = {}
        match what:
            case "pickup.accepted":
                more = {"courierCompany": pickup.courier_company}
            case "pickup.weighed":
                more = {"weightGrams": self.random.choice((300, 999, 1000, 1001, 2500, 4100))}
            case "pickup.visit_failed":
                more = {"reason": self.random.choice(list(VisitFailure))}
            case "pickup.waybill":
                more = {"waybillNumber": self._number(pickup.courier_company)}
        return Tell("courier", what, {"pickupId": pickup.id, **more}, must)

    def _waybill(self, return_id: str) -> dict[str, Any]:
        company = self.random.choice(list(NUMBERS))
        return {"return_id": return_id, "company": company, "number": self._number(company)}

    def _number(self, company: str) -> str:
        """A new one each time."""
        number = NUMBERS[company].format(len(self.numbers) + 1)
        self.numbers.append((company, number))
        return number

    def _good_wish(self) -> dict[str, Any]:
        """At an address that there is."""
        slot = self._good_slot()
        return {"pickup": True, "slot": slot, "new_address": True, "address_id": None}

    def wish(self, slot: str | None) -> dict[str, Any]:
        new = self.random.random() < 0.2
        address = self.random.choice((None, None, None, "adr_sho_1", "adr_sho_2"))
        return {"pickup": True, "slot": slot, "new_address": new, "address_id": address}

    def _good_slot(self) -> str | None:
        """One that is offered now; None: as soon as possible."""
        now = self.now()
        days = (local_date(now) + timedelta(days=ahead) for ahead in range(3))
        offered = [slot.key for day in days for slot in slots_on(day, now, self.policy.pickup)]
        return self.random.choice([None, *offered])

    def slot(self) -> str | None:
        return self.random.choice((self._good_slot(), self._good_slot(), *NO_SLOTS, None))

    def opening(self, sight: Sight) -> Ask:
        """A tap, or a refund of what has not been shipped: mostly one that can be granted."""
        lines = list(sight.lines.values())
        fit = [one for one in lines if self._is_fit(one) and sight.left_of(one)]
        if not fit or self.random.random() < 0.2:
            return self._any_opening(sight, self.random.choice(lines))
        line, pieces = self.random.choice(fit), self.random.choice((None, 1, 1))
        if not line.shipped_at:
            parts = self.random.choice(([(line.id, pieces)], None))
            return Ask(line.shopper_id, "refundOpen", {"order_id": line.order_id, "parts": parts})
        given = {"line_id": line.id, "quantity": pieces} | self._good_wish()
        _, level = sight.levels[line.shopper_id]
        given["pickup"] = self.policy.grants(DOOR_PICKUP, level) and line.currency in self._fees
        return Ask(line.shopper_id, "oneTapReturn", given)

    @property
    def _fees(self) -> Mapping[str, int]:
        return self.policy.pickup.fee_minor

    def _is_fit(self, line: Line) -> bool:
        week_ago = stored(self.now() - timedelta(days=7))
        fit = line.category not in self.policy.returning.never and not line.waived
        return fit and (not line.shipped_at or (line.received_at or "") > week_ago)

    def _any_opening(self, sight: Sight, line: Line) -> Ask:
        if (line.shipped_at is None) == (self.random.random() < 0.7):
            return Ask(self._owner(line), "refundOpen", self._refund(sight, line))
        given = {"line_id": line.id, "quantity": self._quantity(line), **self.wish(self.slot())}
        given |= {"pickup": self.random.random() < 0.5}
        return Ask(self._owner(line), "oneTapReturn", given)

    def _owner(self, line: Line) -> str:
        return line.shopper_id if self.random.random() < 0.97 else self.random.choice(SHOPPERS)

    def _quantity(self, line: Line) -> int | None:
        return self.random.choice((None, None, 1, 1, 1, 2, 3, line.quantity, 0))

    def _refund(self, sight: Sight, line: Line) -> dict[str, Any]:
        parts: list[tuple[str, int | None]] | None = None
        if self.random.random() < 0.6:
            others = [one.id for one in sight.lines.values() if one.order_id == line.order_id]
            more = [(one, None) for one in others if self.random.random() < 0.2]
            parts = [(line.id, self._quantity(line)), *more]
        if self.random.random() < 0.03:
            parts = self.random.choice(([], [("oli_none-1", 1)]))
        order = "ord_none" if self.random.random() < 0.02 else line.order_id
        return {"order_id": order, "parts": parts}

    def stray(self, sight: Sight) -> Choice:
        """Anything at all, about anything."""
        do = self.random.choice((self._any_act, self._any_act, self._any_report, self._any_order))
        return do(sight)

    def _any_act(self, sight: Sight) -> Choice:
        what = self.random.choice(ANY_ACT)
        one, pickup = self._some(sight)
        if what in ("pickupReschedule", "pickupCancel", "pickupFeePay"):
            given: dict[str, Any] = {"pickup_id": pickup.id if pickup else "pic_none"}
            one = sight.returns[pickup.return_id] if pickup else one
        else:
            given = {"return_id": one.id if one else "ret_none"}
        mine = one.shopper_id if one and self.random.random() < 0.9 else "sho_1"
        if what == "waybillSubmit":
            given |= self._any_waybill()
        return Ask(mine, what, given | self.wish(self.slot()))

    def _some(self, sight: Sight) -> tuple[Return | None, Pickup | None]:
        """A return and a pickup, not always each other's; None: none that there is."""
        if self.random.random() < 0.04:
            return None, None
        returns, pickups = list(sight.returns.values()), list(sight.pickups.values())
        waiting = [one for one in pickups if one.status != "CANCELLED"]
        some = waiting if waiting and self.random.random() < 0.8 else pickups
        return self.random.choice(returns or [None]), self.random.choice(some or [None])

    def _any_waybill(self) -> dict[str, Any]:
        if self.random.random() < 0.4:
            return {"company": "sf", "number": self._number("sf")}
        if self.numbers and self.random.random() < 0.7:
            company, number = self.random.choice(self.numbers)
        else:
            company, number = self.random.choice((("sf", "SF1"), ("ups", "UP1"), ("yto", "nein")))
        return {"company": company, "number": number}

    def _any_report(self, sight: Sight) -> Choice:
        one, pickup = self._some(sight)
        return_id = one.id if one else "ret_none"
        if self.random.random() < 0.5:
            what = self.random.choice(("return.approved", "return.refused", *GOODS))
            return Tell("merchant", what, self._to_merchant(what, return_id))
        if self.random.random() < 0.2:
            return self._any_staff(return_id)
        return self._any_courier(pickup)

    def _any_staff(self, return_id: str) -> Tell:
        if self.random.random() < 0.5:
            return Tell("staff", "dispute.decided", self._decision(return_id))
        who = self.random.choice(SHOPPERS)
        data = {"shopperId": who, "level": self.random.randint(1, 5)}
        return Tell("staff", "star_level.decided", data)

    def _any_courier(self, pickup: Pickup | None) -> Tell:
        what = self.random.choice(COURIERS_TELL)
        if pickup is None:
            tell = {
                "pickup.accepted": {"courierCompany": "sf"},
                "pickup.weighed": {"weightGrams": 9},
            }
            more = tell.get(what, {"waybillNumber": "SF1", "reason": "NOBODY_HOME"})
            return Tell("courier", what, {"pickupId": "pic_none", **more})
        tell_of = self._courier(pickup, what)
        if self.random.random() < 0.2:
            other = {"courierCompany": "ups", "waybillNumber": self._any_waybill()["number"]}
            return Tell("courier", what, {**tell_of.data, **other})
        return tell_of

    def _any_order(self, sight: Sight) -> Choice:
        line = self.random.choice(list(sight.lines.values()))
        what = self.random.choice(
            ("order.shipped", "order.shipped", "order.received", "order.paid")
        )
        number = line.order_id[4:] if self.random.random() < 0.8 else "N1"
        if what == "order.paid":
            return Tell("orders", what, self._new_order())
        back = self.random.choice((0, 0, 0, 1, 30, -1))
        at = self.now() - timedelta(days=back)
        return Tell("orders", what, {"orderNumber": number, "at": at.isoformat()})

    def _new_order(self) -> dict[str, Any]:
        """The same one each time, but for what is wrong with it."""
        paid = self.random.choice((1_001, 1_001, 1_001, 1_003))
        line = {"line_no": 1, "sku": "n", "title": "n", "category": "shoes", "quantity": 3}
        order = {"order_no": "N1", "shopper_no": "1", "merchant_no": MERCHANTS[0][0]}
        at = self.random.choice((PAID_AT, PAID_AT, PAID_AT, self.now() + timedelta(hours=1)))
        return {
            **order,
            "currency": "CNY",
            "paid_at": at if isinstance(at, str) else stored(at),
            "shipped_at": None,
            "delivered_at": None,
            "discount_minor": 2,
            "lines": [{**line, "unit_price_minor": 334, "paid_minor": paid}],
        }


ANY, DOOR, POST = "any", "door", "post"
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
WEIGHTS = {
    Code.WAIT_FOR_MERCHANT: 3,
    Code.BOOK_PICKUP: 4,
    Code.SUBMIT_WAYBILL: 0.6,
    Code.WAIT_FOR_COURIER: 6,
    Code.HAND_OVER_GOODS: 8,
    Code.RESCHEDULE_PICKUP: 0.4,
    Code.CANCEL_PICKUP: 0.3,
    Code.PAY_PICKUP_FEE: 5,
    Code.WAIT_FOR_WAYBILL: 8,
    Code.WAIT_FOR_MERCHANT_RECEIPT: 4,
    Code.OPEN_DISPUTE: 4,
    Code.WAIT_FOR_STAFF: 3,
    Code.REPAY_REFUND: 6,
    Code.CANCEL_RETURN: 0.2,
    Code.WAIT_FOR_FEE_PAYMENT: 1,
    Code.WAIT_FOR_REFUND: 0,
}
SHOPPERS = ("sho_1", "sho_2", "sho_9")
PAID_AT = "2026-03-09T02:00:00+00:00"
SIMPLE = {
    Code.CANCEL_RETURN: "returnCancel",
    Code.OPEN_DISPUTE: "disputeOpen",
    Code.REPAY_REFUND: "refundRepay",
}
# That a repayment is under way is not told.
MAY = {Code.REPAY_REFUND: frozenset({"done", "RepaymentUnderWay"})}
GOODS = ("goods.received", "goods.inspected", "goods.inspected")
MERCHANTS_DO = {
    Code.WAIT_FOR_MERCHANT: ("return.approved", "return.refused"),
    Code.WAIT_FOR_MERCHANT_RECEIPT: ("goods.inspected",),
}
COURIERS_TELL = (
    *("pickup.accepted", "pickup.collected", "pickup.weighed"),
    *("pickup.visit_failed", "pickup.waybill"),
)
ANY_ACT = (
    *("returnCancel", *["pickupBook"] * 3, "pickupReschedule", "pickupCancel", "pickupFeePay"),
    *("waybillSubmit", "waybillSubmit", "disputeOpen", "refundRepay"),
)
