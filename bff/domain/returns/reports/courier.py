"""What courier companies report (R7): whether it changed anything. The caller commits.

Each raises TooEarlyError or ImpossibleReportError, and has then changed nothing. `company`: who
reports, where that is known; one that has not answered in time has lost the pickup.
"""

from datetime import datetime

from bff.core.refusal import InvalidInput
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.transaction import Tx
from bff.domain.pickups import service as pickups
from bff.domain.pickups.companies import company_code
from bff.domain.pickups.model import Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.store import pickups_by_id, update_pickup
from bff.domain.policy.store import policy_version
from bff.domain.returns.events import announce_pickup, sync_timers
from bff.domain.returns.model import (
    NUMBERED,
    Case,
    RefundEvent,
    ReturnStatus,
    Waybill,
    WaybillSource,
)
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.rules.waybill import waybill_of
from bff.domain.returns.store import get_case, returns_by_id, returns_of_pickup
from bff.domain.returns.transitions.pickups import fix_fee
from bff.domain.returns.transitions.shipments import check_unused, correct_parcel, ship_parcel

MAX_WEIGHT_GRAMS = 100_000


async def accepted(tx: Tx, pickup_id: str, company: str | None) -> bool:
    pickup = await _pickup(tx, pickup_id, company)
    _check_not_cancelled(pickup)
    if pickup.status is not PickupStatus.AWAITING_COURIER:
        return False
    await pickups.accept(tx, pickup)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_ACCEPTED)
    return True


async def collected(tx: Tx, pickup_id: str, company: str | None = None) -> bool:
    pickup = await _pickup(tx, pickup_id, company)
    _check_not_cancelled(pickup)
    if pickup.status is PickupStatus.AWAITING_COURIER:
        raise TooEarlyError("pickup.accepted")
    if pickup.status is PickupStatus.COLLECTED:
        return False
    await pickups.collect(tx, pickup)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_COLLECTED)
    return True


async def visit_failed(
    tx: Tx, pickup_id: str, why: VisitFailure, company: str | None = None
) -> bool:
    """The shopper books again, or sends the goods otherwise."""
    pickup = await _pickup(tx, pickup_id, company)
    if pickup.visit_failure is why:
        return False
    _check_not_cancelled(pickup)
    if pickup.status is PickupStatus.AWAITING_COURIER:
        raise TooEarlyError("pickup.accepted")
    if pickup.status is PickupStatus.COLLECTED:
        raise ImpossibleReportError("the goods are collected already")
    await pickups.fail_visit(tx, pickup, why)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_VISIT_FAILED)
    return True


async def weighed(tx: Tx, pickup_id: str, weight_grams: int, company: str | None = None) -> bool:
    """The fee becomes final (R11). Impossible once the waybill has made it so."""
    if not 0 < weight_grams <= MAX_WEIGHT_GRAMS:
        raise ImpossibleReportError(f"weightGrams: 1 to {MAX_WEIGHT_GRAMS}")
    pickup = await _collected_pickup(tx, pickup_id, company)
    if pickup.fee_final_at:
        if pickup.weight_grams == weight_grams:
            return False
        raise ImpossibleReportError("the fee is final already")
    this_return = (await returns_by_id(tx.connection, [pickup.return_id]))[pickup.return_id]
    pickup = await fix_fee(tx, this_return, pickup, weight_grams)
    await announce_pickup(tx, pickup, RefundEvent.PICKUP_WEIGHED)
    if pickup.fee_due:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_DUE)
    return True


async def waybill(
    tx: Tx,
    pickup_id: str,
    number: str,
    company: str | None = None,
    at: datetime | None = None,
) -> bool:
    """The refund is advanced (R8), unless the shopper has to pay the pickup fee first (R11).

    While the goods are on their way, another number corrects the former one.
    """
    pickup = await _collected_pickup(tx, pickup_id, company)
    case = await get_case(tx, pickup.return_id)
    sent_under, sent_at = await _printed(tx, case, pickup, number), at or tx.now
    if sent_under in (case.this_return.waybill, _held(pickup)):
        return False
    await _check_takes_waybill(tx, case, sent_under, sent_at)
    if case.this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        await correct_parcel(tx, pickup, sent_under, WaybillSource.COURIER, sent_at)
        return True
    requested_before = pickup.fee_due
    pickup = await fix_fee(tx, case.this_return, pickup, None)
    if not pickup.fee_due or case.fee_overdue:
        await ship_parcel(tx, pickup, sent_under, WaybillSource.COURIER, sent_at)
        return True
    await update_pickup(tx, pickup.id, held_waybill=sent_under.number)
    for this_return in await returns_of_pickup(tx, pickup.id):
        sync_timers(tx, this_return.id)
    if not requested_before:
        await announce_pickup(tx, pickup, RefundEvent.PICKUP_FEE_DUE)
    return True


async def _printed(tx: Tx, case: Case, pickup: Pickup, number: str) -> Waybill:
    """Raises ImpossibleReportError for a number that the company never prints."""
    policy = await policy_version(tx, case.this_return.policy_version)
    try:
        return waybill_of(policy, pickup.courier_company, number)
    except InvalidInput as error:
        expected = error.expected.format_map(error.facts)
        raise ImpossibleReportError(f"{error.field}: {expected}") from error


def _held(pickup: Pickup) -> Waybill | None:
    company, number = company_code(pickup.courier_company), pickup.held_waybill
    return Waybill(company, number) if number else None


async def _check_takes_waybill(tx: Tx, case: Case, waybill: Waybill, at: datetime) -> None:
    """Raises ImpossibleReportError."""
    this_return, entered_at = case.this_return, case.this_return.waybill_at
    if this_return.goods_received_at and this_return.waybill:
        raise ImpossibleReportError("the merchant has the goods: the waybill stays as it is")
    if this_return.status not in NUMBERED:
        raise ImpossibleReportError(f"the return is {this_return.status}")
    by_courier = this_return.waybill_by is WaybillSource.COURIER
    if entered_at and by_courier and at < entered_at:
        raise ImpossibleReportError(f"at: not before the newer number, {entered_at.isoformat()}")
    try:
        await check_unused(tx, this_return, waybill)
    except WaybillUsed as error:
        raise ImpossibleReportError("other goods travel under this waybill") from error


async def _pickup(tx: Tx, pickup_id: str, company: str | None) -> Pickup:
    pickup = (await pickups_by_id(tx.connection, [pickup_id])).get(pickup_id)
    if pickup is None:
        raise ImpossibleReportError("no such pickup")
    if company and company_code(company) != company_code(pickup.courier_company):
        raise ImpossibleReportError(f"the pickup is offered to {pickup.courier_company}")
    return pickup


def _check_not_cancelled(pickup: Pickup) -> None:
    if pickup.status is PickupStatus.CANCELLED:
        raise ImpossibleReportError("the pickup is cancelled")


async def _collected_pickup(tx: Tx, pickup_id: str, company: str | None) -> Pickup:
    pickup = await _pickup(tx, pickup_id, company)
    _check_not_cancelled(pickup)
    if pickup.status is not PickupStatus.COLLECTED:
        raise TooEarlyError("pickup.collected")
    return pickup
