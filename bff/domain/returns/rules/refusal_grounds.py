"""On which grounds a merchant may refuse what is the shopper's by law, and with what proof: P4.

Source: 消费者权益保护法, article 25; 网络购买商品七日无理由退货暂行办法.
"""

from collections.abc import Sequence

from bff.domain.returns.model import RefusedBecause, Return, ReturnKind
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.rules.window import last_day, return_by

OF_GOODS = frozenset(
    {
        RefusedBecause.EMPTY_PARCEL,
        RefusedBecause.WRONG_ITEM,
        RefusedBecause.USED_ITEM,
        RefusedBecause.DAMAGED,
        RefusedBecause.INCOMPLETE,
    }
)
NO_GROUND = (
    "reason: a return without a reason is refused for "
    + ", ".join([*sorted(OF_GOODS), RefusedBecause.OUT_OF_WINDOW])
    + ", and for nothing else (消费者权益保护法, article 25; 网络购买商品七日无理由退货暂行办法)"
)
UNSHIPPED = (
    "a refund before shipping is not refused: send return.approved, or order.shipped where the "
    "goods have left"
)
NO_PARCEL = "reason: EMPTY_PARCEL, once a parcel is there: send goods.inspected then"
NO_PROOF = "photos: 1 to 3 https addresses, as proof of the reason"


def objection(
    this_return: Return,
    subject: Subject,
    because: RefusedBecause,
    photos: Sequence[str],
    *,
    goods: bool,
) -> str | None:
    """Why a refusal cannot be, for the merchant's developers; None where it can.

    `goods`: of what came back, and not of the request.
    """
    if this_return.kind is ReturnKind.REFUND_ONLY:
        return UNSHIPPED
    if because is RefusedBecause.OUT_OF_WINDOW:
        return _within_window(this_return, subject)
    if because not in OF_GOODS:
        return NO_GROUND
    if because is RefusedBecause.EMPTY_PARCEL and not goods:
        return NO_PARCEL
    return None if photos else NO_PROOF


def _within_window(this_return: Return, subject: Subject) -> str | None:
    """By our own books."""
    received_at = subject.order.received_at
    if received_at is None:
        return "reason: not OUT_OF_WINDOW, as the days begin with the shopper's receipt"
    closes = return_by(received_at, subject.policy)
    if this_return.opened_at < closes:
        return f"reason: not OUT_OF_WINDOW, as the return was opened by {last_day(closes)}"
    return None


def stands_in_silence(this_return: Return) -> bool:
    """Where the shopper does not object: if the goods are proven to be the ground, or the right is
    not the law's. In all else silence goes the shopper's way.
    """
    because = this_return.refused_because
    proven = this_return.goods_refused and because in OF_GOODS
    return proven or because is RefusedBecause.OUT_OF_WINDOW
