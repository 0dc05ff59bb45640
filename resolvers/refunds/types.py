"""The money that a return gives back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from bff.domain.refunds import model
from bff.domain.returns.model import DeadlineKind
from bff.domain.returns.next_actions import RefundWait, waiting_for
from bff.domain.returns.rules.deadlines import deadlines
from bff.graphql.context import Context
from bff.locale.messages import N_, translate
from loaders.returns import returns_by_id
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.messages.refunds import (
    ADVANCES,
    OVERPAID,
    OWED,
    OWED_IN_PART,
    REFUND_WAITS,
    REPAYING,
)
from resolvers.money import Money
from resolvers.nodes import Node
from resolvers.subjects import load_case

if TYPE_CHECKING:
    from resolvers.returns.types import Return

UNADVANCED = (model.AdvanceStatus.NONE, model.AdvanceStatus.CLOSED)


@view_of(model.Refund, description="The money that a return gives back.")
class Refund(Node):
    amount: Money = attribute("What was paid for the goods returned.")
    deducted: Money = attribute(
        "What the merchant keeps back of it for good; `Return.refusal.deductions` says why."
    )
    advance: model.AdvanceStatus = attribute("Whether the platform pays ahead (先行垫付).")
    refunded_at: datetime | None = attribute("When the money reached the shopper.")
    settled_at: datetime | None = attribute("When the merchant repaid the platform.")
    owed: Money = attribute(
        "What the shopper is to pay back: an advance whose refusal stands, or what was paid twice "
        "by mistake. `refundRepay` does."
    )
    repaying: bool = attribute("Whether a payment of it is under way.", name="repaymentUnderWay")
    repaid_at: datetime | None = attribute("When the shopper paid an advance back.")
    overpaid: Money = attribute(
        "What the shopper was charged too much by mistake: the platform pays it back by itself."
    )
    this_return: Annotated["Return", strawberry.lazy("resolvers.returns.types")] = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @resolved("What the money waits for; null once it is back, or will not come.")
    @staticmethod
    async def waiting_for(parent: strawberry.Parent[model.Refund], info: Info) -> RefundWait | None:
        this_return = await info.context.loaders.require(returns_by_id, parent.return_id)
        return waiting_for(await load_case(info.context, this_return))

    @resolved("Until when it is to be paid back; null while nothing is, or a payment is under way.")
    @staticmethod
    async def repay_by(parent: strawberry.Parent[model.Refund], info: Info) -> datetime | None:
        return await _repay_by(info.context, parent)

    @resolved("Where the money is, in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Refund], info: Info) -> str:
        language = info.context.language
        this_return = await info.context.loaders.require(returns_by_id, parent.return_id)
        if waits_for := waiting_for(await load_case(info.context, this_return)):
            return translate(language, REFUND_WAITS[waits_for])
        if parent.owed.minor:
            return await _owed_message(info.context, parent)
        if parent.overpaid.minor:
            return translate(language, OVERPAID, overpaid=parent.overpaid)
        if parent.refunded_at and parent.advance in UNADVANCED:
            return translate(language, N_("Paid by the merchant"))
        refused = parent.advance is model.AdvanceStatus.MERCHANT_REFUSED_GOODS
        if refused and this_return.deductions:
            return translate(language, N_("The merchant accepted the goods in part"))
        return translate(language, ADVANCES[parent.advance])


async def _repay_by(context: Context, refund: model.Refund) -> datetime | None:
    this_return = await context.loaders.require(returns_by_id, refund.return_id)
    policy = await context.policy(this_return.policy_version)
    case = await load_case(context, this_return)
    due = (one.at for one in deadlines(case, policy) if one.what is DeadlineKind.REPAYMENT)
    return next(due, None)


async def _owed_message(context: Context, refund: model.Refund) -> str:
    if refund.repaying:
        return translate(context.language, REPAYING, owed=refund.owed)
    by = await _repay_by(context, refund)
    in_part = refund.deducted_minor and refund.clawed_back.minor
    taken_back = bool(refund.clawed_back.minor)
    sentence = OWED_IN_PART[by is not None] if in_part else OWED[taken_back, by is not None]
    return translate(context.language, sentence, owed=refund.owed, by=by)
