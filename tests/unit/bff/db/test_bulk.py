"""Many rows at a time, in as many statements as it takes."""

from collections.abc import Sequence

import pytest
from msgspec.structs import asdict

from bff.db.bulk import CHUNK, chunks, insert_all, read_all
from bff.db.connection import Connection
from bff.db.tables import shoppers
from bff.db.transaction import Tx
from bff.domain.orders.model import Shopper
from bff.domain.orders.store import shoppers_by_id
from tests.support.world import World


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (9, [3, 3, 3])]
)
def test_chunks_are_full_but_for_the_last(count: int, sizes: list[int]) -> None:
    parts = list(chunks(range(count), 3))
    assert [len(part) for part in parts] == sizes
    assert [item for part in parts for item in part] == list(range(count))


async def test_more_rows_than_fit_in_a_statement_are_inserted_and_read(world: World) -> None:
    many = [Shopper(f"sho_m{number}", str(number)) for number in range(2 * CHUNK + 1)]
    sizes: list[int] = []

    async def read(connection: Connection, keys: Sequence[str]) -> dict[str, Shopper]:
        sizes.append(len(keys))
        return await shoppers_by_id(connection, keys)

    async def keep(tx: Tx) -> dict[str, Shopper]:
        await insert_all(tx, shoppers, [asdict(shopper) for shopper in many])
        return await read_all(read, tx, [*(shopper.id for shopper in many), "sho_none"])

    assert await world.db.write(keep) == {shopper.id: shopper for shopper in many}
    assert sizes == [CHUNK, CHUNK, 2]


async def test_no_rows_are_no_statement(world: World) -> None:
    async def keep(tx: Tx) -> dict[str, Shopper]:
        await insert_all(tx, shoppers, [])
        return await read_all(shoppers_by_id, tx, [])

    assert await world.db.write(keep) == {}
