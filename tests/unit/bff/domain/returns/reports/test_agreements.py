from typing import Any

import pytest
from sqlalchemy import select

from bff.core.report_errors import ImpossibleReportError
from bff.db.tables import ledger_entries
from bff.domain.orders.records import AddressRecord
from bff.domain.orders.store import merchants_by_id
from bff.domain.payments.model import merchant_account
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import FeePayer, FeeStatus
from bff.domain.returns.commands.pickups import book_pickup
from bff.domain.returns.model import Case, ReturnStatus
from bff.domain.returns.reports import courier, merchant
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    ELECTRONICS,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    read_case,
    write,
)
from tests.support.rows import address_under
from tests.support.world import World

THERE = AddressRecord(
    recipient="仓库", phone="13900000000", region="浙江省杭州市余杭区", street="仓储路8号"
)
BEARS = {"freight_payer": FeePayer.MERCHANT}


async def approve(world: World, case: Case, **terms: Any) -> bool:
    return await apply_report(world, merchant.approved, case.this_return.id, **terms)


async def test_an_address_is_of_this_return_alone(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    merchant_id = case.this_return.merchant_id
    async with world.db.read() as connection:
        filed = (await merchants_by_id(connection, [merchant_id]))[merchant_id]
    assert await approve(world, case, address=THERE)
    after = (await read_case(world, case)).this_return
    assert after.status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    async with world.db.read() as connection:
        goes_to = await address_under(connection, after.return_address_id or "")
        assert (await merchants_by_id(connection, [merchant_id]))[merchant_id] == filed
    assert (goes_to.owner_id, goes_to.street) == (merchant_id, "仓储路8号")
    assert (await event_kinds(world.db, case))[-1] == "RETURN_APPROVED"


async def test_what_was_said_before_changes_nothing(world: World) -> None:
    case = await open_case(world)
    assert await approve(world, case, address=THERE, **BEARS)
    async with nothing_changes(world):
        assert not await approve(world, case, address=THERE, **BEARS)
        assert not await approve(world, case)
    assert (await event_kinds(world.db, case))[-1] == "RETURN_TERMS_CHANGED"


async def test_the_courier_who_is_to_come_is_informed_of_the_address(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    await approve(world, case, address=THERE)
    assert (await outbox_messages(world.db, case.pickup.id))[-1] == "pickup.parcel_changed"


async def test_a_fee_that_is_a_quote_becomes_the_merchants(world: World) -> None:
    case = await open_case(world, pickup=True)
    await approve(world, case, **BEARS)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert (pickup.payer, pickup.fee_status) == (FeePayer.MERCHANT, FeeStatus.WAIVED)
    assert pickup.shopper_pays.minor == 0


async def test_a_heavy_parcel_costs_the_merchant_and_not_the_shopper(world: World) -> None:
    case, pickup = await collected_case(world)
    await approve(world, case, **BEARS)
    await apply_report(world, courier.weighed, pickup.id, 30_000, "cainiao")
    after = (await read_case(world, case)).pickup
    assert after
    assert (after.fee_due, after.shopper_pays.minor) == (False, 0)
    of_merchant = ledger_entries.c.account == merchant_account(case.this_return.merchant_id)
    async with world.db.read() as connection:
        rows = await connection.execute(select(ledger_entries.c.amount_minor).where(of_merchant))
        assert list(rows.scalars()) == [-after.fee.minor]


async def test_a_pickup_that_is_booked_later_is_the_merchants(world: World) -> None:
    case = await open_case(world)
    await approve(world, case, **BEARS)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    pickup = await write(world, book_pickup, shopper, return_id, PickupRequest())
    assert (pickup.payer, pickup.merchant_agreed) == (FeePayer.MERCHANT, True)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"address": THERE}, "returnAddress: the courier has the goods already"),
        (BEARS, "freightPayer: the pickup fee is final already"),
    ],
)
async def test_what_comes_too_late_for_the_courier_is_refused(
    world: World, terms: dict[str, Any], message: str
) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800, "cainiao")
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match=message):
            await approve(world, case, **terms)


async def test_a_merchant_who_bears_the_freight_keeps_its_word(world: World) -> None:
    case = await open_case(world)
    await approve(world, case, **BEARS)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="freightPayer: MERCHANT, as was agreed"):
            await approve(world, case, freight_payer=FeePayer.SHOPPER)
