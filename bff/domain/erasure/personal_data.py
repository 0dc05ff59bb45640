"""Where a person's data are, and how they go: of a few returns or orders at a time."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Integer, String, bindparam, delete, or_, select, update

from bff.core import ids
from bff.db.elements import among
from bff.db.statements import prepare, prepare_models
from bff.db.tables import (
    addresses,
    behaviours,
    events,
    idempotency,
    orders,
    outbox,
    payments,
    photos,
    pickups,
    returns,
    shoppers,
    star_changes,
    timers,
    webhook_events,
)
from bff.db.tables.partners import report_is_open
from bff.db.transaction import Tx
from bff.db.updates import update_own
from bff.domain.erasure.matters import PICKUPS_OF, SUBJECTS_OF
from bff.domain.orders.model import Address
from bff.domain.orders.store import add_address
from bff.domain.returns.model import Return
from bff.domain.returns.store import returns_by_id
from bff.domain.stars.events import topic_of
from bff.domain.stars.service import COUNTS_NO_MORE
from bff.jobs import timers as jobs
from bff.jobs.inbox import NO_DATA, Code
from bff.jobs.received_events import TRY_AGAIN, Status

ORDER_PAID = "order.paid"
NOBODY = ""

_of_shopper = bindparam("shopper_id", type_=String)
_limit = bindparam("limit", type_=Integer)
_position = bindparam("position", type_=String)
_next_returns = prepare(
    select(returns.c.id)
    .where(returns.c.shopper_id == _of_shopper, returns.c.id > _position)
    .order_by(returns.c.id)
    .limit(_limit)
)
_next_orders = prepare(
    select(orders.c.id)
    .where(orders.c.shopper_id == _of_shopper, orders.c.id > _position)
    .order_by(orders.c.id)
    .limit(_limit)
)
_name = prepare(update(shoppers).where(shoppers.c.id == _of_shopper), ["nickname", "erased_at"])
_at_once = [
    prepare(delete(idempotency).where(idempotency.c.shopper_id == _of_shopper)),
    prepare(delete(star_changes).where(star_changes.c.shopper_id == _of_shopper)),
    prepare(delete(behaviours).where(behaviours.c.shopper_id == _of_shopper)),
]
_topic = prepare(
    delete(events).where(
        events.c.shopper_id == _of_shopper, events.c.topic == bindparam("of_topic")
    )
)
_couriers = prepare(
    update(pickups)
    .where(pickups.c.shopper_id == _of_shopper, among(pickups.c.return_id, "ids"))
    .values(courier_name=None, courier_phone=None, pickup_code=None)
)
_failures = prepare(
    update(payments)
    .where(payments.c.shopper_id == _of_shopper, among(payments.c.return_id, "ids"))
    .values(failure=None)
)
_photos = prepare(
    update(photos)
    .where(
        photos.c.shopper_id == _of_shopper,
        among(photos.c.return_id, "ids"),
        photos.c.removed_at.is_(None),
    )
    .values(swept_at=None),
    ["removed_at"],
)
_dead_calls = prepare(
    delete(outbox).where(outbox.c.shopper_id == _of_shopper, outbox.c.subject_id.in_(SUBJECTS_OF))
)
# Reports of the shopper; or, of orders that were never kept, nobody's
_theirs = among(webhook_events.c.shopper_id, "shoppers")
_about = prepare(
    select(webhook_events.c.id).where(_theirs, among(webhook_events.c.subject_id, "ids"))
)
# Of orders that were never kept: only what a report says tells whose they are.
_open_orders = prepare(
    select(webhook_events.c.id, webhook_events.c.data).where(
        report_is_open, webhook_events.c.type == ORDER_PAID
    )
)
_of_report = among(webhook_events.c.id, "ids")
_given_up = prepare(
    update(webhook_events)
    .where(_theirs, _of_report, webhook_events.c.status == Status.WAITING)
    .values(status=Status.REFUSED, code=Code.ERASED_PERSON),
    ["ended_at"],
)
_said = prepare(update(webhook_events).where(_theirs, _of_report).values(data=NO_DATA))
_trying = prepare(
    delete(timers).where(
        among(timers.c.shopper_id, "shoppers"),
        timers.c.kind == TRY_AGAIN,
        among(timers.c.subject_id, "subjects"),
    )
)
_owned = prepare_models(Address, select(addresses).where(addresses.c.owner_id == _of_shopper))
_used = prepare(
    select(addresses.c.id).where(
        addresses.c.owner_id == _of_shopper,
        or_(
            addresses.c.id.in_(
                select(orders.c.ship_to_address_id).where(orders.c.shopper_id == _of_shopper)
            ),
            addresses.c.id.in_(
                select(pickups.c.address_id).where(
                    pickups.c.shopper_id == _of_shopper, pickups.c.id.in_(PICKUPS_OF)
                )
            ),
        ),
    )
)
_shipped_there = prepare(
    update(orders).where(
        orders.c.shopper_id == _of_shopper, orders.c.ship_to_address_id == bindparam("former")
    ),
    ["ship_to_address_id"],
)
_collected_there = prepare(
    update(pickups).where(
        pickups.c.shopper_id == _of_shopper,
        pickups.c.id.in_(PICKUPS_OF),
        pickups.c.address_id == bindparam("former"),
    ),
    ["address_id"],
)
_remove_address = prepare(
    delete(addresses).where(
        addresses.c.owner_id == _of_shopper, addresses.c.id == bindparam("former")
    )
)


async def next_returns(tx: Tx, shopper_id: str, position: str, limit: int) -> list[str]:
    values = {"shopper_id": shopper_id, "position": position, "limit": limit}
    return (await tx.execute(_next_returns, values)).scalars()


async def next_orders(tx: Tx, shopper_id: str, position: str, limit: int) -> list[str]:
    values = {"shopper_id": shopper_id, "position": position, "limit": limit}
    return (await tx.execute(_next_orders, values)).scalars()


async def erase_shopper(tx: Tx, shopper_id: str) -> None:
    """The name, the stars, and what was answered; calls that partners never took."""
    values = {"shopper_id": shopper_id, "nickname": NOBODY, "erased_at": tx.now}
    await tx.execute(_name, values)
    for statement in (*_at_once, _dead_calls):
        await tx.execute(statement, {"shopper_id": shopper_id})
    await jobs.sync(tx, shopper_id, shopper_id, [COUNTS_NO_MORE], {})
    await tx.execute(_topic, {"shopper_id": shopper_id, "of_topic": topic_of(shopper_id)})


async def erase_returns(tx: Tx, shopper_id: str, return_ids: Sequence[str]) -> None:
    """What people wrote, who came, and the photos; amounts and moments stay."""
    for this_return in (await returns_by_id(tx.connection, shopper_id, return_ids)).values():
        await _erase_words(tx, this_return)
    of_returns = {"shopper_id": shopper_id, "ids": return_ids}
    await tx.execute(_couriers, of_returns)
    await tx.execute(_failures, of_returns)
    await tx.execute(_photos, {**of_returns, "removed_at": tx.now})
    await erase_reports(tx, shopper_id, return_ids)


async def _erase_words(tx: Tx, this_return: Return) -> None:
    if not (this_return.refused_at or this_return.deductions):
        return
    kept = [{**one, "note": "", "photos": []} for one in this_return.deductions]
    values = {"refusal_note": None, "refusal_photos": [], "deductions": kept}
    await update_own(tx, returns, this_return, values)


async def erase_reports(tx: Tx, shopper_id: str, subject_ids: Sequence[str]) -> None:
    """What partners said of these lives."""
    values = {"shoppers": [shopper_id, ids.NO_SHOPPER], "ids": subject_ids}
    await _forget(tx, shopper_id, (await tx.execute(_about, values)).scalars())


async def erase_refused_orders(tx: Tx, shopper_id: str) -> None:
    """Reports of orders that were never kept; those that staff have dismissed go with the inbox."""
    number = shopper_id.removeprefix(ids.external_id(ids.SHOPPER, NOBODY))
    reports = (await tx.execute(_open_orders)).all()
    own = [key for key, data in reports if orjson.loads(data).get("shopper_no") == number]
    await _forget(tx, shopper_id, own)


async def _forget(tx: Tx, shopper_id: str, report_ids: Sequence[int]) -> None:
    """What was said; what still waits is given up."""
    shoppers = [shopper_id, ids.NO_SHOPPER]
    reports = {"shoppers": shoppers, "ids": report_ids}
    await tx.execute(_given_up, {**reports, "ended_at": tx.now})
    timers_of = {"shoppers": shoppers, "subjects": [str(one) for one in report_ids]}
    await tx.execute(_trying, timers_of)
    await tx.execute(_said, reports)


async def erase_addresses(tx: Tx, shopper_id: str) -> None:
    """Where goods went or came from, the area stays, under an id that says nothing."""
    of_shopper = {"shopper_id": shopper_id}
    used = set((await tx.execute(_used, of_shopper)).scalars())
    for address in (await tx.execute(_owned, of_shopper)).all():
        former = {**of_shopper, "former": address.id}
        if address.id in used:
            masked = _masked(tx, address)
            await add_address(tx, masked)
            await tx.execute(_shipped_there, {**former, "ship_to_address_id": masked.id})
            await tx.execute(_collected_there, {**former, "address_id": masked.id})
        await tx.execute(_remove_address, former)


def _masked(tx: Tx, address: Address) -> Address:
    new_id, area_code = tx.new_id(ids.ADDRESS), address.area_code
    return Address(
        new_id, address.owner_id, NOBODY, NOBODY, NOBODY, NOBODY, area_code, removed_at=tx.now
    )
