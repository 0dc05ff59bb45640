"""What a shopper can do about money."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from bff.db.transaction import Tx
from bff.domain.returns import model
from bff.domain.returns.commands import express_refund
from bff.domain.returns.commands import returns as commands
from loaders.orders import orders_by_id
from loaders.returns import refunds_by_return, returns_by_id
from resolvers.fields import Info, loaded, resolved
from resolvers.mutation_fields import MutationSuccess, ReturnMutationSuccess, mutation
from resolvers.orders.types import Order
from resolvers.refunds.inputs import (
    DisputeOpenInput,
    RefundOpenInput,
    RefundRepayInput,
    refund_lines_of,
)
from resolvers.refunds.types import Refund
from resolvers.refunds.user_errors import (
    NothingOwed,
    OrderShipped,
    QuantityNotLeft,
    RepaymentUnderWay,
    ReturnNotDisputable,
)

if TYPE_CHECKING:
    from resolvers.returns.types import Return


@strawberry.type(description="The refund is open: a return without goods for each line.")
class RefundOpenSuccess(MutationSuccess):
    order_id: strawberry.Private[str]
    return_ids: strawberry.Private[list[str]]
    order: Order = loaded(orders_by_id, by="order_id", description="The order.")

    @resolved(
        "One for each line.",
        kind=list[Annotated["Return", strawberry.lazy("resolvers.returns.types")]],
    )
    @staticmethod
    async def returns(
        parent: strawberry.Parent["RefundOpenSuccess"], info: Info
    ) -> list[model.Return]:
        return await info.context.loaders.require_many(returns_by_id, parent.return_ids)


@strawberry.type(description="The platform decides.")
class DisputeOpenSuccess(ReturnMutationSuccess):
    pass


@strawberry.type(description="The payment is under way.")
class RefundRepaySuccess(ReturnMutationSuccess):
    refund: Refund = loaded(refunds_by_return, by="return_id", description="The refund.")


@strawberry.type
class RefundMutations:
    @mutation(
        "Refund an order, or a part of it, before it is shipped (极速退款): at once where the star "
        "level grants it, or else put to the merchant, who has 72 hours.",
        refusals=[OrderShipped, QuantityNotLeft],
        result="The refund, or why there is none.",
    )
    @staticmethod
    async def refund_open(tx: Tx, shopper_id: str, inputs: RefundOpenInput) -> RefundOpenSuccess:
        opened = await express_refund.open_refund(
            tx, shopper_id, inputs.order_id, refund_lines_of(inputs)
        )
        return RefundOpenSuccess(order_id=inputs.order_id, return_ids=opened)

    @mutation(
        "Dispute a merchant's refusal: the platform decides.",
        refusals=[ReturnNotDisputable],
        result="The return, or why there is no dispute.",
    )
    @staticmethod
    async def dispute_open(tx: Tx, shopper_id: str, inputs: DisputeOpenInput) -> DisputeOpenSuccess:
        await commands.open_dispute(tx, shopper_id, inputs.return_id)
        return DisputeOpenSuccess(return_id=inputs.return_id)

    @mutation(
        "Pay back what is owed: an advance that was taken back, or money that was paid twice.",
        refusals=[NothingOwed, RepaymentUnderWay],
        result="The payment, or why there is none.",
    )
    @staticmethod
    async def refund_repay(tx: Tx, shopper_id: str, inputs: RefundRepayInput) -> RefundRepaySuccess:
        await commands.repay_refund(tx, shopper_id, inputs.return_id)
        return RefundRepaySuccess(return_id=inputs.return_id)
