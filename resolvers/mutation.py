"""Carrying out what a shopper asks: a success or a refusal, once for each idempotency key."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry

from bff.core.refusal import Refusal
from bff.db.idempotency import Answer, Request
from bff.db.transaction import Tx
from resolvers.argument_errors import shopper_id
from resolvers.fields import Info
from resolvers.inputs import Input, facts_of
from resolvers.user_errors import user_error

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
        return user_error(refusal)
    return success(replayed=replayed, **answer)
