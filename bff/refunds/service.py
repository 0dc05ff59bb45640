"""Moving the money of a refund in a double-entry ledger. The caller commits."""

from bff.core.money import Money
from bff.db.database import Tx
from bff.refunds.model import (
    PLATFORM,
    AdvanceStatus,
    Entry,
    Posting,
    Refund,
    merchant_account,
    shopper_account,
)
from bff.refunds.store import add_entries, mark_refunded, move_advance


async def advance(tx: Tx, refund: Refund, shopper_id: str) -> bool:
    """The platform pays the shopper in the merchant's place (R8). Whether it had not yet."""
    if not await move_advance(tx, refund.id, AdvanceStatus.ADVANCED, refunded_at=tx.now):
        return False
    await _post(tx, refund, Posting.ADVANCE, PLATFORM, shopper_account(shopper_id))
    return True


async def settle(tx: Tx, refund: Refund, shopper_id: str, merchant_id: str) -> None:
    """The merchant has the goods: it repays the platform, or pays the shopper where nobody has."""
    merchant = merchant_account(merchant_id)
    if await move_advance(tx, refund.id, AdvanceStatus.SETTLED, settled_at=tx.now):
        await _post(tx, refund, Posting.SETTLEMENT, merchant, PLATFORM)
        return
    await mark_refunded(tx, refund.id)
    await _post(tx, refund, Posting.MERCHANT_REFUND, merchant, shopper_account(shopper_id))


async def _post(tx: Tx, refund: Refund, posting: Posting, giver: str, taker: str) -> None:
    await add_entries(
        tx,
        [
            _entry(tx, refund, posting, giver, -refund.amount),
            _entry(tx, refund, posting, taker, refund.amount),
        ],
    )


def _entry(tx: Tx, refund: Refund, posting: Posting, account: str, amount: Money) -> Entry:
    return Entry(refund.id, posting, account, amount.minor, amount.currency, tx.now)
