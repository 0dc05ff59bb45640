"""Acts and reports at any time, whether or not they make sense then."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from bff.domain.orders.records import OrderRecord
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.policy.model import DOOR_PICKUP
from bff.domain.returns.model import Return
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch
from tests.support.lives.generators import Act, Choice, Maker, Report
from tests.support.lives.observations import Line, Snapshot
from tests.support.lives.town import MERCHANTS

SHOPPERS = ("sho_1", "sho_2", "sho_9")
OF_PICKUPS = ("pickupReschedule", "pickupCancel", "pickupFeePay")
OF_RETURNS = (
    *("returnCancel", "pickupBook", "pickupBook", "pickupBook", "waybillSubmit"),
    *("waybillSubmit", "disputeOpen", "refundRepay"),
)
MERCHANT_REPORTS = ("return.approved", "return.refused", "goods.received", "goods.inspected")
COURIER_REPORTS: Mapping[str, Mapping[str, Any]] = {
    "pickup.accepted": {"courierCompany": "sf"},
    "pickup.collected": {},
    "pickup.weighed": {"weightGrams": 9},
    "pickup.visit_failed": {"reason": "NOBODY_HOME"},
    "pickup.cancelled": {"reason": "OTHER"},
    "pickup.rescheduled": {
        "startsAt": "2026-03-10T05:00:00+00:00",
        "endsAt": "2026-03-10T07:00:00+00:00",
    },
    "parcel.lost": {},
    "pickup.waybill": {"waybillNumber": "SF12345"},
}
ORDER_REPORTS = ("order.shipped", "order.received", "order.received", "order.paid")
FAST = timedelta(minutes=3)  # a partner's clock may be: what it reports waits a little
# How long before now an order moves
AGO = (*(timedelta(days=days) for days in (0, 0, 0, 1, 30, 30)), -FAST)
PAID_AT = "2026-03-09T02:00:00+00:00"


R = TypeVar("R", OrderRecord, CreditRecord)


def _placed(record: R) -> Placed[R]:
    return Placed("night.jsonl", 1, record)


def _line_record(line: Line) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "sku": line.sku,
        "title": line.title,
        "category": line.category,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "paid_minor": line.paid_minor,
        "freight_insured": bool(line.insured),
        "no_return_confirmed": bool(line.waived),
    }


class Strays:
    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._random = maker.random

    def opening(self, snapshot: Snapshot) -> Act:
        """A tap, or a refund of what has not been shipped: mostly one that can be granted."""
        lines = list(snapshot.lines.values())
        fit = [one for one in lines if self._is_fit(one) and one.left]
        if not fit or self._maker.happens(0.2):
            return self._any_opening(snapshot, self._random.choice(lines))
        line, pieces = self._random.choice(fit), self._random.choice((None, 1, 1))
        if not line.shipped_at:
            parts = self._random.choice(([(line.id, pieces)], None))
            return Act(line.shopper_id, "refundOpen", {"order_id": line.order_id, "parts": parts})
        given = {"line_id": line.id, "quantity": pieces, "pickup": self._is_offered(snapshot, line)}
        return Act(line.shopper_id, "oneTapReturn", given | self._maker.good_wish())

    def _is_fit(self, line: Line) -> bool:
        week_ago = (self._maker.now() - timedelta(days=7)).isoformat()
        fit = line.category not in self._maker.policy.returning.never and not line.waived
        return fit and (not line.shipped_at or (line.received_at or "") > week_ago)

    def _is_offered(self, snapshot: Snapshot, line: Line) -> bool:
        policy, (_, level) = self._maker.policy, snapshot.levels[line.shopper_id]
        return policy.grants(DOOR_PICKUP, level) and line.currency in policy.pickup.fee_minor

    def _any_opening(self, snapshot: Snapshot, line: Line) -> Act:
        owner = line.shopper_id if self._maker.happens(0.95) else self._random.choice(SHOPPERS)
        if (line.shipped_at is None) == self._maker.happens(0.7):
            return Act(owner, "refundOpen", self._any_refund(snapshot, line))
        given = {"line_id": line.id, "quantity": self._any_quantity(line)}
        given |= self._maker.any_wish() | {"pickup": self._maker.happens(0.6)}
        return Act(owner, "oneTapReturn", given)

    def _any_quantity(self, line: Line) -> int | None:
        return self._random.choice((None, None, 1, 1, 1, 2, 3, line.quantity, 0))

    def _any_refund(self, snapshot: Snapshot, line: Line) -> dict[str, Any]:
        others = [one.id for one in snapshot.lines.values() if one.order_id == line.order_id]
        more = [(one, None) for one in others if self._maker.happens(0.2)]
        parts: Any = [(line.id, self._any_quantity(line)), *more]
        if self._maker.happens(0.1):
            parts = self._random.choice(([], [("oli_none-1", 1)], None))
        order = "ord_none" if self._maker.happens(0.05) else line.order_id
        return {"order_id": order, "parts": parts}

    def stray(self, snapshot: Snapshot) -> Choice:
        make = self._random.choice((self._act, self._act, self._partner, self._order))
        return make(snapshot)

    def _some(self, snapshot: Snapshot) -> tuple[Return | None, Pickup | None]:
        """A return and a pickup, not always each other's; None: none that there is."""
        if self._maker.happens(0.12):
            return None, None
        returns, pickups = list(snapshot.returns.values()), list(snapshot.pickups.values())
        open_ones = [one for one in pickups if one.status is not PickupStatus.CANCELLED]
        some = open_ones if open_ones and self._maker.happens(0.8) else pickups
        return self._random.choice(returns or [None]), self._random.choice(some or [None])

    def _act(self, snapshot: Snapshot) -> Act:
        this_return, pickup = self._some(snapshot)
        what = self._random.choice((*OF_RETURNS, *OF_PICKUPS))
        given: dict[str, Any] = {"return_id": this_return.id if this_return else "ret_none"}
        approved = [one for one in snapshot.open_returns if self._may_book(snapshot, one)]
        if what == "pickupBook" and approved:
            this_return = self._random.choice(approved)
            given["return_id"] = this_return.id
        if what in OF_PICKUPS:
            given = {"pickup_id": pickup.id if pickup else "pic_none"}
            this_return = snapshot.returns[pickup.return_id] if pickup else None
        mine = this_return is not None and self._maker.happens(0.9)
        shopper = this_return.shopper_id if this_return and mine else "sho_1"
        arrived = [one for one in snapshot.open_returns if one.goods_received_at]
        if what == "waybillSubmit" and arrived:
            this_return = self._random.choice(arrived)
            given["return_id"], shopper = this_return.id, this_return.shopper_id
        if what == "waybillSubmit":
            given |= self._maker.any_waybill()
        return Act(shopper, what, given | self._any_wish(snapshot))

    def _may_book(self, snapshot: Snapshot, one: Return) -> bool:
        pickup = snapshot.pickup_of(one.id)
        free = pickup is None or pickup.status is PickupStatus.CANCELLED
        return bool(one.approved_at) and not one.shipped_at and free

    def _any_wish(self, snapshot: Snapshot) -> dict[str, Any]:
        """For a place that is taken, now and then."""
        wish = self._maker.any_wish()
        taken = [one.slot_key for one in snapshot.pickups.values() if one.waits]
        if taken and self._maker.happens(0.5):
            wish |= {"slot": self._random.choice(taken), "new_address": True}
        return wish

    def _partner(self, snapshot: Snapshot) -> Report:
        this_return, pickup = self._some(snapshot)
        return_id = this_return.id if this_return else "ret_none"
        refused = [one.id for one in snapshot.open_returns if one.refused_at]
        if self._maker.happens(0.5):
            return self._courier(pickup)
        if self._maker.happens(0.3):
            return self._staff(self._random.choice([return_id, *refused * 6]))
        return self._maker.merchant(self._random.choice(MERCHANT_REPORTS), return_id)

    def _staff(self, return_id: str) -> Report:
        if self._maker.happens(0.5):
            return self._maker.decision(return_id)
        if self._maker.happens(0.5):
            return self._maker.visits_decision(return_id)
        data = {"shopperId": self._random.choice(SHOPPERS), "level": self._random.randint(1, 5)}
        return Report("staff", "star_level.decided", data)

    def _courier(self, pickup: Pickup | None) -> Report:
        what = self._random.choice(list(COURIER_REPORTS))
        if pickup is None:
            return Report("courier", what, {"pickupId": "pic_none", **COURIER_REPORTS[what]})
        report = self._maker.courier(what, pickup)
        if self._maker.happens(0.8):
            return report
        wrong = {"courierCompany": "ups", "waybillNumber": self._maker.any_waybill()["number"]}
        return Report("courier", what, {**report.data, **wrong})

    def _order(self, snapshot: Snapshot) -> Report:
        lines = list(snapshot.lines.values())
        line = self._random.choice([*lines, *[one for one in lines if not one.received_at] * 3])
        what = self._random.choice(ORDER_REPORTS)
        if what == "order.paid":
            return Report("orders", what, self._new_order())
        number = line.order_id[4:] if self._maker.happens(0.8) else "N1"
        at = self._maker.now() - self._random.choice(AGO)
        return Report("orders", what, {"orderNumber": number, "at": at.isoformat()})

    def nightly(self, snapshot: Snapshot) -> ImportBatch:
        """Some orders as the shop knows them, and credit notes of some returns."""
        orders = sorted({one.order_id for one in snapshot.lines.values()})
        filed = [one for one in orders if self._maker.happens(0.6)]
        returns = [one for one in snapshot.returns.values() if self._maker.happens(0.4)]
        return ImportBatch(
            orders=[_placed(self._filed(snapshot, one)) for one in filed],
            returns=[_placed(self._credited(snapshot, one)) for one in returns],
        )

    def _filed(self, snapshot: Snapshot, order_id: str) -> OrderRecord:
        """Moved on by now, or as it was before its goods left."""
        lines = [one for one in snapshot.lines.values() if one.order_id == order_id]
        first, now = lines[0], self._maker.now().isoformat()
        shipped, received = first.shipped_at, first.received_at
        match self._random.choice(("older", "the same", "the same", "newer", "newer")):
            case "older":
                shipped = received = None
            case "newer":
                shipped = shipped or now
                received = received or self._random.choice((None, now))
        record = {
            "order_no": order_id[4:],
            "shopper_no": first.shopper_id[4:],
            "merchant_no": first.merchant_id[4:],
            "currency": first.currency,
            "paid_at": first.paid_at,
            "shipped_at": shipped,
            "delivered_at": received,
            "lines": [_line_record(one) for one in self._random.sample(lines, len(lines))],
        }
        return OrderRecord.model_validate_json(json.dumps(record))

    def _credited(self, snapshot: Snapshot, this_return: Return) -> CreditRecord:
        """The shop's own note of what was returned here."""
        line = snapshot.lines[this_return.order_line_id]
        refund = snapshot.refunds[this_return.id]
        record = {
            "credit_note": f"C-{this_return.id}",
            "shopper_no": line.shopper_id[4:],
            "sku": line.sku,
            "quantity": this_return.quantity,
            "refunded_minor": refund.amount_minor,
            "currency": line.currency,
            "returned_at": this_return.opened_at.isoformat(),
            "order_no": line.order_id[4:],
            "line_no": line.line_no,
        }
        return CreditRecord.model_validate_json(json.dumps(record))

    def _new_order(self) -> dict[str, Any]:
        """The same one each time, but for what is wrong with it."""
        soon = (self._maker.now() + FAST).isoformat()
        line = {"line_no": 1, "sku": "n", "title": "n", "category": "shoes", "quantity": 3}
        paid = {"unit_price_minor": 334, "paid_minor": self._random.choice((1_001, 1_001, 1_003))}
        order = {"order_no": "N1", "shopper_no": "1", "merchant_no": MERCHANTS[0][0]}
        return {
            **order,
            "currency": "CNY",
            "paid_at": self._random.choice((PAID_AT, PAID_AT, PAID_AT, soon)),
            "shipped_at": None,
            "delivered_at": None,
            "discount_minor": 2,
            "lines": [line | paid],
        }
