"""A courier company, merchants and a payment service that keep all promises, at their own speed.

What they are going to do is a timer, so a restart doesn't make them forget; what they
do goes through the same reports that real partners' webhooks call.
"""

import hashlib
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog
from rstr import Rstr

from bff.core.ids import NO_SHOPPER
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.database import Database
from bff.db.lookups import owner_of_pickup, owner_of_return
from bff.db.transaction import Tx
from bff.domain.payments.model import Payment
from bff.domain.pickups.companies import courier_company
from bff.domain.pickups.couriers import Courier
from bff.domain.pickups.model import Pickup
from bff.domain.pickups.store import pickups_by_id
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.model import Return
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.store import get_lead, returns_by_id
from bff.jobs import timers
from bff.jobs.timers import Handler
from bff.partners.outbound.facts import PickupCall, ReturnCall
from bff.partners.outbound.gateways import Declined, Outcome, Succeeded

ACCEPT, COLLECT = "courier.accept", "courier.collect"
WEIGH, WAYBILL = "courier.weigh", "courier.waybill"
APPROVE, RECEIVE, INSPECT = "merchant.approve", "merchant.receive", "merchant.inspect"
DELAYS: Mapping[str, timedelta] = {
    ACCEPT: timedelta(minutes=4),
    COLLECT: timedelta(minutes=100),
    WEIGH: timedelta(minutes=2),
    WAYBILL: timedelta(minutes=8),
    APPROVE: timedelta(hours=2),
    RECEIVE: timedelta(hours=24),
    INSPECT: timedelta(hours=2),
}
COURIERS = ("王师傅", "李师傅", "陈师傅", "赵师傅")
TEN_DIGITS = "[0-9]{10}"
MIN_GRAMS, SPREAD_GRAMS = 600, 400
log = structlog.get_logger("bff.partners")


class SimulatedPartners:
    """All the gateways at once. `speed` 360: two hours pass in twenty seconds."""

    def __init__(self, db: Database, speed: float) -> None:
        self._db = db
        self._speed = speed

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What the worker does when a timer of theirs is due."""
        return {
            ACCEPT: self._accept,
            COLLECT: self._collect,
            WEIGH: self._weigh,
            WAYBILL: self._enter_waybill,
            APPROVE: self._approve,
            RECEIVE: self._receive,
            INSPECT: self._inspect,
        }

    async def pay(self, payment: Payment) -> Outcome:
        return Succeeded(f"simulated-{payment.id}")

    async def recall(self, _payment: Payment, _at: datetime) -> Outcome:
        return Declined("recalled in time")

    async def request_pickup(self, call: PickupCall) -> None:
        await self._db.write(partial(self._schedule, call.pickup, ACCEPT))

    async def reschedule_pickup(self, call: PickupCall) -> None:
        await self.request_pickup(call)

    async def change_parcel(self, call: PickupCall) -> None:
        """Nothing to do: a courier takes what is handed over."""

    async def cancel_pickup(self, call: PickupCall) -> None:
        """Nothing to do: a courier who looks finds the pickup cancelled."""

    async def confirm_pickup(self, call: PickupCall) -> None:
        """Nothing to do: simulated couriers are never in doubt."""

    async def request_approval(self, call: ReturnCall) -> None:
        await self._db.write(partial(self._schedule, call.this_return, APPROVE))

    async def announce_shipment(self, call: ReturnCall) -> None:
        await self._db.write(partial(self._schedule, call.this_return, RECEIVE))

    async def close_return(self, call: ReturnCall) -> None:
        """Nothing to do: nobody waits for a parcel of a return that is closed."""

    async def stop_shipping(self, call: ReturnCall) -> None:
        """Nothing to do: simulated merchants ship nothing."""

    async def _schedule(self, subject: Pickup | Return, kind: str, tx: Tx) -> None:
        due_at = tx.now + DELAYS[kind] / self._speed
        await timers.schedule(tx, subject.shopper_id, kind, subject.id, due_at)

    async def _accept(self, tx: Tx, pickup_id: str) -> None:
        pickup, who = await _pickup(tx, pickup_id), courier_person(pickup_id)
        company = pickup.courier_company
        if await _takes_effect(courier.accepted(tx, pickup_id, company, who, at=tx.now)):
            await self._schedule(pickup, COLLECT, tx)

    async def _collect(self, tx: Tx, pickup_id: str) -> None:
        pickup = await _pickup(tx, pickup_id)
        if await _takes_effect(courier.collected(tx, pickup_id, at=tx.now)):
            await self._schedule(pickup, WEIGH, tx)

    async def _weigh(self, tx: Tx, pickup_id: str) -> None:
        pickup, grams = await _pickup(tx, pickup_id), weight_grams(pickup_id)
        if await _takes_effect(courier.weighed(tx, pickup_id, grams, at=tx.now)):
            await self._schedule(pickup, WAYBILL, tx)

    async def _enter_waybill(self, tx: Tx, pickup_id: str) -> None:
        pickup = await _pickup(tx, pickup_id)
        this_return = await get_lead(tx, pickup)
        number = waybill_number(pickup, await policy_version(tx, this_return.policy_version))
        await _takes_effect(courier.waybill(tx, pickup_id, number, at=tx.now))

    async def _approve(self, tx: Tx, return_id: str) -> None:
        await _takes_effect(merchant.approved(tx, return_id, at=tx.now))

    async def _receive(self, tx: Tx, return_id: str) -> None:
        this_return = await _return(tx, return_id)
        if await _takes_effect(merchant.received(tx, return_id, at=tx.now)):
            await self._schedule(this_return, INSPECT, tx)

    async def _inspect(self, tx: Tx, return_id: str) -> None:
        await _takes_effect(merchant.accepted(tx, return_id, at=tx.now))


async def _takes_effect(report: Awaitable[bool]) -> bool:
    """Whether it changed anything: the shopper or a deadline may have been quicker."""
    try:
        return await report
    except (ImpossibleReportError, TooEarlyError) as error:
        log.info("simulated partner came too late", reason=str(error))
        return False


async def _pickup(tx: Tx, pickup_id: str) -> Pickup:
    owner = await owner_of_pickup(tx.connection, pickup_id) or NO_SHOPPER
    return (await pickups_by_id(tx.connection, owner, [pickup_id]))[pickup_id]


async def _return(tx: Tx, return_id: str) -> Return:
    owner = await owner_of_return(tx.connection, return_id) or NO_SHOPPER
    return (await returns_by_id(tx.connection, owner, [return_id]))[return_id]


def courier_person(pickup_id: str) -> Courier:
    """The same for the same pickup."""
    chance = Random(f"courier {pickup_id}")  # noqa: S311 - nothing to guard
    phone = f"138{chance.randrange(10**8):08}"
    return Courier(chance.choice(COURIERS), phone, f"{chance.randrange(10**4):04}")


def weight_grams(pickup_id: str) -> int:
    """Of clothes in a bag: within the first kilogram, the same for the same pickup."""
    digest = hashlib.sha256(pickup_id.encode()).digest()
    return MIN_GRAMS + int.from_bytes(digest[:4]) % SPREAD_GRAMS


def waybill_number(pickup: Pickup, policy: Policy) -> str:
    """In the form of the pickup's own courier company, the same for the same pickup."""
    company = courier_company(pickup.courier_company, policy)
    pattern = company.forms[0].pattern if company.forms else company.own_pattern or TEN_DIGITS
    chance = Random(f"{pickup.courier_company} {pickup.id}")  # noqa: S311 - nothing to guard
    return Rstr(chance).xeger(pattern)
