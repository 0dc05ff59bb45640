"""Parts of the data that several partners are sent."""

from bff.domain.orders.model import Address
from bff.partners.outbound.facts import return_facts
from bff.partners.outbound.payloads import address_payload, goods_payload
from tests.support.factories import Goods
from tests.support.return_cases import open_case
from tests.support.world import World

ADDRESS = Address("adr_1", "sho_1", "张三", "13800000000", "浙江省杭州市西湖区", "文三路1号")


def test_an_address_has_what_a_courier_needs_and_nothing_of_whose_it_is() -> None:
    assert address_payload(ADDRESS) == {
        "recipient": "张三",
        "phone": "13800000000",
        "region": "浙江省杭州市西湖区",
        "street": "文三路1号",
    }
    assert address_payload(None) is None


async def test_goods_are_the_lines_in_the_quantity_that_goes_back(world: World) -> None:
    case = await open_case(world, goods=Goods(category="shoes", quantity=3))
    async with world.db.read() as connection:
        facts = await return_facts(connection, case.this_return)
    [goods] = goods_payload(facts)
    assert goods == {"sku": "sku-1", "title": "shoes 1", "category": "shoes", "quantity": 3}
