from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import pickups, slots
from bff.pickups.model import (
    FEE_TRANSITIONS,
    TRANSITIONS,
    CancelReason,
    FeePayer,
    FeeStatus,
    Pickup,
    PickupStatus,
    VisitFailure,
)
from bff.pickups.slots import OpenSlot, Slot, SlotKind


def as_pickup(row: Mapping[Any, Any]) -> Pickup:
    words = {
        "status": PickupStatus(row["status"]),
        "slot_kind": SlotKind(row["slot_kind"]),
        "payer": FeePayer(row["payer"]),
        "fee_status": FeeStatus(row["fee_status"]),
        "cancel_reason": row["cancel_reason"] and CancelReason(row["cancel_reason"]),
        "visit_failure": row["visit_failure"] and VisitFailure(row["visit_failure"]),
    }
    return Pickup(**{**row, **words})


async def pickups_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Pickup]:
    rows = await connection.execute(select(pickups).where(pickups.c.id.in_(keys)))
    return {row["id"]: as_pickup(row) for row in rows.mappings()}


# Of a return's pickups: the one that is not cancelled, or else the newest.
FOREMOST_FIRST = (
    pickups.c.status == PickupStatus.CANCELLED,
    pickups.c.booked_at.desc(),
    pickups.c.id.desc(),
)


async def pickups_by_return(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Pickup]:
    """The foremost pickup of each return that has any."""
    statement = select(pickups).where(pickups.c.return_id.in_(keys)).order_by(*FOREMOST_FIRST)
    found: dict[str, Pickup] = {}
    for row in (await connection.execute(statement)).mappings():
        found.setdefault(row["return_id"], as_pickup(row))
    return found


async def add_pickup(tx: Tx, pickup: Pickup) -> None:
    await tx.execute(insert(pickups), asdict(pickup))


async def move_pickup(tx: Tx, pickup_id: str, to: PickupStatus, **values: object) -> bool:
    """Whether the pickup was in a state that may become `to`."""
    statement = (
        update(pickups)
        .where(pickups.c.id == pickup_id, pickups.c.status.in_(TRANSITIONS.sources(to)))
        .values(status=to, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def note_pickup(tx: Tx, pickup_id: str, **values: object) -> None:
    await tx.execute(update(pickups).where(pickups.c.id == pickup_id).values(**values))


async def move_fee(tx: Tx, pickup_id: str, to: FeeStatus, **values: object) -> bool:
    """Whether the fee was in a state that may become `to`."""
    statement = (
        update(pickups)
        .where(pickups.c.id == pickup_id, pickups.c.fee_status.in_(FEE_TRANSITIONS.sources(to)))
        .values(fee_status=to, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def with_capacity(
    connection: AsyncConnection, area: str, offered: Sequence[Slot]
) -> list[OpenSlot]:
    """The offered slots with the places left in an area; one nobody booked yet has them all."""
    keys = [slot.key for slot in offered]
    statement = select(slots.c.key, slots.c.remaining).where(
        slots.c.area == area, slots.c.key.in_(keys)
    )
    left = {row.key: row.remaining for row in await connection.execute(statement)}
    return [OpenSlot(slot, left.get(slot.key, slot.capacity)) for slot in offered]


async def take_place(tx: Tx, area: str, slot: Slot) -> bool:
    """Whether there was a place left; it is gone in the same statement that looked."""
    row = {"area": area, "key": slot.key, "capacity": slot.capacity, "remaining": slot.capacity}
    await tx.execute(upsert(slots).on_conflict_do_nothing(), row)
    statement = (
        update(slots)
        .where(slots.c.area == area, slots.c.key == slot.key, slots.c.remaining > 0)
        .values(remaining=slots.c.remaining - 1)
    )
    return (await tx.execute(statement)).rowcount == 1


async def give_back_place(tx: Tx, area: str, key: str) -> None:
    statement = (
        update(slots)
        .where(slots.c.area == area, slots.c.key == key)
        .values(remaining=slots.c.remaining + 1)
    )
    await tx.execute(statement)
