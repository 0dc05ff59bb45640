"""Returns in each of their states, made by the domain's own use cases: no server, no GraphQL."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from bff.db.database import Database
from bff.db.tables import events, outbox, payments
from bff.db.transaction import Tx
from bff.domain.payments.model import Payment, PaymentKind
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import Pickup
from bff.domain.returns.commands.returns import TapRequest, one_tap
from bff.domain.returns.commands.waybill import submit_waybill
from bff.domain.returns.model import Case, RefusedBecause
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.reports.payments import payment_succeeded
from bff.domain.returns.store import get_case
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.rows import payment_under, return_under
from tests.support.world import START, World

T = TypeVar("T")
ReportFunction = Callable[..., Awaitable[bool]]
ELECTRONICS = Goods(category="electronics")
SF_NUMBER, CAINIAO_NUMBER = "SF123456789012", "CN1234567890"
EMPTY_PARCEL = (RefusedBecause.EMPTY_PARCEL, "nothing in it", ("https://photos.example/1",))


async def write(world: World, use_case: Callable[..., Awaitable[T]], *facts: Any) -> T:
    return await world.db.write(lambda tx: use_case(tx, *facts))


async def apply_report(
    world: World,
    report: ReportFunction,
    subject_id: str,
    *facts: Any,
    at: datetime | None = None,
    **more: Any,
) -> bool:
    """Whether the report changed anything. `at`: when it happened, by default now."""
    return await world.db.write(lambda tx: report(tx, subject_id, *facts, at=at or tx.now, **more))


async def case_under(world: World, return_id: str) -> Case:
    """Whoever's it is."""
    async with world.db.read() as connection:
        owner = (await return_under(connection, return_id)).shopper_id
    return await write(world, get_case, owner, return_id)


async def read_case(world: World, case: Case) -> Case:
    return await write(world, get_case, case.this_return.shopper_id, case.this_return.id)


async def open_case(
    world: World, *, level: int = 3, pickup: bool = False, goods: Goods | None = None, **order: Any
) -> Case:
    """Approved at once from level 3 on; `goods` ELECTRONICS: put to the merchant."""
    shopper = await create_shopper(world.db, level=level)
    order.setdefault("received_at", START)
    [line] = await create_order(world.db, shopper, [goods or Goods()], **order)
    request = TapRequest(line, None, PickupRequest() if pickup else None)
    return (await write(world, one_tap, shopper, request)).case


async def collected_case(world: World, **options: Any) -> tuple[Case, Pickup]:
    """The courier has the goods, which are not weighed."""
    case = await open_case(world, pickup=True, **options)
    assert case.pickup
    await apply_report(world, courier.accepted, case.pickup.id, case.pickup.courier_company)
    await apply_report(world, courier.collected, case.pickup.id)
    case = await read_case(world, case)
    assert case.pickup
    return case, case.pickup


async def shipped_case(world: World, number: str = SF_NUMBER, **options: Any) -> Case:
    """The shopper's waybill is in."""
    case = await open_case(world, **options)
    this_return = case.this_return
    await write(world, submit_waybill, this_return.shopper_id, this_return.id, "sf", number)
    return await read_case(world, case)


async def advanced_case(world: World, **options: Any) -> Case:
    """The platform has paid for the merchant."""
    case = await shipped_case(world, **options)
    [payment] = await payments_of(world.db, case.refund.id)
    await write(world, payment_succeeded, payment.id, "paid", world.clock.now())
    return await read_case(world, case)


async def refused_case(world: World, **options: Any) -> Case:
    """The platform has paid, and the merchant has refused an empty parcel."""
    case = await advanced_case(world, **options)
    await apply_report(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)
    return await read_case(world, case)


async def event_kinds(db: Database, case: Case) -> list[str]:
    statement = select(events.c.kind).where(events.c.topic == case.this_return.id)
    async with db.read() as connection:
        return list((await connection.execute(statement.order_by(events.c.id))).scalars())


async def outbox_messages(db: Database, subject_id: str) -> list[str]:
    statement = select(outbox.c.message).where(outbox.c.subject_id == subject_id)
    async with db.read() as connection:
        return list((await connection.execute(statement.order_by(outbox.c.id))).scalars())


async def payments_of(db: Database, subject_id: str) -> list[Payment]:
    statement = select(payments.c.id).where(payments.c.subject_id == subject_id)
    async with db.read() as connection:
        keys = list((await connection.execute(statement.order_by(payments.c.id))).scalars())
        return [await payment_under(connection, key) for key in keys]


async def payment_for(world: World, subject_id: str, kind: PaymentKind) -> Payment:
    """The only one."""
    [payment] = [one for one in await payments_of(world.db, subject_id) if one.kind is kind]
    return payment


async def unwritten(world: World, use_case: Callable[[Tx], Awaitable[T]]) -> T:
    """What the use case gives; what it wrote is rolled back."""
    results: list[T] = []

    async def roll_back(tx: Tx) -> None:
        results.append(await use_case(tx))
        raise _RolledBackError

    try:
        await world.db.write(roll_back)
    except _RolledBackError:
        return results[0]
    raise AssertionError("the write was kept")


class _RolledBackError(Exception):
    pass
