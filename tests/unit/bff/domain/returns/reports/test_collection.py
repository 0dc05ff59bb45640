import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.pickups import service
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.offers import OfferEnd
from bff.domain.returns.reports.collection import collect_goods, known_pickup, past_offer
from tests.support.database import nothing_changes
from tests.support.return_cases import collected_case, open_case, outbox_messages, write
from tests.support.world import World


async def offered_twice(world: World) -> Pickup:
    """Cainiao was silent: SF has the pickup."""
    case = await open_case(world, pickup=True)
    assert case.pickup
    await write(world, service.end_offer, case.pickup, OfferEnd.NO_ANSWER)
    await write(world, service.offer, case.pickup, "sf")
    return await write(world, known_pickup, case.pickup.id)


async def test_a_company_that_has_the_pickup_has_no_past_offer(world: World) -> None:
    pickup = await offered_twice(world)
    assert await write(world, past_offer, pickup, "sf") is None
    assert await write(world, past_offer, pickup, None) is None
    past = await write(world, past_offer, pickup, "Cainiao")
    assert past
    assert (past.courier_company, past.end) == ("cainiao", OfferEnd.NO_ANSWER)
    with pytest.raises(ImpossibleReportError, match="offered to sf"):
        await write(world, past_offer, pickup, "yto")


async def test_who_has_the_goods_has_the_pickup(world: World) -> None:
    pickup = await offered_twice(world)
    now = world.clock.now()
    collected = await write(world, collect_goods, pickup, "cainiao", now)
    assert collected == await write(world, known_pickup, pickup.id)
    assert (collected.courier_company, collected.status) == ("cainiao", PickupStatus.COLLECTED)
    assert (await outbox_messages(world.db, pickup.id))[-1] == "pickup.cancelled"
    past = await write(world, past_offer, collected, "sf")
    assert past
    assert past.end is OfferEnd.ANOTHER_COMPANY


async def test_goods_are_collected_once(world: World) -> None:
    _, pickup = await collected_case(world)
    async with nothing_changes(world):
        assert await write(world, collect_goods, pickup, "cainiao", world.clock.now()) == pickup
