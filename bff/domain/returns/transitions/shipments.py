"""The goods on their way back, and the advance that the waybill brings (R8). The caller commits."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bff.db.lookups import returns_under_number
from bff.db.transaction import Tx
from bff.domain.pickups.companies import company_code
from bff.domain.pickups.model import Pickup
from bff.domain.pickups.store import update_pickup
from bff.domain.policy.store import policy_version
from bff.domain.refunds.advances import advanced_minor
from bff.domain.refunds.model import AdvanceStatus, is_within_advance_limit
from bff.domain.refunds.service import apply_for_advance, close_advance
from bff.domain.returns.events import announce_case
from bff.domain.returns.model import Case, Return, ReturnStatus, Waybill, WaybillSource
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.store import (
    get_case,
    move_return,
    returns_of_pickup,
    update_return,
)
from bff.jobs import outbox

SHIPPED_BACK = "return.shipped_back"


async def check_unused(tx: Tx, this_return: Return, waybill: Waybill) -> None:
    """A number travels once (P7), whichever company it is said to be of. Raises WaybillUsed.

    A parcel may hold several returns that are under way at the same time, of one shopper to one
    merchant.
    """
    parties = this_return.shopper_id, this_return.merchant_id
    for other in await returns_under_number(tx.connection, waybill.number):
        together = (other.shopper_id, other.merchant_id) == parties and other.ended_at is None
        if other.id != this_return.id and not together:
            raise WaybillUsed(waybill.number)


async def ship_back(
    tx: Tx, case: Case, waybill: Waybill, source: WaybillSource, at: datetime
) -> None:
    """The goods were sent at `at`."""
    case = await send(tx, case, shipped_at=at, **entry_of(waybill, source, at))
    await announce_case(tx, case, RefundEvent.WAYBILL_SUBMITTED)


async def send(tx: Tx, case: Case, *, advances: bool = True, **values: Any) -> Case:
    """The goods are on their way, which is still to be announced to the shopper."""
    to, this_return = ReturnStatus.AWAITING_MERCHANT_RECEIPT, case.this_return
    if await move_return(tx, this_return, to, **values):
        this_return = replace(this_return, status=to, **values)
    await outbox.post(tx, this_return.shopper_id, SHIPPED_BACK, this_return.id)
    case = replace(case, this_return=this_return)
    return await _advance(tx, case) if advances else case


async def _advance(tx: Tx, case: Case) -> Case:
    """R8; while the shopper has a pickup fee to pay, the advance waits for it (R11)."""
    fee_due = case.pickup is not None and case.pickup.fee_due
    if not case.this_return.advance_at_waybill or fee_due:
        return case
    if not await _is_within_limit(tx, case):
        return await _leave_to_merchant(tx, case)
    if not await apply_for_advance(tx, case.refund):
        return case
    return replace(case, refund=replace(case.refund, advance=AdvanceStatus.APPLYING))


async def _is_within_limit(tx: Tx, case: Case) -> bool:
    """With what is advanced of the order at this moment, on the terms of the tap."""
    this_return = case.this_return
    policy = await policy_version(tx, this_return.policy_version)
    advanced = await advanced_minor(tx, this_return.shopper_id, this_return.order_id)
    return is_within_advance_limit(policy, this_return.star_level, case.refund.amount, advanced)


async def _leave_to_merchant(tx: Tx, case: Case) -> Case:
    if not await close_advance(tx, case.refund):
        return case
    case = replace(case, refund=replace(case.refund, advance=AdvanceStatus.CLOSED))
    await announce_case(tx, case, RefundEvent.ADVANCE_CLOSED)
    return case


async def correct_waybill(
    tx: Tx, case: Case, waybill: Waybill, source: WaybillSource, at: datetime
) -> None:
    """Another number for goods that are on their way: nothing else changes, and the old one is
    free again. Of goods that came without a number it is kept.
    """
    values, this_return = entry_of(waybill, source, at), case.this_return
    known = this_return.waybill is not None
    await update_return(tx, this_return, **values)
    if not this_return.goods_received_at:
        await outbox.post(tx, this_return.shopper_id, SHIPPED_BACK, this_return.id)
    if not this_return.ended:
        event = RefundEvent.WAYBILL_CORRECTED if known else RefundEvent.WAYBILL_SUBMITTED
        await announce_case(tx, replace(case, this_return=replace(this_return, **values)), event)


def entry_of(waybill: Waybill, source: WaybillSource, at: datetime) -> dict[str, Any]:
    return {
        "courier_company": waybill.company,
        "waybill_number": waybill.number,
        "waybill_by": source,
        "waybill_at": at,
    }


async def ship_parcel(
    tx: Tx, pickup: Pickup, waybill: Waybill, source: WaybillSource, at: datetime
) -> None:
    """All that the courier has collected travels under the number."""
    for this_return in await returns_of_pickup(tx, pickup):
        if this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT:
            await ship_back(
                tx, await get_case(tx, this_return.shopper_id, this_return.id), waybill, source, at
            )


async def correct_parcel(
    tx: Tx, pickup: Pickup, waybill: Waybill, source: WaybillSource, at: datetime
) -> None:
    """The same for a corrected number."""
    for this_return in await returns_of_pickup(tx, pickup):
        if this_return.takes_waybill:
            await correct_waybill(
                tx, await get_case(tx, this_return.shopper_id, this_return.id), waybill, source, at
            )


def held_waybill(pickup: Pickup) -> Waybill | None:
    """What the courier has entered, and what is kept back for the fee."""
    company, number = company_code(pickup.courier_company), pickup.held_waybill
    return Waybill(company, number) if number else None


async def ship_under_held_waybill(tx: Tx, pickup: Pickup) -> None:
    """The courier's number was kept back for the fee: the parcel goes on by itself."""
    if waybill := held_waybill(pickup):
        await update_pickup(tx, pickup, held_waybill=None)
        await ship_parcel(tx, pickup, waybill, WaybillSource.COURIER, tx.now)


async def advance_arrived(tx: Tx, pickup: Pickup) -> None:
    """Of goods that came to the merchant while the advance waited for the fee."""
    for this_return in await returns_of_pickup(tx, pickup):
        if this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT:
            await _advance(tx, await get_case(tx, this_return.shopper_id, this_return.id))
