"""How a return goes on: what merchants and couriers report, and the waybill. The caller commits.

Each report acts once: where the return or the pickup is already past it, nothing changes.
"""

import re

from sqlalchemy.dialects.sqlite import insert

from bff.core import ids
from bff.core.refusal import InvalidInput
from bff.db import outbox
from bff.db.database import Tx
from bff.db.tables import addresses
from bff.locale.messages import N_
from bff.orders.model import Merchant
from bff.orders.store import merchants_by_id
from bff.pickups import service as pickups
from bff.pickups.model import PickupStatus
from bff.pickups.store import pickups_by_id, pickups_by_return
from bff.policy.model import Policy
from bff.policy.store import PolicyBook
from bff.refunds import service as refunds
from bff.refunds.model import AdvanceStatus, Refund
from bff.refunds.store import refunds_by_return
from bff.returns.model import RefundEvent, Return, ReturnStatus, WaybillSource
from bff.returns.news import announce
from bff.returns.refusals import ReturnNotAwaitingShipment, WaybillUsed
from bff.returns.store import move_return, returns_by_id, travelling_under

SHIPPED_BACK = "return.shipped_back"
PLATFORM = "platform"


async def merchant_approved(tx: Tx, book: PolicyBook, return_id: str) -> bool:
    """Whether the merchant's consent (R12) changed anything."""
    this_return = await _known(tx, return_id)
    if this_return.status is not ReturnStatus.AWAITING_MERCHANT_APPROVAL:
        return False
    merchants = await merchants_by_id(tx.connection, [this_return.merchant_id])
    policy = await book.version(tx.connection, this_return.policy_version)
    return await approve(tx, this_return, merchants[this_return.merchant_id], policy)


async def approve(tx: Tx, this_return: Return, merchant: Merchant, policy: Policy) -> bool:
    address_id = merchant.return_address_id or await _fallback_address(tx, policy)
    moved = await move_return(
        tx,
        this_return.id,
        ReturnStatus.AWAITING_RETURN_SHIPMENT,
        approved_at=tx.now,
        return_address_id=address_id,
    )
    if moved:
        await announce(tx, this_return.id, RefundEvent.RETURN_APPROVED)
    return moved


async def _fallback_address(tx: Tx, policy: Policy) -> str:
    """Where goods go when the merchant has filed no address; a row, so that returns can name it."""
    address_id = ids.known_as(ids.ADDRESS, f"returns-{policy.version}")
    row = {"id": address_id, "owner_id": PLATFORM, **policy.returning.fallback_address.model_dump()}
    await tx.execute(insert(addresses).on_conflict_do_nothing(), row)
    return address_id


async def courier_accepted(tx: Tx, pickup_id: str) -> bool:
    """Whether the courier company's answer (R7) changed anything."""
    accepted = await pickups.accept(tx, pickup_id)
    if accepted:
        await _announce_pickup(tx, pickup_id, RefundEvent.PICKUP_ACCEPTED)
    return accepted


async def courier_collected(tx: Tx, pickup_id: str) -> bool:
    """Whether the courier's report that the goods are collected changed anything."""
    collected = await pickups.collect(tx, pickup_id)
    if collected:
        await _announce_pickup(tx, pickup_id, RefundEvent.PICKUP_COLLECTED)
    return collected


async def _announce_pickup(tx: Tx, pickup_id: str, event: RefundEvent) -> None:
    pickup = (await pickups_by_id(tx.connection, [pickup_id]))[pickup_id]
    await announce(tx, pickup.return_id, event)


async def submit_waybill(
    tx: Tx,
    book: PolicyBook,
    this_return: Return,
    company: str,
    number: str,
    source: WaybillSource,
) -> None:
    """The goods are on their way: the refund is advanced in this same transaction (R8).

    Raises ReturnNotAwaitingShipment, InvalidInput for a company or number that cannot
    be, WaybillUsed for one under which other goods travel.
    """
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    policy = await book.version(tx.connection, this_return.policy_version)
    check_waybill(policy, company, number)
    await _check_unused(tx, this_return, company, number)
    await _drop_pickup_not_needed(tx, this_return.id)
    await _ship_back(tx, this_return, company, number, source)
    await _advance(tx, this_return)


def check_waybill(policy: Policy, company: str, number: str) -> None:
    courier = policy.courier(company)
    if courier is None:
        known = ", ".join(one.code for one in policy.pickup.couriers)
        raise InvalidInput("courierCompany", N_("one of {known}"), {"known": known})
    if not re.fullmatch(courier.waybill_pattern, number):
        form = {"form": courier.waybill_pattern}
        raise InvalidInput("waybillNumber", N_("a number of the form {form}"), form)


async def _check_unused(tx: Tx, this_return: Return, company: str, number: str) -> None:
    """A parcel may hold several returns, of one shopper to one merchant."""
    for other in await travelling_under(tx, company, number):
        same_parcel = (other.shopper_id, other.merchant_id) == (
            this_return.shopper_id,
            this_return.merchant_id,
        )
        if not same_parcel:
            raise WaybillUsed(number)


async def _drop_pickup_not_needed(tx: Tx, return_id: str) -> None:
    pickup = (await pickups_by_return(tx.connection, [return_id])).get(return_id)
    if pickup and pickup.status in (PickupStatus.AWAITING_COURIER, PickupStatus.ACCEPTED):
        await pickups.cancel(tx, pickup)
        await announce(tx, return_id, RefundEvent.PICKUP_CANCELLED)


async def _ship_back(
    tx: Tx, this_return: Return, company: str, number: str, source: WaybillSource
) -> None:
    await move_return(
        tx,
        this_return.id,
        ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        shipped_at=tx.now,
        courier_company=company,
        waybill_number=number,
        waybill_by=source,
    )
    await announce(tx, this_return.id, RefundEvent.WAYBILL_SUBMITTED)
    await outbox.post(tx, SHIPPED_BACK, this_return.id)


async def _advance(tx: Tx, this_return: Return) -> None:
    if not this_return.advance_at_waybill:
        return
    refund = await _refund(tx, this_return.id)
    if await refunds.advance(tx, refund, this_return.shopper_id):
        await announce(tx, this_return.id, RefundEvent.REFUND_ADVANCED)


async def merchant_received(tx: Tx, return_id: str) -> bool:
    """Whether the merchant's receipt of the goods changed anything: it settles the refund."""
    if not await move_return(tx, return_id, ReturnStatus.SUCCEEDED, ended_at=tx.now):
        return False
    this_return = await _known(tx, return_id)
    refund = await _refund(tx, return_id)
    await refunds.settle(tx, refund, this_return.shopper_id, this_return.merchant_id)
    if refund.advance is AdvanceStatus.NONE:
        await announce(tx, return_id, RefundEvent.REFUND_PAID_BY_MERCHANT)
    await announce(tx, return_id, RefundEvent.RETURN_SUCCEEDED)
    return True


async def _known(tx: Tx, return_id: str) -> Return:
    return (await returns_by_id(tx.connection, [return_id]))[return_id]


async def _refund(tx: Tx, return_id: str) -> Refund:
    return (await refunds_by_return(tx.connection, [return_id]))[return_id]
