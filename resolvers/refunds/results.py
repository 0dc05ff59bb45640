"""What mutations about money answer."""

from asyncio import gather
from typing import Annotated

import strawberry

from bff.domain.returns.model import Return as CoreReturn
from loaders.orders import orders_by_id
from loaders.returns import refunds_by_return, returns_by_id
from resolvers.fields import Info, attribute, loaded, resolved
from resolvers.mutation_results import AnyRefusal, OfReturn
from resolvers.orders.types import Order
from resolvers.returns.types import Refund, Return
from resolvers.returns.user_errors import (
    NothingOwed,
    OrderShipped,
    QuantityNotLeft,
    RepaymentUnderWay,
)


@strawberry.type(description="The refund is open: a return without goods for each line.")
class RefundOpenSuccess:
    replayed: bool = attribute("Whether this key was answered before: nothing more was done.")
    order_id: strawberry.Private[str]
    return_ids: strawberry.Private[list[str]]
    order: Order = loaded(orders_by_id, by="order_id", description="The order.")

    @resolved("One for each line.", kind=list[Return])
    @staticmethod
    async def returns(
        parent: strawberry.Parent["RefundOpenSuccess"], info: Info
    ) -> list[CoreReturn]:
        load = info.context.loaders
        return await gather(*(load.known(returns_by_id, key) for key in parent.return_ids))


@strawberry.type(description="The payment is under way.")
class RefundRepaySuccess(OfReturn):
    refund: Refund = loaded(refunds_by_return, by="return_id", description="The money.")


RefundOpenResult = Annotated[
    RefundOpenSuccess | OrderShipped | QuantityNotLeft | AnyRefusal,
    strawberry.union("RefundOpenResult", description="The refund, or why there is none."),
]
RefundRepayResult = Annotated[
    RefundRepaySuccess | NothingOwed | RepaymentUnderWay | AnyRefusal,
    strawberry.union("RefundRepayResult", description="The payment, or why there is none."),
]
