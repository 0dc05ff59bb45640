"""What merchants report: whether it changed anything. The caller commits.

`at`: when it happened. Clocks that run against the shopper begin when the shopper
is informed, all the same (P2). Each raises ImpossibleReportError, and has then changed nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bff.core.clock import rfc3339
from bff.core.moments import moment_since
from bff.core.report_errors import ImpossibleReportError
from bff.db.lookups import owner_of_return
from bff.db.transaction import Tx
from bff.domain.orders.records import AddressRecord, address_of
from bff.domain.pickups.model import FeePayer
from bff.domain.returns.events import announce_return, sync_timers
from bff.domain.returns.model import (
    CloseReason,
    Deduction,
    RefusedBecause,
    Return,
    ReturnKind,
    ReturnStatus,
)
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.reports.agreements import Agreement, agree
from bff.domain.returns.rules.refusal_grounds import objection
from bff.domain.returns.store import get_case, returns_by_id, update_return
from bff.domain.returns.subjects import subject_opened
from bff.domain.returns.transitions.arrivals import reopen, take_in
from bff.domain.returns.transitions.returns import approve, overrule, refuse, succeed


async def approved(
    tx: Tx,
    return_id: str,
    address: AddressRecord | None = None,
    freight_payer: FeePayer | None = None,
    *,
    at: datetime,
) -> bool:
    """R12; a merchant who has refused the request may still give in.

    `address`: where the goods go, of this return alone. What is said of one that was approved
    before is kept too, until its goods are on their way.
    """
    this_return = await known_return(tx, return_id)
    _happened_at(this_return, at)
    goes_to = address_of(address, this_return.merchant_id) if address else None
    agreement = Agreement(goes_to, freight_payer)
    match this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            return await _approve(tx, this_return, agreement)
        case ReturnStatus.MERCHANT_REFUSED if not this_return.goods_refused:
            return await _approve(tx, this_return, agreement)
        case ReturnStatus.MERCHANT_REFUSED | ReturnStatus.CLOSED:
            raise _ended(this_return)
        case _:
            return await _agree_later(tx, this_return, agreement)


async def _approve(tx: Tx, this_return: Return, agreement: Agreement) -> bool:
    if this_return.kind is ReturnKind.RETURN_AND_REFUND:
        await agree(tx, this_return, agreement)
        this_return = await known_return(tx, this_return.id)
    return await approve(tx, this_return)


async def _agree_later(tx: Tx, this_return: Return, agreement: Agreement) -> bool:
    if this_return.kind is ReturnKind.REFUND_ONLY:
        return False
    if not await agree(tx, this_return, agreement):
        return False
    await announce_return(
        tx, this_return.shopper_id, this_return.id, RefundEvent.RETURN_TERMS_CHANGED
    )
    return True


async def refused(
    tx: Tx,
    return_id: str,
    because: RefusedBecause,
    note: str,
    photos: tuple[str, ...],
    *,
    at: datetime,
) -> bool:
    """Of the request, on a ground that the law knows (P4); for goods that came back there is
    `goods_refused`.
    """
    this_return = await known_return(tx, return_id)
    _happened_at(this_return, at)
    if this_return.status is ReturnStatus.MERCHANT_REFUSED and not this_return.goods_refused:
        return False
    if this_return.status is not ReturnStatus.AWAITING_MERCHANT_APPROVAL:
        raise _ended(this_return)
    await _check_ground(tx, this_return, because, photos, goods=False)
    await refuse(tx, this_return, because, note, photos)
    return True


async def _check_ground(
    tx: Tx,
    this_return: Return,
    because: RefusedBecause,
    photos: tuple[str, ...],
    *,
    goods: bool,
) -> None:
    subject = await subject_opened(tx, this_return)
    if error := objection(this_return, subject, because, photos, goods=goods):
        raise ImpossibleReportError(error)


async def received(tx: Tx, return_id: str, *, at: datetime) -> bool:
    """The parcel is there: the law's days for the refund begin. The earliest receipt counts."""
    this_return = await _with_goods(tx, return_id)
    received_at, known_at = _happened_at(this_return, at), this_return.goods_received_at
    if known_at is None and not _is_inspected(this_return):
        await _note_arrival(tx, this_return, received_at)
        return True
    if known_at is None or known_at <= received_at:
        return False
    await update_return(tx, this_return, goods_received_at=received_at)
    sync_timers(tx, this_return.shopper_id, return_id)
    return True


async def accepted(tx: Tx, return_id: str, *, at: datetime) -> bool:
    """The goods are as they should be; a merchant who has refused them may still give in."""
    this_return = await _inspected(tx, return_id, at, in_order=True)
    if this_return.status is ReturnStatus.SUCCEEDED:
        return False
    if this_return.status is ReturnStatus.MERCHANT_REFUSED:
        await overrule(tx, this_return)
        return True
    return await succeed(tx, this_return)


async def goods_refused(
    tx: Tx,
    return_id: str,
    because: RefusedBecause,
    note: str,
    photos: tuple[str, ...],
    *,
    at: datetime,
) -> bool:
    """With photos that show why."""
    this_return = await _found_wanting(tx, return_id, at)
    if this_return is None:
        return False
    await _check_ground(tx, this_return, because, photos, goods=True)
    await refuse(tx, this_return, because, note, photos)
    return True


async def partly_accepted(
    tx: Tx, return_id: str, deductions: Sequence[Deduction], *, at: datetime
) -> bool:
    """The goods are kept, and a part of the money for what photos show (P5)."""
    this_return = await _found_wanting(tx, return_id, at)
    if this_return is None:
        return False
    for one in deductions:
        await _check_ground(tx, this_return, one.ground, one.photos, goods=True)
    refund = (await get_case(tx, this_return.shopper_id, return_id)).refund
    if sum(one.amount_minor for one in deductions) >= refund.amount_minor:
        raise ImpossibleReportError(f"deductions: less than {refund.amount_minor} in all")
    kept = [replace(one, currency=refund.currency) for one in deductions]
    await refuse(tx, this_return, kept[0].ground, kept[0].note, kept[0].photos, kept)
    return True


async def _found_wanting(tx: Tx, return_id: str, at: datetime) -> Return | None:
    """None where the merchant has said so before."""
    this_return = await _inspected(tx, return_id, at, in_order=False)
    if this_return.status is ReturnStatus.SUCCEEDED:
        raise _ended(this_return)
    return None if this_return.status is ReturnStatus.MERCHANT_REFUSED else this_return


async def known_return(tx: Tx, return_id: str) -> Return:
    """Raises ImpossibleReportError for one that there never was."""
    owner = await owner_of_return(tx.connection, return_id)
    if owner is None:
        raise ImpossibleReportError("no such return")
    return (await returns_by_id(tx.connection, owner, [return_id]))[return_id]


async def _inspected(tx: Tx, return_id: str, at: datetime, *, in_order: bool) -> Return:
    """The return once the merchant has the goods: an inspection implies the receipt."""
    this_return = await _with_goods(tx, return_id)
    inspected_at, received_at = _happened_at(this_return, at), this_return.goods_received_at
    if received_at and inspected_at < received_at:
        raise ImpossibleReportError(f"at: not before the receipt, {rfc3339(received_at)}")
    if received_at or _is_inspected(this_return):
        return this_return
    if this_return.shipped_at:
        await update_return(tx, this_return, goods_received_at=inspected_at)
    else:
        await _note_arrival(tx, this_return, inspected_at, advances=in_order)
    return await known_return(tx, return_id)


async def _with_goods(tx: Tx, return_id: str) -> Return:
    this_return = await known_return(tx, return_id)
    if this_return.kind is ReturnKind.REFUND_ONLY:
        raise ImpossibleReportError("no goods come back")
    if this_return.close_reason is CloseReason.REFUSAL_STANDS:
        raise _ended(this_return)
    return this_return


def _is_inspected(this_return: Return) -> bool:
    """Or the merchant's time to inspect has passed."""
    decided = (ReturnStatus.SUCCEEDED, ReturnStatus.MERCHANT_REFUSED)
    return this_return.shipped_at is not None and this_return.status in decided


async def _note_arrival(
    tx: Tx, this_return: Return, at: datetime, *, advances: bool = True
) -> None:
    """The goods were there at `at`, whatever was known of the return before (P1)."""
    if this_return.status is ReturnStatus.CLOSED:
        if not await reopen(tx, this_return, at, advances=advances):
            raise ImpossibleReportError("the return is CLOSED, and its pieces are returned again")
    elif this_return.shipped_at is None:
        await take_in(tx, this_return, at, advances=advances)
    await update_return(tx, this_return, goods_received_at=at)
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.GOODS_RECEIVED)


def _happened_at(this_return: Return, at: datetime) -> datetime:
    return moment_since(at, this_return.opened_at, "the return was opened")


def _ended(this_return: Return) -> ImpossibleReportError:
    return ImpossibleReportError(f"the return is {this_return.status}")
