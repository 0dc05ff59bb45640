"""Carries each message of the outbox to the partner that it is for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec.structs import replace

from bff.core.report_errors import ImpossibleReportError
from bff.db.database import Database
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.payments.model import (
    PAYMENT_RECALLED,
    PAYMENT_REQUESTED,
    Payment,
    PaymentStatus,
)
from bff.domain.payments.store import payments_by_id
from bff.domain.pickups.bookings import (
    PARCEL_CHANGED,
    PICKUP_REQUESTED,
    PICKUP_RESCHEDULED,
)
from bff.domain.pickups.model import PickupStatus
from bff.domain.pickups.service import PICKUP_CANCELLED, PICKUP_CONFIRMED
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.reports import payments as reports
from bff.domain.returns.store import returns_by_id
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import RETURN_CLOSED, STOP_SHIPPING
from bff.domain.returns.transitions.shipments import SHIPPED_BACK
from bff.jobs.delivery import PendingError
from bff.jobs.outbox import OutboxMessage
from bff.partners.outbound.facts import PickupCall, ReturnCall
from bff.partners.outbound.gateways import (
    Declined,
    Gateways,
    Outcome,
    Pending,
    Succeeded,
)

PAYMENTS, COURIER, MERCHANT = "payments", "courier", "merchant"
MAX_CALL_S = 10.0
OF_PAYMENTS = frozenset({PAYMENT_REQUESTED, PAYMENT_RECALLED})
log = structlog.get_logger("bff.partners")


class Dispatcher:
    """Each call has `limit_s` seconds to be answered."""

    def __init__(self, db: Database, gateways: Gateways, limit_s: float = MAX_CALL_S) -> None:
        self._db = db
        self._payments = gateways.payments
        self._limit_s = limit_s
        courier, merchant = gateways.courier, gateways.merchant
        self._of_pickups: Mapping[str, Callable[[PickupCall], Awaitable[None]]] = {
            PICKUP_REQUESTED: courier.request_pickup,
            PICKUP_RESCHEDULED: courier.reschedule_pickup,
            PARCEL_CHANGED: courier.change_parcel,
            PICKUP_CANCELLED: courier.cancel_pickup,
            PICKUP_CONFIRMED: courier.confirm_pickup,
        }
        self._of_returns: Mapping[str, Callable[[ReturnCall], Awaitable[None]]] = {
            APPROVAL_REQUESTED: merchant.request_approval,
            SHIPPED_BACK: merchant.announce_shipment,
            RETURN_CLOSED: merchant.close_return,
            STOP_SHIPPING: merchant.stop_shipping,
        }

    @property
    def routes(self) -> Mapping[str, frozenset[str]]:
        """The messages that go to each partner."""
        return {
            PAYMENTS: OF_PAYMENTS,
            COURIER: frozenset(self._of_pickups),
            MERCHANT: frozenset(self._of_returns),
        }

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        """Raises PartnerError, TimeoutError, or whatever else a failed call raises."""
        if outgoing.message in OF_PAYMENTS:
            await self._call_payments(outgoing)
        elif outgoing.message in self._of_pickups:
            await self._call_courier(outgoing)
        else:
            await self._call_merchant(outgoing)

    async def _call_courier(self, outgoing: OutboxMessage) -> None:
        key = outgoing.subject_id
        async with self._db.read() as connection:
            pickup = (await pickups_by_id(connection, outgoing.shopper_id, [key]))[key]
        request = outgoing.message in (PICKUP_REQUESTED, PICKUP_RESCHEDULED)
        if request and pickup.status is not PickupStatus.AWAITING_COURIER:
            return  # it has been answered, or is cancelled
        if outgoing.addressee:
            pickup = replace(pickup, courier_company=outgoing.addressee)
        if outgoing.message == PARCEL_CHANGED and not pickup.waits:
            return  # the courier has seen the parcel, or need not come
        call = PickupCall(outgoing.key, outgoing.posted_at, pickup)
        async with asyncio.timeout(self._limit_s):
            await self._of_pickups[outgoing.message](call)

    async def _call_merchant(self, outgoing: OutboxMessage) -> None:
        key, send = outgoing.subject_id, self._of_returns[outgoing.message]
        async with self._db.read() as connection:
            this_return = (await returns_by_id(connection, outgoing.shopper_id, [key]))[key]
        request = outgoing.message == APPROVAL_REQUESTED
        if request and this_return.status is not ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            return  # the merchant's answer changes nothing any more
        call = ReturnCall(outgoing.key, outgoing.posted_at, this_return)
        async with asyncio.timeout(self._limit_s):
            await send(call)

    async def _call_payments(self, outgoing: OutboxMessage) -> None:
        """The service's answer is stored before the message leaves the outbox."""
        shopper_id, payment_id = outgoing.shopper_id, outgoing.subject_id
        async with self._db.read() as connection:
            payment = (await payments_by_id(connection, shopper_id, [payment_id]))[payment_id]
        if payment.status is not PaymentStatus.REQUESTED:
            return  # a webhook was quicker
        if outgoing.message == PAYMENT_REQUESTED and payment.duplicate_of:
            return  # it is to move nothing any more
        match await self._outcome(payment, outgoing):
            case Succeeded(reference):
                await self._report(
                    payment_id,
                    lambda tx: reports.payment_succeeded(tx, payment_id, reference, tx.now),
                )
            case Declined(reason):
                await self._report(
                    payment_id, lambda tx: reports.payment_failed(tx, payment_id, reason, tx.now)
                )
            case Pending():
                raise PendingError("the payment is pending")

    async def _outcome(self, payment: Payment, outgoing: OutboxMessage) -> Outcome:
        """Goods that cost nothing give nothing back: no service is called for that."""
        if not payment.amount_minor:
            return Declined("recalled") if payment.duplicate_of else Succeeded("nothing to pay")
        async with asyncio.timeout(self._limit_s):
            if outgoing.message == PAYMENT_RECALLED:
                return await self._payments.recall(payment, outgoing.posted_at)
            return await self._payments.pay(payment)

    async def _report(self, payment_id: str, report: Callable[[Tx], Awaitable[bool]]) -> None:
        """A webhook may have come first with another outcome: what is stored stands."""

        async def use_case(tx: Tx) -> bool:
            await lock(tx, [payment_id])
            return await report(tx)

        try:
            await self._db.write(use_case)
        except ImpossibleReportError as error:
            log.warning("contradicted", reason=error.reason)
