"""What courier companies report (R7): whether it changed anything. The caller commits.

Each raises TooEarlyError or ImpossibleReportError, and has then changed nothing.
"""

import re

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.database import Tx
from bff.domain.pickups import service as pickups
from bff.domain.pickups.model import Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.store import note_pickup, pickups_by_id
from bff.domain.policy.store import policy_version
from bff.domain.returns.commands.waybill import check_unused, fee_made_final, fee_overdue, ship_back
from bff.domain.returns.events import announce, changed
from bff.domain.returns.model import RefundEvent, Return, ReturnStatus, WaybillSource
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.store import case_of, returns_by_id

HEAVIEST_GRAMS = 100_000


async def accepted(tx: Tx, pickup_id: str, company: str) -> bool:
    await check_company(tx, pickup_id, company)
    pickup = await _known(tx, pickup_id)
    if pickup.status is not PickupStatus.AWAITING_COURIER:
        return False
    await pickups.accept(tx, pickup)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_ACCEPTED)
    return True


async def check_company(tx: Tx, pickup_id: str, company: str | None) -> None:
    """A company that has not answered in time has lost the pickup; None: it was not told."""
    pickup = await _pickup(tx, pickup_id)
    if company not in (None, pickup.courier_company):
        raise ImpossibleReportError(f"the pickup is offered to {pickup.courier_company}")


async def collected(tx: Tx, pickup_id: str) -> bool:
    pickup = await _known(tx, pickup_id)
    if pickup.status is PickupStatus.AWAITING_COURIER:
        raise TooEarlyError("pickup.accepted")
    if pickup.status is PickupStatus.COLLECTED:
        return False
    await pickups.collect(tx, pickup)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_COLLECTED)
    return True


async def visit_failed(tx: Tx, pickup_id: str, why: VisitFailure) -> bool:
    """The shopper books again, or sends the goods otherwise."""
    pickup = await _pickup(tx, pickup_id)
    if pickup.visit_failure is why:
        return False
    _check_not_cancelled(pickup)
    if pickup.status is PickupStatus.AWAITING_COURIER:
        raise TooEarlyError("pickup.accepted")
    if pickup.status is PickupStatus.COLLECTED:
        raise ImpossibleReportError("the goods are collected already")
    await pickups.visit_failed(tx, pickup, why)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_VISIT_FAILED)
    return True


async def weighed(tx: Tx, pickup_id: str, weight_grams: int) -> bool:
    """The fee becomes final (R11). Impossible once the waybill has made it so."""
    if not 0 < weight_grams <= HEAVIEST_GRAMS:
        raise ImpossibleReportError(f"weightGrams: 1 to {HEAVIEST_GRAMS}")
    pickup = await _in_hand(tx, pickup_id)
    if pickup.fee_final_at:
        if pickup.weight_grams == weight_grams:
            return False
        raise ImpossibleReportError("the fee is final already")
    await fee_made_final(tx, await _return(tx, pickup), pickup, weight_grams)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_WEIGHED)
    await _ask_for_fee(tx, pickup.id)
    return True


async def waybill(tx: Tx, pickup_id: str, number: str) -> bool:
    """The refund is advanced (R8), unless the shopper has to pay the pickup fee first (R11)."""
    pickup = await _in_hand(tx, pickup_id)
    this_return = await _return(tx, pickup)
    if number in (this_return.waybill_number, pickup.held_waybill):
        return False
    await _check_number(tx, this_return, pickup, number)
    asked_already = pickup.fee_due
    await fee_made_final(tx, this_return, pickup, None)
    if not await _must_pay_first(tx, pickup):
        case, company = await case_of(tx, this_return.id), pickup.courier_company
        await ship_back(tx, case, company, number, WaybillSource.COURIER)
        return True
    await note_pickup(tx, pickup.id, held_waybill=number)
    changed(tx, pickup.return_id)
    if not asked_already:
        await _ask_for_fee(tx, pickup.id)
    return True


async def _must_pay_first(tx: Tx, pickup: Pickup) -> bool:
    now = await _known(tx, pickup.id)
    return now.fee_due and not await fee_overdue(tx, pickup.return_id)


async def _ask_for_fee(tx: Tx, pickup_id: str) -> None:
    pickup = await _known(tx, pickup_id)
    if pickup.fee_due:
        await announce(tx, pickup.return_id, RefundEvent.PICKUP_FEE_DUE)


async def _check_number(tx: Tx, this_return: Return, pickup: Pickup, number: str) -> None:
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT or pickup.held_waybill:
        raise ImpossibleReportError("another waybill is known already")
    policy = await policy_version(tx, this_return.policy_version)
    courier = policy.courier(pickup.courier_company)
    if courier is None or not re.fullmatch(courier.waybill_pattern, number):
        form = courier.waybill_pattern if courier else pickup.courier_company
        raise ImpossibleReportError(f"waybillNumber: a number of the form {form}")
    try:
        await check_unused(tx, this_return, pickup.courier_company, number)
    except WaybillUsed as error:
        raise ImpossibleReportError("other goods travel under this waybill") from error


async def _pickup(tx: Tx, pickup_id: str) -> Pickup:
    pickup = (await pickups_by_id(tx.connection, [pickup_id])).get(pickup_id)
    if pickup is None:
        raise ImpossibleReportError("no such pickup")
    return pickup


async def _known(tx: Tx, pickup_id: str) -> Pickup:
    pickup = await _pickup(tx, pickup_id)
    _check_not_cancelled(pickup)
    return pickup


def _check_not_cancelled(pickup: Pickup) -> None:
    if pickup.status is PickupStatus.CANCELLED:
        raise ImpossibleReportError("the pickup is cancelled")


async def _in_hand(tx: Tx, pickup_id: str) -> Pickup:
    pickup = await _known(tx, pickup_id)
    if pickup.status is not PickupStatus.COLLECTED:
        raise TooEarlyError("pickup.collected")
    return pickup


async def _return(tx: Tx, pickup: Pickup) -> Return:
    return (await returns_by_id(tx.connection, [pickup.return_id]))[pickup.return_id]
