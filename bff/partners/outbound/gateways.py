"""Calls that partners take. One may be made twice with one key, and must then act once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bff.domain.payments.model import Payment
from bff.partners.outbound.facts import PickupCall, ReturnCall


class CourierGateway(Protocol):
    """Raises PartnerError, or whatever else a failed call raises."""

    async def request_pickup(self, call: PickupCall) -> None: ...

    async def reschedule_pickup(self, call: PickupCall) -> None: ...

    async def change_parcel(self, call: PickupCall) -> None: ...

    async def cancel_pickup(self, call: PickupCall) -> None: ...

    async def confirm_pickup(self, call: PickupCall) -> None: ...


class MerchantGateway(Protocol):
    """Raises PartnerError, or whatever else a failed call raises."""

    async def request_approval(self, call: ReturnCall) -> None: ...

    async def announce_shipment(self, call: ReturnCall) -> None: ...

    async def close_return(self, call: ReturnCall) -> None: ...

    async def stop_shipping(self, call: ReturnCall) -> None: ...


@dataclass(frozen=True, slots=True)
class Succeeded:
    """`reference`: the payment service's own name for it."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The service has the payment: its outcome comes by webhook, or at the next try."""


Outcome = Succeeded | Declined | Pending


class PaymentGateway(Protocol):
    async def pay(self, payment: Payment) -> Outcome:
        """One payment for each `payment.id`, however many calls are made. Raises as above."""
        ...

    async def recall(self, payment: Payment, at: datetime) -> Outcome:
        """Of one that is to move nothing any more, since `at`: Declined where it will not. Raises
        as above."""
        ...


@dataclass(frozen=True, slots=True)
class Gateways:
    courier: CourierGateway
    merchant: MerchantGateway
    payments: PaymentGateway
