"""The places of an area's slots are counted once, however shoppers spell the area."""

import pytest

from tests.support.database import dump
from tests.support.return_documents import BOOK, ELSEWHERE
from tests.support.return_steps import approved_return, ask
from tests.support.world import World

LEFT = """
query Left($id: ID!) { pickupSlots(returnId: $id, on: "2026-03-11") { capacityLeft } }
"""
SPELLINGS = ["浙江省杭州市西湖区", "浙江 杭州 西湖区", "杭州市西湖区", "浙江省/杭州市/西湖区"]


async def test_one_place_counts_once_however_it_is_spelt(server: World) -> None:
    for count, region in enumerate(SPELLINGS, start=1):
        shopper, return_id = await approved_return(server)
        async with server.client(shopper) as app:
            address = ELSEWHERE | {"region": region}
            booked = await ask(app, BOOK, id=return_id, address=address, slot="20260311T09")
            assert booked["__typename"] == "PickupBookSuccess", booked
            [first, *others] = (await app.ask(LEFT, id=return_id))["pickupSlots"]
        assert first["capacityLeft"] == 50 - count
        assert {one["capacityLeft"] for one in others} == {50}
    [slot] = (await dump(server.db))["slots"]
    assert slot[:2] == ("330106", "20260311T09")


@pytest.mark.parametrize("code", ["330106", "330106001"])
async def test_an_address_with_a_code_of_its_own_counts_there(server: World, code: str) -> None:
    shopper, return_id = await approved_return(server)
    address = ELSEWHERE | {"region": "西湖区", "areaCode": code}
    async with server.client(shopper) as app:
        await ask(app, BOOK, id=return_id, address=address, slot="20260311T09")
    [slot] = (await dump(server.db))["slots"]
    assert slot[0] == "330106"
