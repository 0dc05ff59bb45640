"""What a shopper can do about money."""

from typing import Annotated, Any

import strawberry

from bff.db.idempotency import Answer
from bff.db.transaction import Tx
from bff.domain.returns.commands import express_refund as refunding
from bff.domain.returns.commands import returns as service
from resolvers.fields import Info, resolved
from resolvers.inputs import DisputeOpenInput, RefundOpenInput, RefundRepayInput, parts_of
from resolvers.mutation import Asked, carry_out
from resolvers.refunds.results import (
    RefundOpenResult,
    RefundOpenSuccess,
    RefundRepayResult,
    RefundRepaySuccess,
)
from resolvers.returns.results import DisputeOpenResult, DisputeOpenSuccess


@strawberry.type
class RefundMutations:
    @resolved(
        "Refund an order, or a part of it, before it is shipped (极速退款): at once where the star "
        "level grants it, or else put to the merchant, who has 72 hours.",
        kind=RefundOpenResult | None,
    )
    @staticmethod
    async def refund_open(info: Info, input: Annotated[RefundOpenInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            parts = parts_of(input)
            opened = await refunding.open_refund(tx, shopper, input.order_id, parts)
            return {"order_id": input.order_id, "return_ids": opened}

        return await carry_out(info, input, effect, RefundOpenSuccess)

    @resolved(
        "Object to a merchant's refusal: the platform decides.", kind=DisputeOpenResult | None
    )
    @staticmethod
    async def dispute_open(info: Info, input: Annotated[DisputeOpenInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            await service.open_dispute(tx, shopper, input.return_id)
            return {"return_id": input.return_id}

        return await carry_out(info, input, effect, DisputeOpenSuccess)

    @resolved("Pay back an advance that was taken back.", kind=RefundRepayResult | None)
    @staticmethod
    async def refund_repay(info: Info, input: Annotated[RefundRepayInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            await service.repay_refund(tx, shopper, input.return_id)
            return {"return_id": input.return_id}

        return await carry_out(info, input, effect, RefundRepaySuccess)
