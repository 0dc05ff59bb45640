"""What merchants report: whether it changed anything. The caller commits.

Each raises TooEarlyError or ImpossibleReportError, and has then changed nothing.
"""

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.transaction import Tx
from bff.domain.returns.events import announce_return
from bff.domain.returns.model import RefundEvent, RefusedBecause, Return, ReturnKind, ReturnStatus
from bff.domain.returns.store import returns_by_id, update_return
from bff.domain.returns.transitions.returns import approve, overrule, refuse, succeed


async def approved(tx: Tx, return_id: str) -> bool:
    """R12; a merchant who has refused the request may still give in."""
    this_return = await known_return(tx, return_id)
    match this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            return await approve(tx, this_return)
        case ReturnStatus.MERCHANT_REFUSED if not this_return.goods_refused:
            return await approve(tx, this_return)
        case ReturnStatus.MERCHANT_REFUSED | ReturnStatus.CLOSED:
            raise _ended(this_return)
        case _:
            return False


async def refused(
    tx: Tx,
    return_id: str,
    because: RefusedBecause,
    note: str,
    photos: tuple[str, ...] = (),
) -> bool:
    """Of the request; for goods that came back there is `goods_refused`."""
    this_return = await known_return(tx, return_id)
    if this_return.status is ReturnStatus.MERCHANT_REFUSED and not this_return.goods_refused:
        return False
    if this_return.status is not ReturnStatus.AWAITING_MERCHANT_APPROVAL:
        raise _ended(this_return)
    await refuse(tx, this_return, because, note, photos)
    return True


async def received(tx: Tx, return_id: str) -> bool:
    """The parcel is there: the law's days for the refund begin."""
    this_return = await _on_its_way(tx, return_id)
    if this_return.goods_received_at or this_return.status in SETTLED:
        return False
    await update_return(tx, return_id, goods_received_at=tx.now)
    await announce_return(tx, return_id, RefundEvent.GOODS_RECEIVED)
    return True


SETTLED = (ReturnStatus.SUCCEEDED, ReturnStatus.MERCHANT_REFUSED)


async def accepted(tx: Tx, return_id: str) -> bool:
    """The goods are as they should be; a merchant who has refused them may still give in."""
    this_return = await _on_its_way(tx, return_id)
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
) -> bool:
    """With photos that show why."""
    this_return = await _on_its_way(tx, return_id)
    if this_return.status is ReturnStatus.MERCHANT_REFUSED:
        return False
    if this_return.status is ReturnStatus.SUCCEEDED:
        raise _ended(this_return)
    await refuse(tx, this_return, because, note, photos)
    return True


async def known_return(tx: Tx, return_id: str) -> Return:
    """Raises ImpossibleReportError for one that there never was."""
    this_return = (await returns_by_id(tx.connection, [return_id])).get(return_id)
    if this_return is None:
        raise ImpossibleReportError("no such return")
    return this_return


async def _on_its_way(tx: Tx, return_id: str) -> Return:
    this_return = await known_return(tx, return_id)
    refused_unsent = this_return.refused_at and not this_return.goods_refused
    if this_return.kind is ReturnKind.REFUND_ONLY:
        raise ImpossibleReportError("no goods come back")
    if this_return.status is ReturnStatus.CLOSED:
        raise _ended(this_return)
    if this_return.shipped_at is None:
        if refused_unsent and this_return.status is ReturnStatus.MERCHANT_REFUSED:
            raise _ended(this_return)
        raise TooEarlyError("the waybill")
    return this_return


def _ended(this_return: Return) -> ImpossibleReportError:
    return ImpossibleReportError(f"the return is {this_return.status}")
