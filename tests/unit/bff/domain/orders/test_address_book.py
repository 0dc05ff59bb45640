from typing import Any

import pytest

from bff.core.refusal import NotFound
from bff.domain.orders.address_book import (
    MAX_ADDRESSES,
    add_to_book,
    default_address,
    keep_for_once,
    remove_from_book,
    set_default,
    update_in_book,
)
from bff.domain.orders.model import Address
from bff.domain.orders.records import AddressForm
from bff.domain.orders.refusals import AddressLimitReached
from bff.domain.orders.store import addresses_by_owner
from tests.support.database import nothing_changes
from tests.support.factories import create_shopper
from tests.support.return_cases import write
from tests.support.rows import address_under
from tests.support.world import World


def form(house: int = 1, **other: Any) -> AddressForm:
    words = {"recipient": "李四", "phone": "13900000000", "region": "上海市黄浦区"}
    return AddressForm(**words | {"street": f"南京东路{house}号"} | other)


async def add(world: World, shopper: str, house: int = 1, *, is_default: bool = False) -> Address:
    return await world.db.write(
        lambda tx: add_to_book(tx, shopper, form(house), is_default=is_default)
    )


async def update(world: World, shopper: str, address_id: str, house: int, **wish: Any) -> Address:
    return await world.db.write(
        lambda tx: update_in_book(tx, shopper, address_id, form(house), **wish)
    )


async def book(world: World, shopper: str) -> list[Address]:
    async with world.db.read() as connection:
        return (await addresses_by_owner(connection, [shopper]))[shopper]


async def streets(world: World, shopper: str) -> list[tuple[str, bool]]:
    return sorted((one.street, one.is_default) for one in await book(world, shopper))


@pytest.fixture
async def shopper(world: World) -> str:
    return await create_shopper(world.db, address=False)


async def test_the_same_address_is_there_once(world: World, shopper: str) -> None:
    first = await add(world, shopper)
    assert (await add(world, shopper)).id == first.id
    assert [one.id for one in await book(world, shopper)] == [first.id]
    assert first.area_code == "310101"


async def test_there_is_one_default_at_most_and_it_is_the_first(world: World, shopper: str) -> None:
    one, other = await add(world, shopper, is_default=True), await add(world, shopper, 2)
    assert await streets(world, shopper) == [("南京东路1号", True), ("南京东路2号", False)]
    for address in (other, one, one):
        await write(world, set_default, shopper, address.id)
        found = await book(world, shopper)
        assert [each.is_default for each in found] == [True, False]
        assert default_address(found) == found[0]
        assert found[0].id == address.id


async def test_the_only_address_is_the_default_and_of_two_none_is(
    world: World, shopper: str
) -> None:
    assert default_address(await book(world, shopper)) is None
    first = await add(world, shopper)
    assert default_address(await book(world, shopper)) == first
    await add(world, shopper, 2)
    assert default_address(await book(world, shopper)) is None


async def test_an_update_is_another_address_and_the_old_one_stays_as_it_was(
    world: World, shopper: str
) -> None:
    old = await add(world, shopper, is_default=True)
    new = await update(world, shopper, old.id, 2)
    assert await streets(world, shopper) == [("南京东路2号", True)]
    async with world.db.read() as connection:
        kept = await address_under(connection, old.id)
    assert (kept.street, kept.removed_at) == ("南京东路1号", world.clock.now())
    with pytest.raises(NotFound):
        await update(world, shopper, old.id, 3)
    back = await update(world, shopper, new.id, 1, is_default=False)
    assert back.id == old.id
    assert await streets(world, shopper) == [("南京东路1号", False)]


async def test_an_update_with_the_same_words_is_the_same_address(
    world: World, shopper: str
) -> None:
    one = await add(world, shopper)
    assert (await update(world, shopper, one.id, 1, is_default=True)).id == one.id
    assert await streets(world, shopper) == [("南京东路1号", True)]
    await update(world, shopper, one.id, 1, is_default=False)
    assert await streets(world, shopper) == [("南京东路1号", False)]


async def test_what_was_deleted_is_hidden_until_it_is_added_again(
    world: World, shopper: str
) -> None:
    one = await add(world, shopper, is_default=True)
    await write(world, remove_from_book, shopper, one.id)
    assert await book(world, shopper) == []
    async with nothing_changes(world):
        for change in (remove_from_book, set_default):
            with pytest.raises(NotFound):
                await write(world, change, shopper, one.id)
    assert (await add(world, shopper)).id == one.id
    assert await streets(world, shopper) == [("南京东路1号", False)]


async def test_anothers_address_is_not_found(world: World, shopper: str) -> None:
    one = await add(world, shopper)
    stranger = await create_shopper(world.db)
    async with nothing_changes(world):
        for change in (remove_from_book, set_default):
            with pytest.raises(NotFound):
                await write(world, change, stranger, one.id)
        with pytest.raises(NotFound):
            await update(world, stranger, one.id, 2)


async def test_a_full_book_takes_no_more_and_a_pickup_goes_on(world: World, shopper: str) -> None:
    for house in range(MAX_ADDRESSES):
        await add(world, shopper, house)
    async with nothing_changes(world):
        with pytest.raises(AddressLimitReached):
            await add(world, shopper, 99)
        assert (await add(world, shopper, 0)).street == "南京东路0号"
    once = await write(world, keep_for_once, shopper, form(99))
    assert len(await book(world, shopper)) == MAX_ADDRESSES
    async with world.db.read() as connection:
        kept = await address_under(connection, once.id)
    assert (kept.street, kept.removed_at) == (once.street, world.clock.now())
