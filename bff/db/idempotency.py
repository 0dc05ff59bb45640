"""One effect a key: the same key and input give the first result again."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import String, and_, bindparam, insert, select

from bff.core.refusal import IdempotencyConflict, InvalidInput
from bff.db.locks import lock
from bff.db.statements import prepare
from bff.db.tables import idempotency, shoppers
from bff.db.transaction import Tx
from bff.locale.messages import N_

KEY_LENGTH = 128

Result = TypeVar("Result")
StoredResult = dict[str, Any]

_caller = select(bindparam("shopper_id", type_=String).label("id")).subquery("caller")
_recalled = prepare(
    select(idempotency.c.request_digest, idempotency.c.answer, shoppers.c.erased_at)
    .select_from(_caller)
    .outerjoin(shoppers, shoppers.c.id == _caller.c.id)
    .outerjoin(
        idempotency,
        and_(idempotency.c.shopper_id == _caller.c.id, idempotency.c.key == bindparam("key")),
    )
)
_remembered = prepare(
    insert(idempotency), inputs=["shopper_id", "key", "request_digest", "answer", "at"]
)


class ErasedShopperError(Exception):
    """The request comes from somebody who was erased, with a token that outlives them."""


@dataclass(frozen=True, slots=True)
class Request:
    """A shopper's request: `name` of the mutation and its `input`, without the key."""

    shopper_id: str
    key: str
    name: str
    input: Mapping[str, Any]

    def digest(self) -> str:
        body = orjson.dumps([self.name, self.input], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(body).hexdigest()


async def once(
    tx: Tx,
    request: Request,
    effect: Callable[[], Awaitable[Result]],
    to_stored: Callable[[Result], StoredResult],
    from_stored: Callable[[StoredResult], Result],
) -> Result:
    """The effect's result, or what is made of the one that is stored under the key.

    A refusal is not stored: it changed nothing. Raises InvalidInput for an unusable key,
    IdempotencyConflict for a key that was used with another input, ErasedShopperError.
    """
    _check_key(request.key)
    await lock(tx, [request.shopper_id])
    stored = await _recall(tx, request)
    if stored is not None:
        return from_stored(stored)
    result = await effect()
    await _remember(tx, request, to_stored(result))
    return result


def _check_key(key: str) -> None:
    if not key.strip() or len(key) > KEY_LENGTH or not key.isprintable():
        raise InvalidInput(
            "idempotencyKey", N_("1 to {most} printable characters"), {"most": KEY_LENGTH}
        )


async def _recall(tx: Tx, request: Request) -> StoredResult | None:
    values = {"shopper_id": request.shopper_id, "key": request.key}
    row = (await tx.execute(_recalled, values)).one()
    if row.erased_at:
        raise ErasedShopperError
    if row.request_digest is None:
        return None
    if row.request_digest != request.digest():
        raise IdempotencyConflict(request.key)
    stored: StoredResult = row.answer
    return stored


async def _remember(tx: Tx, request: Request, stored: StoredResult) -> None:
    row = {
        "shopper_id": request.shopper_id,
        "key": request.key,
        "request_digest": request.digest(),
        "answer": stored,
        "at": tx.now,
    }
    await tx.send(_remembered, row)
