"""A courier company and merchants that keep the promises of R7, on a clock of their own speed.

What they are going to do is a timer, so a restart doesn't make them forget; what they
do goes through the same services that real partners call.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from bff.db import timers
from bff.db.database import Database, Tx
from bff.db.timers import Handler
from bff.pickups.store import pickups_by_id
from bff.policy.store import PolicyBook
from bff.returns import courier, merchant
from bff.returns.model import ReturnStatus
from bff.returns.store import returns_by_id

ACCEPT, COLLECT, WAYBILL = "courier.accept", "courier.collect", "courier.waybill"
APPROVE, RECEIVE = "merchant.approve", "merchant.receive"
DELAYS: Mapping[str, timedelta] = {
    ACCEPT: timedelta(minutes=4),
    COLLECT: timedelta(minutes=100),
    WAYBILL: timedelta(minutes=10),
    APPROVE: timedelta(hours=2),
    RECEIVE: timedelta(hours=24),
}
NUMBER = 10**10


class SimulatedPartners:
    """Both gateways at once. `speed` 360: two hours pass in twenty seconds."""

    def __init__(self, db: Database, book: PolicyBook, speed: float) -> None:
        self._db = db
        self._book = book
        self._speed = speed

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What the worker does when a timer of theirs is due."""
        return {
            ACCEPT: self._accept,
            COLLECT: self._collect,
            WAYBILL: self._enter_waybill,
            APPROVE: self._approve,
            RECEIVE: self._receive,
        }

    async def request_pickup(self, pickup_id: str) -> None:
        await self._db.write(lambda tx: self._later(tx, ACCEPT, pickup_id))

    async def cancel_pickup(self, pickup_id: str) -> None:
        """Nothing to do: a courier who looks finds the pickup cancelled."""

    async def request_approval(self, return_id: str) -> None:
        await self._db.write(lambda tx: self._later(tx, APPROVE, return_id))

    async def announce_shipment(self, return_id: str) -> None:
        await self._db.write(lambda tx: self._later(tx, RECEIVE, return_id))

    async def _later(self, tx: Tx, kind: str, subject_id: str) -> None:
        await timers.schedule(tx, kind, subject_id, tx.now + DELAYS[kind] / self._speed)

    async def _accept(self, tx: Tx, pickup_id: str) -> None:
        if await courier.accepted(tx, self._book, pickup_id, await _company(tx, pickup_id)):
            await self._later(tx, COLLECT, pickup_id)

    async def _collect(self, tx: Tx, pickup_id: str) -> None:
        if await courier.collected(tx, self._book, pickup_id):
            await self._later(tx, WAYBILL, pickup_id)

    async def _enter_waybill(self, tx: Tx, pickup_id: str) -> None:
        pickup = (await pickups_by_id(tx.connection, [pickup_id]))[pickup_id]
        this_return = (await returns_by_id(tx.connection, [pickup.return_id]))[pickup.return_id]
        if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
            return  # the shopper was quicker
        await courier.waybill(tx, self._book, pickup_id, waybill_number(pickup_id))

    async def _approve(self, tx: Tx, return_id: str) -> None:
        await merchant.approved(tx, self._book, return_id)

    async def _receive(self, tx: Tx, return_id: str) -> None:
        await merchant.accepted(tx, self._book, return_id)


async def _company(tx: Tx, pickup_id: str) -> str:
    return (await pickups_by_id(tx.connection, [pickup_id]))[pickup_id].courier_company


def waybill_number(pickup_id: str) -> str:
    """In the form of the first company of the policy, the same for the same pickup."""
    digest = hashlib.sha256(pickup_id.encode()).digest()
    return f"CN{int.from_bytes(digest[:8]) % NUMBER:010}"
