"""Each event reaches the domain's own report, with the facts of its payload."""

from typing import Any

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.db.transaction import Tx
from bff.domain.pickups.model import PickupStatus
from bff.domain.returns.model import ReturnStatus
from bff.domain.stars.store import stars_by_shopper
from bff.partners.inbound.reports import REPORTS
from bff.settings import WEBHOOK_SECRETS
from tests.support.database import nothing_changes
from tests.support.factories import create_shopper
from tests.support.return_cases import (
    ELECTRONICS,
    advanced_case,
    collected_case,
    open_case,
    read_case,
    write,
)
from tests.support.world import World

PHOTO = "https://photos.example/1.jpg"


async def report(world: World, partner: str, kind: str, **data: Any) -> bool:
    """Whether it changed anything."""
    known = REPORTS[partner][kind]
    payload = known.model.model_validate(data, strict=False)
    return await write(world, known.act, payload, world.clock.now())


def test_every_partner_that_signs_has_reports() -> None:
    assert set(REPORTS) == set(WEBHOOK_SECRETS)


async def test_a_courier_reports_the_way_of_a_parcel(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    pickup: dict[str, Any] = {"pickupId": case.pickup.id}
    assert await report(world, "courier", "pickup.accepted", **pickup, courierCompany="cainiao")
    assert await report(world, "courier", "pickup.collected", **pickup)
    assert not await report(world, "courier", "pickup.collected", **pickup)
    assert await report(world, "courier", "pickup.weighed", **pickup, weightGrams=800)
    number = "CN0123456789"
    assert await report(world, "courier", "pickup.waybill", **pickup, waybillNumber=number)
    after = await read_case(world, case)
    assert after.pickup
    assert (after.pickup.status, after.pickup.weight_grams) == (PickupStatus.COLLECTED, 800)


async def test_another_courier_company_reports_nothing(world: World) -> None:
    _, pickup = await collected_case(world)
    data = {"pickupId": pickup.id, "courierCompany": "sf", "weightGrams": 800}
    with pytest.raises(ImpossibleReportError):
        await report(world, "courier", "pickup.weighed", **data)


async def test_a_visit_in_vain_says_why(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    pickup: dict[str, Any] = {"pickupId": case.pickup.id}
    await report(world, "courier", "pickup.accepted", **pickup, courierCompany="cainiao")
    await report(world, "courier", "pickup.visit_failed", **pickup, reason="NOBODY_HOME")
    after = await read_case(world, case)
    assert after.pickup is None or after.pickup.visit_failure == "NOBODY_HOME"


async def test_a_merchant_approves_or_refuses(world: World) -> None:
    approved, refused = [await open_case(world, goods=ELECTRONICS) for _ in range(2)]
    assert await report(world, "merchant", "return.approved", returnId=approved.this_return.id)
    assert await report(
        world,
        "merchant",
        "return.refused",
        returnId=refused.this_return.id,
        reason="USED_ITEM",
        note="note",
        photos=[PHOTO],
    )
    after = [(await read_case(world, case)).this_return for case in (approved, refused)]
    assert [each.status for each in after] == [
        ReturnStatus.AWAITING_RETURN_SHIPMENT,
        ReturnStatus.MERCHANT_REFUSED,
    ]


@pytest.mark.parametrize(
    ("outcome", "facts", "status"),
    [
        ("ACCEPTED", {}, ReturnStatus.SUCCEEDED),
        ("REFUSED", {"reason": "EMPTY_PARCEL", "photos": [PHOTO]}, ReturnStatus.MERCHANT_REFUSED),
    ],
)
async def test_a_merchant_inspects_the_goods(
    world: World, outcome: str, facts: dict[str, Any], status: ReturnStatus
) -> None:
    case = await advanced_case(world)
    return_id = case.this_return.id
    assert await report(world, "merchant", "goods.received", returnId=return_id)
    data = {"returnId": return_id, "outcome": outcome, **facts}
    assert await report(world, "merchant", "goods.inspected", **data)
    assert (await read_case(world, case)).this_return.status is status


async def test_staff_decide_a_level(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    assert await report(world, "staff", "star_level.decided", shopperId=shopper, level=5)
    async with world.db.read() as connection:
        assert (await stars_by_shopper(connection, [shopper]))[shopper].level == 5


async def test_a_report_is_made_in_the_transaction_of_its_caller(world: World) -> None:
    """What fails afterwards takes the approval with it."""
    case = await open_case(world, level=2)
    approved = REPORTS["merchant"]["return.approved"]
    payload = approved.model.model_validate({"returnId": case.this_return.id})

    async def approve_in_vain(tx: Tx) -> None:
        assert await approved.act(tx, payload, tx.now)
        raise RuntimeError

    async with nothing_changes(world):
        with pytest.raises(RuntimeError):
            await world.db.write(approve_in_vain)
