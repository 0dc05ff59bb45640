"""A return's money, from whom to whom, as the return goes on. The caller commits."""

from bff.db.transaction import Tx
from bff.domain.payments.model import LOSSES, courier_account, merchant_account
from bff.domain.pickups.model import PickupStatus
from bff.domain.refunds import service as refunds
from bff.domain.refunds.debts import request_reimbursements
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.refunds.store import update_refund
from bff.domain.returns.events import announce_return, sync_timers
from bff.domain.returns.model import Case, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.store import get_case


async def sync_refund(tx: Tx, shopper_id: str, return_id: str) -> None:
    """Bring the refund to where the return stands; nothing where it is there already."""
    case = await get_case(tx, shopper_id, return_id)
    this_return, refund = case.this_return, case.refund
    match this_return.status, refund.advance:
        case (
            ReturnStatus.SUCCEEDED,
            AdvanceStatus.ADVANCED | AdvanceStatus.MERCHANT_REFUSED_GOODS,
        ):
            await refunds.settle(tx, refund, _bearer(case))
            settled = RefundEvent.LOSS_SETTLED if case.is_loss else RefundEvent.REFUND_SETTLED
            await announce_return(tx, shopper_id, return_id, settled)
        case ReturnStatus.SUCCEEDED, AdvanceStatus.NONE | AdvanceStatus.CLOSED:
            if refund.refunded_at is None:
                await refunds.request_merchant_refund(tx, refund, _bearer(case))
        case ReturnStatus.MERCHANT_REFUSED, AdvanceStatus.ADVANCED:
            await refunds.record_goods_refusal(tx, refund)
        case ReturnStatus.CLOSED, AdvanceStatus.ADVANCED | AdvanceStatus.MERCHANT_REFUSED_GOODS:
            if refund.advance is AdvanceStatus.ADVANCED:
                await refunds.record_goods_refusal(tx, refund)
            await refunds.claw_back(tx, refund)
            await announce_return(tx, shopper_id, return_id, RefundEvent.REFUND_CLAWED_BACK)
    if refund.overpaid_minor:
        await request_reimbursements(tx, refund)
    sync_timers(tx, shopper_id, return_id)


def _bearer(case: Case) -> str:
    """The account that bears the refund: the merchant's, unless it is another's fault (P2)."""
    if case.pickup and case.pickup.status is PickupStatus.LOST:
        return courier_account(case.pickup.courier_company)
    return LOSSES if case.is_loss else merchant_account(case.this_return.merchant_id)


async def retry_payments(tx: Tx, shopper_id: str, return_id: str) -> None:
    """Those to the shopper that have failed."""
    case = await get_case(tx, shopper_id, return_id)
    await update_refund(tx, case.refund, retry_at=None)
    await sync_refund(tx, shopper_id, return_id)
