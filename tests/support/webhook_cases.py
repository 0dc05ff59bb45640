"""For each kind of webhook, the steps that make it valid, and its data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bff.db.tables import payments, pickups
from bff.domain.returns.commands.returns import open_dispute
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.import_files import an_order
from tests.support.webhook_sender import Sender

Data = dict[str, Any]
WAYBILL = "CN0123456789"
PHOTO = "https://photos.example/1.jpg"
DAY = timedelta(days=1)


async def tapped(sender: Sender, level: int = 4, pickup: bool = True) -> tuple[str, str]:
    """The shopper's id and the return's: approved at once, unless the level is too low."""
    world = sender.world
    shopper = await create_shopper(world.db, level=level)
    [line] = await create_order(world.db, shopper, received_at=world.clock.now() - DAY)
    wish: Data = {"pickup": {}} if pickup else {}
    async with world.client(shopper) as app:
        answer = (await app.ask(ONE_TAP, key="k", line=line, **wish))["oneTapReturn"]
    return shopper, answer["return"]["id"]


async def pickup_of(sender: Sender, return_id: str) -> str:
    async with sender.world.db.read() as connection:
        statement = select(pickups.c.id).where(pickups.c.return_id == return_id)
        return str((await connection.execute(statement)).scalar())


async def booked(sender: Sender) -> Data:
    _, return_id = await tapped(sender)
    return {"pickupId": await pickup_of(sender, return_id)}


async def to_accept(sender: Sender) -> Data:
    return await booked(sender) | {"courierCompany": "cainiao"}


async def accepted(sender: Sender) -> Data:
    data = await to_accept(sender)
    await sender.tell("courier", "pickup.accepted", data)
    return {"pickupId": data["pickupId"]}


async def to_fail(sender: Sender) -> Data:
    return await accepted(sender) | {"reason": "NOBODY_HOME"}


async def to_move(sender: Sender) -> Data:
    times = {"startsAt": "2026-03-10T14:00:00+08:00", "endsAt": "2026-03-10T16:00:00+08:00"}
    return await accepted(sender) | times


async def to_withdraw(sender: Sender) -> Data:
    return await accepted(sender) | {"reason": "COURIER_UNABLE"}


async def collected(sender: Sender) -> Data:
    data = await accepted(sender)
    await sender.tell("courier", "pickup.collected", data)
    return data


async def to_weigh(sender: Sender) -> Data:
    return await collected(sender) | {"weightGrams": 800}


async def to_ship(sender: Sender) -> Data:
    return await collected(sender) | {"waybillNumber": WAYBILL}


async def awaiting_answer(sender: Sender) -> Data:
    _, return_id = await tapped(sender, level=1, pickup=False)
    return {"returnId": return_id}


async def to_refuse(sender: Sender) -> Data:
    return await awaiting_answer(sender) | {
        "reason": "USED_ITEM",
        "note": "图中可见使用痕迹",
        "photos": [PHOTO],
    }


async def on_its_way(sender: Sender) -> tuple[str, str]:
    """The shopper's id and the return's."""
    shopper, return_id = await tapped(sender)
    data = {"pickupId": await pickup_of(sender, return_id)}
    await sender.tell("courier", "pickup.accepted", data | {"courierCompany": "cainiao"})
    await sender.tell("courier", "pickup.collected", data)
    await sender.tell("courier", "pickup.waybill", data | {"waybillNumber": WAYBILL})
    return shopper, return_id


async def shipped_back(sender: Sender) -> Data:
    _, return_id = await on_its_way(sender)
    return {"returnId": return_id}


async def to_pass(sender: Sender) -> Data:
    return await shipped_back(sender) | {"outcome": "ACCEPTED"}


def refused_goods(return_id: str) -> Data:
    why = {"reason": "EMPTY_PARCEL", "note": "空包裹", "photos": [PHOTO]}
    return {"returnId": return_id, "outcome": "REFUSED"} | why


async def to_fail_inspection(sender: Sender) -> Data:
    return refused_goods((await shipped_back(sender))["returnId"])


async def to_pass_in_part(sender: Sender) -> Data:
    deduction = {"ground": "DAMAGED", "amountMinor": 3_000, "photos": [PHOTO]}
    return await shipped_back(sender) | {"outcome": "PARTLY_ACCEPTED", "deductions": [deduction]}


async def bought(_sender: Sender) -> Data:
    return an_order(order_no="W-1", shipped_at=None, delivered_at=None)


async def to_leave(sender: Sender) -> Data:
    await sender.tell("orders", "order.paid", await bought(sender))
    return {"orderNumber": "W-1", "at": "2026-03-10T09:30:00+08:00"}


async def to_arrive(sender: Sender) -> Data:
    data = await to_leave(sender)
    await sender.tell("orders", "order.shipped", data)
    return data | {"at": "2026-03-10T09:45:00+08:00"}


async def to_be_paid(sender: Sender) -> Data:
    await on_its_way(sender)
    async with sender.world.db.read() as connection:
        return {"paymentId": (await connection.execute(select(payments.c.id))).scalar()}


async def to_succeed(sender: Sender) -> Data:
    return await to_be_paid(sender) | {"reference": "P-77"}


async def to_be_declined(sender: Sender) -> Data:
    return await to_be_paid(sender) | {"reason": "account closed"}


async def disputed(sender: Sender) -> Data:
    shopper, return_id = await on_its_way(sender)
    await sender.world.work()
    await sender.tell("merchant", "goods.inspected", refused_goods(return_id))
    await sender.world.db.write(lambda tx: open_dispute(tx, shopper, return_id))
    return {"returnId": return_id, "winner": "SHOPPER"}


async def visited_in_vain(sender: Sender) -> Data:
    """Twice: by the first company and by the next one."""
    _, return_id = await tapped(sender)
    pickup = {"pickupId": await pickup_of(sender, return_id), "reason": "COURIER_UNABLE"}
    for company in ("cainiao", "sf"):
        await sender.tell("courier", "pickup.visit_failed", pickup | {"courierCompany": company})
    return {"returnId": return_id, "outcome": "SHIP_BACK"}


async def to_rate(sender: Sender) -> Data:
    shopper = await create_shopper(sender.world.db, level=2)
    return {"shopperId": shopper, "level": 4, "note": "checked by hand"}


@dataclass(frozen=True)
class WebhookCase:
    """`make` brings the world to where the event makes sense, and gives the event's data."""

    partner: str
    kind: str
    make: Callable[[Sender], Awaitable[Data]]

    def __str__(self) -> str:
        return f"{self.kind}-{self.make.__name__}"


WEBHOOK_CASES = (
    WebhookCase("courier", "pickup.accepted", to_accept),
    WebhookCase("courier", "pickup.collected", accepted),
    WebhookCase("courier", "pickup.weighed", to_weigh),
    WebhookCase("courier", "pickup.visit_failed", to_fail),
    WebhookCase("courier", "pickup.rescheduled", to_move),
    WebhookCase("courier", "pickup.cancelled", to_withdraw),
    WebhookCase("courier", "parcel.lost", collected),
    WebhookCase("courier", "pickup.waybill", to_ship),
    WebhookCase("merchant", "return.approved", awaiting_answer),
    WebhookCase("merchant", "return.refused", to_refuse),
    WebhookCase("merchant", "goods.received", shipped_back),
    WebhookCase("merchant", "goods.inspected", to_pass),
    WebhookCase("merchant", "goods.inspected", to_pass_in_part),
    WebhookCase("merchant", "goods.inspected", to_fail_inspection),
    WebhookCase("orders", "order.paid", bought),
    WebhookCase("orders", "order.shipped", to_leave),
    WebhookCase("orders", "order.received", to_arrive),
    WebhookCase("payments", "payment.succeeded", to_succeed),
    WebhookCase("payments", "payment.failed", to_be_declined),
    WebhookCase("staff", "dispute.decided", disputed),
    WebhookCase("staff", "visits.decided", visited_in_vain),
    WebhookCase("staff", "star_level.decided", to_rate),
)
OTHERS: Mapping[str, str] = {
    "courier": "merchant",
    "merchant": "staff",
    "orders": "payments",
    "payments": "orders",
    "staff": "courier",
}
