"""Whose the rows are that an outsider names."""

from bff.db.lookups import (
    credits_by_note,
    owner_of_order,
    owner_of_payment,
    owner_of_photo,
    owner_of_pickup,
    owner_of_return,
    owners_of_addresses,
    owners_of_orders,
    returns_under_number,
)
from bff.domain.returns.commands.evidence import open_evidence
from tests.support.factories import create_address
from tests.support.return_cases import SF_NUMBER, open_case, payments_of, shipped_case, write
from tests.support.world import World


async def test_each_thing_that_partners_name_has_its_shopper(world: World) -> None:
    case, other = await open_case(world, pickup=True), await shipped_case(world)
    assert case.pickup
    this_return, owner = case.this_return, case.this_return.shopper_id
    photo = await write(world, open_evidence, owner, this_return.id)
    [payment, *_] = await payments_of(world.db, other.refund.id)
    async with world.db.read() as connection:
        assert await owner_of_order(connection, this_return.order_id) == owner
        assert await owner_of_return(connection, this_return.id) == owner
        assert await owner_of_pickup(connection, case.pickup.id) == owner
        assert await owner_of_photo(connection, photo.id) == owner
        assert await owner_of_payment(connection, payment.id) == other.this_return.shopper_id
        keys = [this_return.order_id, other.this_return.order_id, "ord_unknown"]
        assert await owners_of_orders(connection, keys) == {
            this_return.order_id: owner,
            other.this_return.order_id: other.this_return.shopper_id,
        }
        for find in (owner_of_order, owner_of_return, owner_of_pickup, owner_of_payment):
            assert await find(connection, "unknown") is None


async def test_an_address_is_a_shoppers_or_a_merchants(world: World) -> None:
    keys = [await create_address(world.db, owner) for owner in ("sho_1", "mer_1")]
    async with world.db.read() as connection:
        found = await owners_of_addresses(connection, [*keys, "adr_unknown"])
    assert found == dict(zip(keys, ("sho_1", "mer_1"), strict=True))


async def test_a_parcel_is_found_by_its_number(world: World) -> None:
    this_return = (await shipped_case(world)).this_return
    async with world.db.read() as connection:
        [found] = await returns_under_number(connection, SF_NUMBER)
        assert await returns_under_number(connection, f"{SF_NUMBER}0") == []
    assert (found.id, found.shopper_id, found.merchant_id, found.ended_at) == (
        this_return.id,
        this_return.shopper_id,
        this_return.merchant_id,
        None,
    )


async def test_a_note_that_is_unknown_has_no_lines(world: World) -> None:
    async with world.db.read() as connection:
        assert await credits_by_note(connection, ["CN-unknown"]) == {"CN-unknown": []}
