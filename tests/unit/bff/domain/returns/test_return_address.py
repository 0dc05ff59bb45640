from msgspec.structs import replace

from bff.domain.orders.model import PLATFORM, Merchant
from bff.domain.returns.return_address import (
    agreed_address_id,
    return_address,
    return_address_id,
)
from tests.support.database import statements
from tests.support.factories import create_address
from tests.support.models import MERCHANT, POLICY
from tests.support.return_cases import ELECTRONICS, open_case, write
from tests.support.rows import address_under
from tests.support.world import World


async def filed(world: World) -> Merchant:
    return replace(MERCHANT, return_address_id=await create_address(world.db, MERCHANT.id))


async def test_goods_go_where_the_merchant_has_filed(world: World) -> None:
    merchant = await filed(world)
    address = await write(world, return_address, merchant, POLICY)
    assert (address.id, address.owner_id) == (merchant.return_address_id, MERCHANT.id)


async def test_an_address_is_not_read_where_its_id_is_enough(world: World) -> None:
    merchant = await filed(world)
    with statements(world.db) as seen:
        address_id = await write(world, return_address_id, merchant, POLICY)
    assert address_id == merchant.return_address_id
    assert not [sql for sql in seen if "addresses" in sql]


async def test_otherwise_the_policys_address_is_kept_as_one_row(world: World) -> None:
    address = await write(world, return_address, MERCHANT, POLICY)
    assert await write(world, return_address_id, MERCHANT, POLICY) == address.id
    assert (address.owner_id, address.recipient) == (
        PLATFORM,
        POLICY.returning.fallback_address.recipient,
    )
    assert address.area_code == "330110"
    async with world.db.read() as connection:
        assert await address_under(connection, address.id) == address


async def test_another_policy_has_another_address(world: World) -> None:
    later = POLICY.model_copy(update={"version": "later"})
    first, second = [
        await write(world, return_address_id, MERCHANT, policy) for policy in (POLICY, later)
    ]
    assert first != second


async def test_an_address_that_was_agreed_on_stays(world: World) -> None:
    requested = (await open_case(world, goods=ELECTRONICS)).this_return
    filed_id = await write(world, agreed_address_id, requested)
    agreed = replace(requested, return_address_id="adr_other")
    assert await write(world, agreed_address_id, agreed) == "adr_other" != filed_id
