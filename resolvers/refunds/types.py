"""The money that a return gives back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from bff.domain.refunds import model
from bff.domain.returns.next_actions import RefundWait, waiting_for
from bff.locale.messages import N_, translate
from loaders.returns import returns_by_id
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.messages.refunds import ADVANCES, REFUND_WAITS
from resolvers.money import Money
from resolvers.nodes import Node
from resolvers.subjects import load_case

if TYPE_CHECKING:
    from resolvers.returns.types import Return

UNADVANCED = (model.AdvanceStatus.NONE, model.AdvanceStatus.CLOSED)


@view_of(model.Refund, description="The money that a return gives back.")
class Refund(Node):
    amount: Money = attribute("What was paid for the goods returned.")
    advance: model.AdvanceStatus = attribute("Whether the platform pays ahead (先行垫付).")
    refunded_at: datetime | None = attribute("When the money reached the shopper.")
    settled_at: datetime | None = attribute("When the merchant repaid the platform.")
    owed: Money = attribute("What the shopper is to pay back: `refundRepay` does.")
    repaid_at: datetime | None = attribute("When the shopper paid an advance back.")
    this_return: Annotated["Return", strawberry.lazy("resolvers.returns.types")] = loaded(
        returns_by_id, by="return_id", name="return", description="The return it belongs to."
    )

    @resolved("What the money waits for; null once it is back, or will not come.")
    @staticmethod
    async def waiting_for(parent: strawberry.Parent[model.Refund], info: Info) -> RefundWait | None:
        this_return = await info.context.loaders.require(returns_by_id, parent.return_id)
        return waiting_for(await load_case(info.context, this_return))

    @resolved("Where the money is, in words.")
    @staticmethod
    async def message(parent: strawberry.Parent[model.Refund], info: Info) -> str:
        language = info.context.language
        this_return = await info.context.loaders.require(returns_by_id, parent.return_id)
        if waits_for := waiting_for(await load_case(info.context, this_return)):
            return translate(language, REFUND_WAITS[waits_for])
        if parent.refunded_at and parent.advance in UNADVANCED:
            return translate(language, N_("Paid by the merchant"))
        if parent.repaid_at:
            return translate(language, N_("Taken back, and paid back by you"))
        return translate(language, ADVANCES[parent.advance])
