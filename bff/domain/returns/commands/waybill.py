"""The goods on their way back: the waybill, and the advance that it brings (R8)."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from bff.core.refusal import InvalidInput
from bff.db.database import Tx
from bff.domain.pickups import fees
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.refusals import PickupFeeUnpaid
from bff.domain.pickups.store import note_pickup
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.refunds.service import apply_for_advance
from bff.domain.returns.authorization import own_case
from bff.domain.returns.commands.pickups import call_off
from bff.domain.returns.events import announce_case
from bff.domain.returns.model import (
    Case,
    DeadlineKind,
    RefundEvent,
    Return,
    ReturnStatus,
    WaybillSource,
)
from bff.domain.returns.refusals import ReturnNotAwaitingShipment, WaybillUsed
from bff.domain.returns.store import case_of, move_return, travelling_under
from bff.jobs import outbox
from bff.locale.messages import N_

SHIPPED_BACK = "return.shipped_back"


async def submit_waybill(
    tx: Tx, shopper_id: str, return_id: str, company: str, number: str
) -> None:
    """The shopper has sent the goods: the refund is advanced, where it is to be (R8).

    Raises NotFound, ReturnNotAwaitingShipment, InvalidInput for a company or number that cannot
    be, WaybillUsed for one under which other goods travel, PickupFeeUnpaid.
    """
    case = await own_case(tx, shopper_id, return_id)
    this_return = case.this_return
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    policy = await policy_version(tx, this_return.policy_version)
    check_waybill(policy, company, number)
    await check_unused(tx, this_return, company, number)
    if case.pickup:
        case = await _settle_pickup(tx, case, case.pickup)
    await ship_back(tx, case, company, number, WaybillSource.SHOPPER)


async def _settle_pickup(tx: Tx, case: Case, pickup: Pickup) -> Case:
    """A courier who has not come need not come; one who has the goods is to be paid first."""
    if pickup.waits:
        return await call_off(tx, case, pickup, CancelReason.SHIPPED_OTHERWISE)
    if pickup.status is not PickupStatus.COLLECTED:
        return case
    if pickup.shopper_owes and not _is_fee_overdue(case):
        raise PickupFeeUnpaid(pickup.id, pickup.shopper_pays)
    await fee_made_final(tx, case.this_return, pickup, None)
    return await case_of(tx, case.this_return.id)


def check_waybill(policy: Policy, company: str, number: str) -> None:
    courier = policy.courier(company)
    if courier is None:
        known = ", ".join(one.code for one in policy.pickup.couriers)
        raise InvalidInput("courierCompany", N_("one of {known}"), {"known": known})
    if not re.fullmatch(courier.waybill_pattern, number):
        form = {"form": courier.waybill_pattern}
        raise InvalidInput("waybillNumber", N_("a number of the form {form}"), form)


async def check_unused(tx: Tx, this_return: Return, company: str, number: str) -> None:
    """A parcel may hold several returns, of one shopper to one merchant. Raises WaybillUsed."""
    for other in await travelling_under(tx, company, number):
        same_parcel = (other.shopper_id, other.merchant_id) == (
            this_return.shopper_id,
            this_return.merchant_id,
        )
        if not same_parcel:
            raise WaybillUsed(number)


async def fee_made_final(tx: Tx, this_return: Return, pickup: Pickup, grams: int | None) -> None:
    """Once: by weight, or as quoted where the waybill comes first."""
    if pickup.fee_final_at is None:
        policy = await policy_version(tx, this_return.policy_version)
        shopper, merchant = this_return.shopper_id, this_return.merchant_id
        await fees.make_final(tx, pickup, grams, policy.pickup, shopper, merchant)


async def fee_overdue(tx: Tx, return_id: str) -> bool:
    """Whether the fee's pay-by time has passed: then nothing waits for it any more."""
    return _is_fee_overdue(await case_of(tx, return_id))


def _is_fee_overdue(case: Case) -> bool:
    return any(one.what is DeadlineKind.PICKUP_FEE for one in case.missed)


async def release_waybill(tx: Tx, return_id: str) -> None:
    """The courier's number was kept back for the fee: the return goes on by itself."""
    case = await case_of(tx, return_id)
    pickup = case.pickup
    if pickup and pickup.held_waybill:
        number, company = pickup.held_waybill, pickup.courier_company
        await note_pickup(tx, pickup.id, held_waybill=None)
        case = replace(case, pickup=replace(pickup, held_waybill=None))
        await ship_back(tx, case, company, number, WaybillSource.COURIER)


async def ship_back(tx: Tx, case: Case, company: str, number: str, source: WaybillSource) -> None:
    waybill = {
        "shipped_at": tx.now,
        "courier_company": company,
        "waybill_number": number,
        "waybill_by": source,
    }
    this_return, refund = await _moved_on(tx, case.this_return, waybill), case.refund
    await outbox.post(tx, SHIPPED_BACK, this_return.id)
    if this_return.advance_at_waybill and await apply_for_advance(
        tx, refund, this_return.shopper_id
    ):
        refund = replace(refund, advance=AdvanceStatus.APPLYING)
    case = replace(case, this_return=this_return, refund=refund)
    await announce_case(tx, case, RefundEvent.WAYBILL_SUBMITTED)


async def _moved_on(tx: Tx, this_return: Return, waybill: Mapping[str, Any]) -> Return:
    to = ReturnStatus.AWAITING_MERCHANT_RECEIPT
    moved = await move_return(tx, this_return.id, to, **waybill)
    return replace(this_return, status=to, **waybill) if moved else this_return
