"""What a shopper can do about a return."""

from typing import Annotated, Any

import strawberry

from bff.db.idempotency import Answer
from bff.db.transaction import Tx
from bff.domain.returns.commands import returns as service
from bff.domain.returns.commands import waybill as shipping
from loaders.batch import Found
from loaders.orders import addresses_by_id, lines_by_id, merchants_by_id, orders_by_id
from loaders.returns import missed_by_return, pickups_by_return, refunds_by_return, returns_by_id
from resolvers.fields import Info, resolved
from resolvers.inputs import OneTapReturnInput, ReturnCancelInput, WaybillSubmitInput, wish_of
from resolvers.mutation import Asked, carry_out
from resolvers.returns.results import (
    OneTapReturnResult,
    OneTapReturnSuccess,
    ReturnCancelResult,
    ReturnCancelSuccess,
    WaybillSubmitResult,
    WaybillSubmitSuccess,
)


def _known(tapped: service.Tapped) -> Found:
    """What was just written need not be read."""
    case, subject, key = tapped.case, tapped.subject, tapped.return_id
    goes_to = tapped.goes_to
    return {
        returns_by_id.fetch: {key: case.this_return},
        refunds_by_return.fetch: {key: case.refund},
        pickups_by_return.fetch: {key: case.pickup},
        missed_by_return.fetch: {key: case.missed},
        lines_by_id.fetch: {subject.line.id: subject.line},
        orders_by_id.fetch: {subject.order.id: subject.order},
        merchants_by_id.fetch: {subject.merchant.id: subject.merchant},
        addresses_by_id.fetch: {goes_to.id: goes_to} if goes_to else {},
    }


@strawberry.type
class ReturnMutations:
    @resolved(
        "Open a return, and have it picked up, in one tap: approved in the same answer where "
        "express return applies, or else put to the merchant, who has 72 hours.",
        kind=OneTapReturnResult | None,
    )
    @staticmethod
    async def one_tap_return(info: Info, input: Annotated[OneTapReturnInput, Asked]) -> Any:  # noqa: A002
        done: list[service.Tapped] = []

        async def effect(tx: Tx, shopper: str) -> Answer:
            wish = wish_of(input.pickup, "pickup.") if input.pickup else None
            tap = service.OneTap(input.order_line_id, input.quantity, wish)
            tapped = await service.one_tap(tx, shopper, tap)
            done.append(tapped)
            return {"return_id": tapped.return_id, "pickup_later": tapped.pickup_later}

        answer = await carry_out(info, input, effect, OneTapReturnSuccess)
        for tapped in done:
            info.context.loaders.prime(_known(tapped))
        return answer

    @resolved(
        "Call a return off while the goods are with the shopper; its pickup goes with it.",
        kind=ReturnCancelResult | None,
    )
    @staticmethod
    async def return_cancel(info: Info, input: Annotated[ReturnCancelInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            await service.cancel_return(tx, shopper, input.return_id)
            return {"return_id": input.return_id}

        return await carry_out(info, input, effect, ReturnCancelSuccess)

    @resolved(
        "Say under which waybill the goods travel: an express return's refund is then advanced "
        "within a second.",
        kind=WaybillSubmitResult | None,
    )
    @staticmethod
    async def waybill_submit(info: Info, input: Annotated[WaybillSubmitInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            return_id = input.return_id
            company, number = input.courier_company, input.waybill_number
            await shipping.submit_waybill(tx, shopper, return_id, company, number)
            return {"return_id": return_id}

        return await carry_out(info, input, effect, WaybillSubmitSuccess)
