"""Every webhook: who sends it, what it holds, whose life it is about, and what it does."""

from collections.abc import Mapping
from datetime import datetime

from bff.db.transaction import Tx
from bff.domain.pickups.couriers import Courier
from bff.domain.returns.model import Deduction, RefusedBecause
from bff.domain.returns.reports import courier, merchant, staff, visits
from bff.domain.returns.reports import payments as money
from bff.domain.stars.service import decide_level
from bff.jobs.inbox import Inbox, Report
from bff.partners.inbound import orders as buying
from bff.partners.inbound import subjects
from bff.partners.inbound.payloads import (
    DisputeDecided,
    GoodsInspected,
    OfPickup,
    OfReturn,
    OrderMoved,
    PaidOrder,
    PaymentFailed,
    PaymentSucceeded,
    PickupAccepted,
    PickupMoved,
    PickupWaybill,
    PickupWeighed,
    PickupWithdrawn,
    ReturnApproved,
    ReturnRefused,
    StarLevelDecided,
    VisitFailed,
    VisitsDecided,
)


async def accepted(tx: Tx, data: PickupAccepted, at: datetime) -> bool:
    who = Courier(data.courier_name, data.courier_phone, data.pickup_code)
    return await courier.accepted(tx, data.pickup_id, data.courier_company, who, at=at)


async def collected(tx: Tx, data: OfPickup, at: datetime) -> bool:
    return await courier.collected(tx, data.pickup_id, data.courier_company, at=at)


async def weighed(tx: Tx, data: PickupWeighed, at: datetime) -> bool:
    return await courier.weighed(tx, data.pickup_id, data.weight_grams, data.courier_company, at=at)


async def visit_failed(tx: Tx, data: VisitFailed, at: datetime) -> bool:
    return await visits.visit_failed(tx, data.pickup_id, data.reason, data.courier_company, at=at)


async def withdrawn(tx: Tx, data: PickupWithdrawn, at: datetime) -> bool:
    return await visits.withdrawn(tx, data.pickup_id, data.reason, data.courier_company, at=at)


async def rescheduled(tx: Tx, data: PickupMoved, at: datetime) -> bool:
    company = data.courier_company
    return await visits.rescheduled(
        tx, data.pickup_id, data.starts_at, data.ends_at, company, at=at
    )


async def lost(tx: Tx, data: OfPickup, at: datetime) -> bool:
    return await visits.lost(tx, data.pickup_id, data.courier_company, at=at)


async def waybill(tx: Tx, data: PickupWaybill, at: datetime) -> bool:
    return await courier.waybill(
        tx, data.pickup_id, data.waybill_number, data.courier_company, at=at
    )


async def approved(tx: Tx, data: ReturnApproved, at: datetime) -> bool:
    address, payer = data.return_address, data.freight_payer
    return await merchant.approved(tx, data.return_id, address, payer, at=at)


async def refused(tx: Tx, data: ReturnRefused, at: datetime) -> bool:
    photos = tuple(map(str, data.photos))
    return await merchant.refused(tx, data.return_id, data.reason, data.note, photos, at=at)


async def received(tx: Tx, data: OfReturn, at: datetime) -> bool:
    return await merchant.received(tx, data.return_id, at=at)


async def inspected(tx: Tx, data: GoodsInspected, at: datetime) -> bool:
    if data.outcome == "ACCEPTED":
        return await merchant.accepted(tx, data.return_id, at=at)
    if data.outcome == "PARTLY_ACCEPTED":
        kept = [
            Deduction(one.ground, one.amount_minor, one.note, tuple(map(str, one.photos)))
            for one in data.deductions
        ]
        return await merchant.partly_accepted(tx, data.return_id, kept, at=at)
    why = data.reason or RefusedBecause.OTHER
    photos = tuple(map(str, data.photos))
    return await merchant.goods_refused(tx, data.return_id, why, data.note, photos, at=at)


async def payment_succeeded(tx: Tx, data: PaymentSucceeded, at: datetime) -> bool:
    return await money.payment_succeeded(tx, data.payment_id, data.reference, at=at)


async def payment_failed(tx: Tx, data: PaymentFailed, at: datetime) -> bool:
    return await money.payment_failed(tx, data.payment_id, data.reason, at=at)


async def dispute_decided(tx: Tx, data: DisputeDecided, _at: datetime) -> bool:
    return await staff.dispute_decided(tx, data.return_id, data.winner)


async def visits_decided(tx: Tx, data: VisitsDecided, _at: datetime) -> bool:
    return await staff.visits_decided(tx, data.return_id, data.outcome)


async def level_decided(tx: Tx, data: StarLevelDecided, _at: datetime) -> bool:
    """R2: people may correct what the scorecard says."""
    await decide_level(tx, data.shopper_id, data.level)
    return True


REPORTS: Mapping[str, Mapping[str, Report]] = {
    "courier": {
        "pickup.accepted": Report(PickupAccepted, subjects.of_pickup, accepted),
        "pickup.collected": Report(OfPickup, subjects.of_pickup, collected, certain=True),
        "pickup.weighed": Report(PickupWeighed, subjects.of_pickup, weighed, certain=True),
        "pickup.visit_failed": Report(VisitFailed, subjects.of_pickup, visit_failed),
        "pickup.rescheduled": Report(PickupMoved, subjects.of_pickup, rescheduled),
        "pickup.cancelled": Report(PickupWithdrawn, subjects.of_pickup, withdrawn),
        "parcel.lost": Report(OfPickup, subjects.of_pickup, lost, certain=True),
        "pickup.waybill": Report(PickupWaybill, subjects.of_pickup, waybill, certain=True),
    },
    "merchant": {
        "return.approved": Report(ReturnApproved, subjects.of_return, approved),
        "return.refused": Report(ReturnRefused, subjects.of_return, refused),
        "goods.received": Report(OfReturn, subjects.of_return, received, certain=True),
        "goods.inspected": Report(GoodsInspected, subjects.of_return, inspected, certain=True),
    },
    "orders": {
        "order.paid": Report(PaidOrder, subjects.of_paid_order, buying.paid),
        "order.shipped": Report(OrderMoved, subjects.of_order, buying.shipped, certain=True),
        "order.received": Report(OrderMoved, subjects.of_order, buying.received, certain=True),
    },
    "payments": {
        "payment.succeeded": Report(
            PaymentSucceeded, subjects.of_payment, payment_succeeded, certain=True
        ),
        "payment.failed": Report(PaymentFailed, subjects.of_payment, payment_failed),
    },
    "staff": {
        "dispute.decided": Report(DisputeDecided, subjects.of_return, dispute_decided),
        "visits.decided": Report(VisitsDecided, subjects.of_return, visits_decided),
        "star_level.decided": Report(StarLevelDecided, subjects.of_shopper, level_decided),
    },
}
INBOX = Inbox(REPORTS)
