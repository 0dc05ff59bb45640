"""Who writes of a shopper does so alone, by whatever of the shopper's the write is about."""

import asyncio
from collections.abc import Mapping

import pytest

from bff.core import ids
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.returns.commands.evidence import open_evidence
from tests.support.database import statements
from tests.support.return_cases import open_case, payments_of, shipped_case, write
from tests.support.world import World

BLOCKED_S = 0.05


async def subjects(world: World) -> Mapping[str, str]:
    """Of one shopper, by kind."""
    case, shipped = await open_case(world, pickup=True), await shipped_case(world)
    assert case.pickup
    owner = case.this_return.shopper_id
    photo = await write(world, open_evidence, owner, case.this_return.id)
    [payment, *_] = await payments_of(world.db, shipped.refund.id)
    return {
        ids.SHOPPER: owner,
        ids.ORDER: case.this_return.order_id,
        ids.RETURN: case.this_return.id,
        ids.PICKUP: case.pickup.id,
        ids.PHOTO: photo.id,
        ids.PAYMENT: payment.id,
    }


@pytest.mark.sqlite_only("nothing else is written meanwhile")
async def test_a_write_that_is_alone_needs_no_lock(world: World) -> None:
    known = await subjects(world)
    with statements(world.db) as seen:
        await world.db.write(lambda tx: lock(tx, list(known.values())))
    assert not [sql for sql in seen if sql.startswith("SELECT")]


async def order_of_two(world: World, first: str, second: str, *, wait: bool) -> list[str]:
    """Of two writes: the first holds its lock until the second has had time to pass it."""
    done: list[str] = []
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(tx: Tx) -> None:
        await lock(tx, [first])
        locked.set()
        await go_on.wait()
        done.append("first")

    async def follow(tx: Tx) -> None:
        await lock(tx, [second], wait=wait)
        done.append("second")

    holding = asyncio.create_task(world.db.write(hold))
    await locked.wait()
    following = asyncio.create_task(world.db.write(follow))
    await asyncio.wait([following], timeout=BLOCKED_S)
    go_on.set()
    await asyncio.gather(holding, following)
    return done


@pytest.mark.parametrize("wait", [True, False])
async def test_a_write_of_the_same_shopper_comes_after_the_other(
    world: World, *, wait: bool
) -> None:
    known = await subjects(world)
    owned = [known[kind] for kind in known if kind != ids.PAYMENT]
    for subject_id in owned:
        order = await order_of_two(world, owned[0], subject_id, wait=wait)
        assert order == ["first", "second"], subject_id


@pytest.mark.parametrize("other", ["another shopper's", "nobody's"])
async def test_other_writes_go_on_meanwhile(world: World, other: str) -> None:
    known = await subjects(world)
    subject_id = known[ids.PAYMENT] if other == "another shopper's" else "ret_unknown"
    order = await order_of_two(world, known[ids.SHOPPER], subject_id, wait=True)
    async with world.db.read() as connection:
        assert order == (["first", "second"] if connection.writes_alone else ["second", "first"])
