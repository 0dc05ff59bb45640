"""Many rows at a time, in chunks, none left out."""

from collections.abc import Sequence

import pytest

from bff.db.bulk import CHUNK, chunks, insert_all, read_all
from bff.db.connection import Connection
from bff.db.tables import shoppers
from bff.domain.orders.store import shoppers_by_id
from tests.support.database import statements
from tests.support.world import World


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3])]
)
def test_chunks_are_full_but_for_the_last(count: int, sizes: list[int]) -> None:
    parts = list(chunks(range(count), 3))
    assert [len(part) for part in parts] == sizes
    assert [item for part in parts for item in part] == list(range(count))


async def test_rows_are_inserted_and_read_by_the_chunk(world: World) -> None:
    keys = [f"sho_{number}" for number in range(2 * CHUNK + 1)]
    rows = [{"id": key, "nickname": key} for key in keys]
    await world.db.write(lambda tx: insert_all(tx, shoppers, rows))
    with statements(world.db) as seen:
        read = await world.db.write(lambda tx: read_all(shoppers_by_id, tx, [*keys, "sho_x"]))
    assert sorted(read) == sorted(keys)
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 3


async def test_of_no_keys_nothing_is_read(world: World) -> None:
    async def fail(_connection: Connection, _keys: Sequence[str]) -> dict[str, str]:
        raise AssertionError

    assert await world.db.write(lambda tx: read_all(fail, tx, [])) == {}
