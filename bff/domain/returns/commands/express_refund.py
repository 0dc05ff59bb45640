"""Express refund (极速退款) of what has not been shipped: R10, R12. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.core.refusal import InvalidInput, NotFound
from bff.db.transaction import Tx
from bff.domain.refunds.service import apply_for_advance
from bff.domain.returns.model import ReturnKind
from bff.domain.returns.refusals import OrderShipped, QuantityNotLeft
from bff.domain.returns.rules.refundability import Refundability, assess_refund, whole_order
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.subjects import subjects_of_order
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED, open_return
from bff.domain.returns.transitions.returns import succeed
from bff.jobs import outbox
from bff.locale.messages import N_


@dataclass(frozen=True, slots=True)
class Part:
    """`quantity` None: all that are left."""

    order_line_id: str
    quantity: int | None = None


async def open_refund(
    tx: Tx, shopper_id: str, order_id: str, parts: Sequence[Part] | None
) -> list[str]:
    """The returns' ids, one a line; `parts` None asks for the whole order.

    Postage comes back with the last of the goods. Raises NotFound, InvalidInput,
    OrderShipped or QuantityNotLeft.
    """
    subjects = await subjects_of_order(tx, shopper_id, order_id)
    _check_unshipped(subjects)
    wanted = whole_order(subjects) if parts is None else _wanted(subjects, parts)
    answers = assess_refund(subjects, wanted)
    if not answers.lines:
        raise QuantityNotLeft(asked=1, left=0)
    return [await _open(tx, subject, answers) for subject in answers.subjects]


def _check_unshipped(subjects: Sequence[Subject]) -> None:
    shipped_at = subjects[0].order.shipped_at
    if shipped_at:
        raise OrderShipped(shipped_at)


def _wanted(subjects: Sequence[Subject], parts: Sequence[Part]) -> dict[str, int]:
    known = {subject.line.id: subject for subject in subjects}
    wanted: dict[str, int] = {}
    for index, part in enumerate(parts):
        field = f"lines.{index}"
        subject = known.get(part.order_line_id)
        if subject is None:
            raise NotFound(f"{field}.orderLineId")
        _check_part(field, part, subject, wanted)
        wanted[subject.line.id] = subject.left if part.quantity is None else part.quantity
    if not wanted:
        raise InvalidInput("lines", N_("one line or more"))
    return wanted


def _check_part(field: str, part: Part, subject: Subject, wanted: dict[str, int]) -> None:
    if subject.line.id in wanted:
        raise InvalidInput(f"{field}.orderLineId", N_("each line once"))
    if subject.line.is_postage:
        raise InvalidInput(
            f"{field}.orderLineId", N_("goods: postage comes back with the last of them")
        )
    asked = subject.left if part.quantity is None else part.quantity
    if asked < 1 and part.quantity is not None:
        most = {"most": max(subject.left, 1)}
        raise InvalidInput(f"{field}.quantity", N_("a whole number from 1 to {most}"), most)
    if not 0 < asked <= subject.left:
        raise QuantityNotLeft(asked, subject.left)


async def _open(tx: Tx, subject: Subject, answers: Refundability) -> str:
    answer = answers.lines[subject.line.id]
    case = await open_return(tx, subject, ReturnKind.REFUND_ONLY, answer)
    opened = case.this_return
    if not answer.express:
        await outbox.post(tx, APPROVAL_REQUESTED, opened.id)
        return opened.id
    await apply_for_advance(tx, case.refund, opened.shopper_id)
    await succeed(tx, opened)
    return opened.id
