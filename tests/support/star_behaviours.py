"""Records behaviours of shoppers, good and bad."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bff.core import ids
from bff.db.transaction import Tx
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.store import add_return
from bff.domain.stars import service
from bff.domain.stars.model import Behaviour, Stars
from bff.domain.stars.store import stars_by_shopper
from tests.support.factories import create_order
from tests.support.models import RETURN
from tests.support.world import START, World


async def ended_returns(world: World, shopper: str, count: int = 1) -> list[str]:
    """Returns of one line, over and done with; nothing else is on record of them, so the books
    are not to be looked at."""
    world.lawful = False
    [line] = await create_order(world.db, shopper, received_at=START)

    async def add(tx: Tx) -> list[str]:
        made = []
        for _ in range(count):
            made.append(tx.new_id(ids.RETURN))
            opened = replace(RETURN, id=made[-1], shopper_id=shopper, order_line_id=line)
            ended = replace(opened, status=ReturnStatus.CLOSED, ended_at=tx.now)
            await add_return(tx, ended)
        return made

    return await world.db.write(add)


async def record_behaviour(world: World, shopper: str, what: Behaviour, *return_ids: str) -> str:
    """A behaviour of each return, or of one that is made up; the last return's id."""
    of = return_ids or await ended_returns(world, shopper)

    async def record(tx: Tx) -> None:
        for return_id in of:
            await service.record_behaviour(tx, shopper, return_id, what)

    await world.db.write(record)
    return of[-1]


async def record_behaviours(
    world: World, shopper: str, what: Iterable[Behaviour], return_ids: Sequence[str]
) -> None:
    """Behaviours of these returns in turn, in one write."""

    async def record(tx: Tx) -> None:
        for return_id, one in zip(return_ids, what, strict=True):
            await service.record_behaviour(tx, shopper, return_id, one)

    await world.db.write(record)


async def stars_of(world: World, shopper: str) -> Stars:
    async with world.db.read() as connection:
        return (await stars_by_shopper(connection, [shopper]))[shopper]
