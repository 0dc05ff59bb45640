"""A new return with its refund. The caller commits."""

from typing import Protocol

from msgspec import to_builtins
from msgspec.structs import replace

from bff.core import ids
from bff.db.transaction import Tx
from bff.domain.orders.model import Address, LineHold
from bff.domain.orders.store import hold
from bff.domain.refunds.model import AdvanceStatus, Refund, RefundQuote
from bff.domain.refunds.store import add_refund
from bff.domain.returns.events import announce_case
from bff.domain.returns.model import Case, Return, ReturnKind, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.rules.returnability import Subject
from bff.domain.returns.rules.table import RuleCheck
from bff.domain.returns.store import add_return

APPROVAL_REQUESTED = "return.approval_requested"


class ReturnOffer(Protocol):
    """Whether something can be returned, and how; without a refund quote where it can't."""

    @property
    def express(self) -> bool: ...

    @property
    def rules(self) -> tuple[RuleCheck, ...]: ...

    @property
    def refund_quote(self) -> RefundQuote | None: ...


async def open_return(
    tx: Tx,
    subject: Subject,
    kind: ReturnKind,
    offer: ReturnOffer,
    goes_to: Address | None = None,
) -> Case:
    """On the terms of this moment, which it keeps. `offer` has a refund quote.

    `goes_to`: where the goods go of one that is approved in the same moment (R3).
    """
    quote = offer.refund_quote
    if quote is None:
        raise ValueError("what is not returnable cannot be opened")
    opened = _new_return(tx, subject, kind, offer, quote)
    refund = _new_refund(tx, opened, quote)
    approved = _approved(opened, goes_to) if goes_to else opened
    await add_return(tx, approved)
    await add_refund(tx, refund)
    await hold(
        tx, [LineHold(opened.shopper_id, subject.line.id, quote.quantity, quote.refund.minor)]
    )
    await announce_case(tx, Case(opened, refund, None, ()), RefundEvent.RETURN_OPENED)
    case = Case(approved, refund, None, ())
    if goes_to:
        await announce_case(tx, case, RefundEvent.RETURN_APPROVED)
    return case


def _new_return(
    tx: Tx, subject: Subject, kind: ReturnKind, offer: ReturnOffer, quote: RefundQuote
) -> Return:
    return Return(
        id=tx.new_id(ids.RETURN),
        shopper_id=subject.order.shopper_id,
        order_line_id=subject.line.id,
        merchant_id=subject.merchant.id,
        kind=kind,
        status=ReturnStatus.AWAITING_MERCHANT_APPROVAL,
        express=offer.express,
        advance_at_waybill=quote.advance and kind is ReturnKind.RETURN_AND_REFUND,
        quantity=quote.quantity,
        policy_version=subject.policy.version,
        star_level=subject.level,
        return_address_id=None,
        opened_at=tx.now,
        approved_at=None,
        shipped_at=None,
        ended_at=None,
        courier_company=None,
        waybill_number=None,
        waybill_by=None,
        waybill_at=None,
        checks=to_builtins([*offer.rules]),
    )


def _approved(opened: Return, goes_to: Address) -> Return:
    return replace(
        opened,
        status=ReturnStatus.AWAITING_RETURN_SHIPMENT,
        approved_at=opened.opened_at,
        return_address_id=goes_to.id,
    )


def _new_refund(tx: Tx, opened: Return, quote: RefundQuote) -> Refund:
    return Refund(
        id=tx.new_id(ids.REFUND),
        shopper_id=opened.shopper_id,
        return_id=opened.id,
        amount_minor=quote.refund.minor,
        currency=quote.refund.currency,
        advance=AdvanceStatus.NONE,
        refunded_at=None,
        settled_at=None,
    )
