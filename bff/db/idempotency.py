"""One effect a key: the same key and input give the first answer again."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select

from bff.core.refusal import IdempotencyConflict, InvalidInput
from bff.db.statements import prepare
from bff.db.tables import idempotency
from bff.db.transaction import Tx
from bff.locale.messages import N_

KEY_LENGTH = 128

Answer = dict[str, Any]

_recalled = prepare(
    select(idempotency.c.request_digest, idempotency.c.answer).where(
        idempotency.c.shopper_id == bindparam("shopper_id"), idempotency.c.key == bindparam("key")
    )
)
_remembered = prepare(
    insert(idempotency), given=["shopper_id", "key", "request_digest", "answer", "at"]
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a shopper asked: `name` of the mutation and its `input`, without the key."""

    shopper_id: str
    key: str
    name: str
    input: Mapping[str, Any]

    def digest(self) -> str:
        body = orjson.dumps([self.name, self.input], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(body).hexdigest()


async def once(
    tx: Tx, request: Request, effect: Callable[[], Awaitable[Answer]]
) -> tuple[Answer, bool]:
    """The answer and whether it is a replay. A refusal is not kept: it changed nothing.

    Raises InvalidInput for an unusable key, IdempotencyConflict for a key that was
    used with another input.
    """
    _check_key(request.key)
    if found := await _recall(tx, request):
        return found, True
    answer = await effect()
    await _remember(tx, request, answer)
    return answer, False


def _check_key(key: str) -> None:
    if not key.strip() or len(key) > KEY_LENGTH or not key.isprintable():
        raise InvalidInput(
            "idempotencyKey", N_("1 to {most} printable characters"), {"most": KEY_LENGTH}
        )


async def _recall(tx: Tx, request: Request) -> Answer | None:
    asked = {"shopper_id": request.shopper_id, "key": request.key}
    row = (await tx.execute(_recalled, asked)).first()
    if row is None:
        return None
    if row.request_digest != request.digest():
        raise IdempotencyConflict(request.key)
    answer: Answer = row.answer
    return answer


async def _remember(tx: Tx, request: Request, answer: Answer) -> None:
    row = {
        "shopper_id": request.shopper_id,
        "key": request.key,
        "request_digest": request.digest(),
        "answer": answer,
        "at": tx.now,
    }
    await tx.execute(_remembered, row)
