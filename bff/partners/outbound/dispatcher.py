"""Takes letters from the outbox to the partner they are for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bff.core.report_errors import ImpossibleReportError
from bff.db.database import Database, Tx
from bff.domain.payments.model import PAYMENT_REQUESTED, Payment, PaymentStatus
from bff.domain.payments.store import payments_by_id
from bff.domain.pickups.bookings import PICKUP_REQUESTED, PICKUP_RESCHEDULED
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.model import Return, ReturnStatus
from bff.domain.returns.reports import payments as money
from bff.domain.returns.store import returns_by_id
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import RETURN_CLOSED, STOP_SHIPPING
from bff.domain.returns.transitions.shipments import SHIPPED_BACK
from bff.jobs.deliveries import PendingError
from bff.jobs.outbox import Letter
from bff.partners.outbound.facts import PickupNews, ReturnNews
from bff.partners.outbound.gateways import (
    Declined,
    Gateways,
    Outcome,
    Pending,
    Succeeded,
)

PAYMENTS, COURIER, MERCHANT = "payments", "courier", "merchant"
LIMIT_S = 10.0
log = structlog.get_logger("bff.partners")


class Postman:
    """Each call has `limit_s` seconds to be answered."""

    def __init__(self, db: Database, gateways: Gateways, limit_s: float = LIMIT_S) -> None:
        self._db = db
        self._payments = gateways.payments
        self._limit_s = limit_s
        courier, merchant = gateways.courier, gateways.merchant
        self._of_pickups: Mapping[str, Callable[[PickupNews], Awaitable[None]]] = {
            PICKUP_REQUESTED: courier.request_pickup,
            PICKUP_RESCHEDULED: courier.reschedule_pickup,
            PICKUP_CANCELLED: courier.cancel_pickup,
        }
        self._of_returns: Mapping[str, Callable[[ReturnNews], Awaitable[None]]] = {
            APPROVAL_REQUESTED: merchant.request_approval,
            SHIPPED_BACK: merchant.announce_shipment,
            RETURN_CLOSED: merchant.close_return,
            STOP_SHIPPING: merchant.stop_shipping,
        }

    @property
    def rounds(self) -> Mapping[str, frozenset[str]]:
        """Which messages go to which partner."""
        return {
            PAYMENTS: frozenset({PAYMENT_REQUESTED}),
            COURIER: frozenset(self._of_pickups),
            MERCHANT: frozenset(self._of_returns),
        }

    async def deliver(self, letter: Letter) -> None:
        """Raises PartnerError, TimeoutError, or whatever else a failed call raises."""
        if letter.message == PAYMENT_REQUESTED:
            await self._pay(letter.subject_id)
        elif letter.message in self._of_pickups:
            await self._tell_courier(letter)
        else:
            await self._tell_merchant(letter)

    async def _tell_courier(self, letter: Letter) -> None:
        key = letter.subject_id
        async with self._db.read() as connection:
            pickup = (await pickups_by_id(connection, [key]))[key]
        if _is_awaited(letter, pickup):
            async with asyncio.timeout(self._limit_s):
                await self._of_pickups[letter.message](
                    PickupNews(letter.key, letter.posted_at, pickup)
                )

    async def _tell_merchant(self, letter: Letter) -> None:
        tell, key = self._of_returns[letter.message], letter.subject_id
        async with self._db.read() as connection:
            this_return = (await returns_by_id(connection, [key]))[key]
        if _is_open(letter, this_return):
            async with asyncio.timeout(self._limit_s):
                await tell(ReturnNews(letter.key, letter.posted_at, this_return))

    async def _pay(self, payment_id: str) -> None:
        """What the service answers is written down before the letter goes."""
        async with self._db.read() as connection:
            payment = (await payments_by_id(connection, [payment_id]))[payment_id]
        if payment.status is not PaymentStatus.REQUESTED:
            return  # a webhook was quicker
        match await self._paid(payment):
            case Succeeded(reference):
                paid = money.payment_succeeded
                await self._write(lambda tx: paid(tx, payment_id, reference))
            case Declined(reason):
                failed = money.payment_failed
                await self._write(lambda tx: failed(tx, payment_id, reason))
            case Pending():
                raise PendingError("the payment is pending")

    async def _paid(self, payment: Payment) -> Outcome:
        """Goods that cost nothing give nothing back: no service is asked to move that."""
        if not payment.amount_minor:
            return Succeeded("nothing to pay")
        async with asyncio.timeout(self._limit_s):
            return await self._payments.pay(payment)

    async def _write(self, report: Callable[[Tx], Awaitable[bool]]) -> None:
        """A webhook may have come first and told otherwise: what is written stands."""
        try:
            await self._db.write(report)
        except ImpossibleReportError as error:
            log.warning("contradicted", reason=error.reason)


def _is_awaited(letter: Letter, pickup: Pickup) -> bool:
    """A courier need not be asked for a pickup that has been answered, or is cancelled."""
    asks = letter.message in (PICKUP_REQUESTED, PICKUP_RESCHEDULED)
    return not asks or pickup.status is PickupStatus.AWAITING_COURIER


def _is_open(letter: Letter, this_return: Return) -> bool:
    """A merchant need not be asked for an answer that nobody waits for any more."""
    asks = letter.message == APPROVAL_REQUESTED
    return not asks or this_return.status is ReturnStatus.AWAITING_MERCHANT_APPROVAL
