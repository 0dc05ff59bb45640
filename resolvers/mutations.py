"""What a shopper can do. Each takes an idempotency key, and answers with a success or a refusal."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import strawberry

from bff.core.refusal import Refusal
from bff.db.database import Tx
from bff.db.idempotency import Answer, Request
from bff.returns import journey, service
from bff.returns.model import WaybillSource
from resolvers.edges import Info, answers
from resolvers.errors import shopper_id
from resolvers.inputs import (
    Input,
    OneTapReturnInput,
    PickupBookInput,
    PickupCancelInput,
    ReturnCancelInput,
    WaybillSubmitInput,
    facts_of,
    wish_of,
)
from resolvers.problems import translate
from resolvers.results import (
    OneTapReturnResult,
    OneTapReturnSuccess,
    PickupBookResult,
    PickupBookSuccess,
    PickupCancelResult,
    PickupCancelSuccess,
    ReturnCancelResult,
    ReturnCancelSuccess,
    WaybillSubmitResult,
    WaybillSubmitSuccess,
)

S = TypeVar("S")
Effect = Callable[[Tx, str], Awaitable[Answer]]
Asked = strawberry.argument(description="What is asked for.")


async def carry_out(info: Info, given: Input, effect: Effect, success: Callable[..., S]) -> Any:
    """The success, or the refusal as the client sees it."""
    shopper = shopper_id(info.context)
    request = Request(shopper, given.idempotency_key, info.field_name, facts_of(given))
    try:
        answer, replayed = await info.context.once(request, lambda tx: effect(tx, shopper))
    except Refusal as refusal:
        return translate(refusal)
    return success(replayed=replayed, **answer)


@strawberry.type(description="What can be done.")
class Mutation:
    @answers(
        "Open a return, and have it picked up, in one tap: approved in the same answer where "
        "express return applies, or else put to the merchant, who has 72 hours.",
        kind=OneTapReturnResult | None,
    )
    @staticmethod
    async def one_tap_return(info: Info, input: Annotated[OneTapReturnInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            wish = wish_of(input.pickup, "pickup.") if input.pickup else None
            tap = service.OneTap(input.order_line_id, input.quantity, wish)
            tapped = await service.one_tap(tx, info.context.book, shopper, tap)
            return {"return_id": tapped.return_id, "pickup_later": tapped.pickup_later}

        return await carry_out(info, input, effect, OneTapReturnSuccess)

    @answers(
        "Call a return off while the goods are with the shopper; its pickup goes with it.",
        kind=ReturnCancelResult | None,
    )
    @staticmethod
    async def return_cancel(info: Info, input: Annotated[ReturnCancelInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            await service.cancel_return(tx, shopper, input.return_id)
            return {"return_id": input.return_id}

        return await carry_out(info, input, effect, ReturnCancelSuccess)

    @answers("Have an approved return picked up.", kind=PickupBookResult | None)
    @staticmethod
    async def pickup_book(info: Info, input: Annotated[PickupBookInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            book, wish = info.context.book, wish_of(input)
            pickup = await service.book_pickup(tx, book, shopper, input.return_id, wish)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupBookSuccess)

    @answers("Call a pickup off before the goods are collected.", kind=PickupCancelResult | None)
    @staticmethod
    async def pickup_cancel(info: Info, input: Annotated[PickupCancelInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            pickup = await service.cancel_pickup(tx, shopper, input.pickup_id)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupCancelSuccess)

    @answers(
        "Say under which waybill the goods travel: an express return's refund is then advanced "
        "in the same answer.",
        kind=WaybillSubmitResult | None,
    )
    @staticmethod
    async def waybill_submit(info: Info, input: Annotated[WaybillSubmitInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            mine = await service.own_return(tx, shopper, input.return_id)
            company, number = input.courier_company, input.waybill_number
            source = WaybillSource.SHOPPER
            await journey.submit_waybill(tx, info.context.book, mine, company, number, source)
            return {"return_id": input.return_id}

        return await carry_out(info, input, effect, WaybillSubmitSuccess)
