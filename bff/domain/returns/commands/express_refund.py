"""Express refund (极速退款) of what has not been shipped: R10, R12. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.core.refusal import InvalidInput, NotFound
from bff.db.transaction import Tx
from bff.domain.refunds.service import apply_for_advance
from bff.domain.returns.model import ReturnKind
from bff.domain.returns.refusals import OrderShipped, QuantityNotLeft, invalid_quantity
from bff.domain.returns.rules.refundability import Refundability, assess_refund, whole_order
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.subjects import subjects_of_order
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED, open_return
from bff.domain.returns.transitions.returns import succeed
from bff.jobs import outbox
from bff.locale.messages import N_


@dataclass(frozen=True, slots=True)
class RefundLine:
    """`quantity` None: all that are left."""

    order_line_id: str
    quantity: int | None = None


async def open_refund(
    tx: Tx, shopper_id: str, order_id: str, lines: Sequence[RefundLine] | None
) -> list[str]:
    """The returns' ids, one a line; `lines` None: the whole order.

    Postage comes back with the last of the goods. Raises NotFound, InvalidInput,
    OrderShipped or QuantityNotLeft.
    """
    subjects = await subjects_of_order(tx, shopper_id, order_id)
    if shipped_at := subjects[0].order.shipped_at:
        raise OrderShipped(shipped_at)
    wanted = whole_order(subjects) if lines is None else _wanted(subjects, lines)
    refundability = assess_refund(subjects, wanted)
    if not refundability.lines:
        raise QuantityNotLeft(requested=1, left=0)
    return [await _open(tx, subject, refundability) for subject in refundability.subjects]


def _wanted(subjects: Sequence[Subject], lines: Sequence[RefundLine]) -> dict[str, int]:
    """Pieces by line."""
    by_line = {subject.line.id: subject for subject in subjects}
    wanted: dict[str, int] = {}
    for index, line in enumerate(lines):
        field = f"lines.{index}"
        subject = by_line.get(line.order_line_id)
        if subject is None:
            raise NotFound(f"{field}.orderLineId")
        if subject.line.id in wanted:
            raise InvalidInput(f"{field}.orderLineId", N_("each article only once"))
        wanted[subject.line.id] = _quantity(field, line, subject)
    if not wanted:
        raise InvalidInput("lines", N_("at least one article"))
    return wanted


def _quantity(field: str, line: RefundLine, subject: Subject) -> int:
    if subject.line.is_postage:
        raise InvalidInput(
            f"{field}.orderLineId",
            N_("articles only: the postage comes back with the last of them"),
        )
    quantity = subject.left if line.quantity is None else line.quantity
    if quantity < 1 and line.quantity is not None:
        raise invalid_quantity(f"{field}.quantity", subject.left)
    if not 0 < quantity <= subject.left:
        raise QuantityNotLeft(quantity, subject.left)
    return quantity


async def _open(tx: Tx, subject: Subject, refundability: Refundability) -> str:
    terms = refundability.lines[subject.line.id]
    case = await open_return(tx, subject, ReturnKind.REFUND_ONLY, terms)
    opened = case.this_return
    if not terms.express:
        await outbox.post(tx, opened.shopper_id, APPROVAL_REQUESTED, opened.id)
        return opened.id
    await apply_for_advance(tx, case.refund)
    await succeed(tx, opened)
    return opened.id
