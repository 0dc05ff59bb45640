"""One effect a key, for each shopper."""

from dataclasses import replace

import pytest

from bff.core.refusal import IdempotencyConflict, InvalidInput, NotFound
from bff.db.idempotency import KEY_LENGTH, Request, StoredResult, once
from tests.support.world import World

REQUEST = Request("sho_1", "key", "returnCancel", {"returnId": "ret_1", "note": None})


class Effects:
    """Numbers from 1 on: each effect has the next."""

    def __init__(self) -> None:
        self.number = 0

    async def next(self) -> int:
        self.number += 1
        return self.number

    async def refuse(self) -> int:
        self.number += 1
        raise NotFound("returnId")


def to_stored(result: int) -> StoredResult:
    return {"number": result}


def from_stored(stored: StoredResult) -> int:
    return -int(stored["number"])  # so that it can be told from the first


async def run(world: World, effects: Effects, request: Request = REQUEST) -> int:
    return await world.db.write(lambda tx: once(tx, request, effects.next, to_stored, from_stored))


async def test_the_same_key_and_input_give_the_stored_result(world: World) -> None:
    effects = Effects()
    assert [await run(world, effects) for _ in range(3)] == [1, -1, -1]
    assert effects.number == 1


async def test_the_order_of_the_inputs_fields_does_not_matter(world: World) -> None:
    effects = Effects()
    await run(world, effects)
    turned = replace(REQUEST, input={"note": None, "returnId": "ret_1"})
    assert await run(world, effects, turned) == -1


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, input={"returnId": "ret_2", "note": None}),
        replace(REQUEST, input={"returnId": "ret_1"}),
        replace(REQUEST, name="pickupCancel"),
    ],
    ids=["another value", "a field less", "another mutation"],
)
async def test_a_key_that_was_used_with_another_input_is_a_conflict(
    world: World, other: Request
) -> None:
    effects = Effects()
    await run(world, effects)
    with pytest.raises(IdempotencyConflict) as refused:
        await run(world, effects, other)
    assert refused.value.idempotency_key == "key"
    assert effects.number == 1


@pytest.mark.parametrize(
    "other", [replace(REQUEST, key="another"), replace(REQUEST, shopper_id="sho_2")]
)
async def test_another_key_and_another_shopper_have_effects_of_their_own(
    world: World, other: Request
) -> None:
    effects = Effects()
    await run(world, effects)
    assert await run(world, effects, other) == 2


async def test_a_refusal_is_not_stored(world: World) -> None:
    effects = Effects()
    with pytest.raises(NotFound):
        await world.db.write(lambda tx: once(tx, REQUEST, effects.refuse, to_stored, from_stored))
    assert await run(world, effects) == 2


@pytest.mark.parametrize("key", ["", "  ", "x" * (KEY_LENGTH + 1), "a\nb", "a\u200bb"])
async def test_an_unusable_key_is_refused_before_any_effect(world: World, key: str) -> None:
    effects = Effects()
    with pytest.raises(InvalidInput) as refused:
        await run(world, effects, replace(REQUEST, key=key))
    assert refused.value.field == "idempotencyKey"
    assert effects.number == 0


async def test_the_longest_key_is_taken(world: World) -> None:
    assert await run(world, Effects(), replace(REQUEST, key="键" * KEY_LENGTH)) == 1
