"""What partners are told. A call may come twice for the same thing, and must then act once."""

from dataclasses import dataclass
from typing import Protocol

from bff.domain.payments.model import Payment
from bff.partners.outbound.facts import PickupCall, ReturnCall


class CourierGateway(Protocol):
    """Raises PartnerError, or whatever else a failed call raises."""

    async def request_pickup(self, news: PickupCall) -> None: ...

    async def reschedule_pickup(self, news: PickupCall) -> None: ...

    async def cancel_pickup(self, news: PickupCall) -> None: ...


class MerchantGateway(Protocol):
    """Raises PartnerError, or whatever else a failed call raises."""

    async def request_approval(self, news: ReturnCall) -> None: ...

    async def announce_shipment(self, news: ReturnCall) -> None: ...

    async def close_return(self, news: ReturnCall) -> None: ...

    async def stop_shipping(self, news: ReturnCall) -> None: ...


@dataclass(frozen=True, slots=True)
class Succeeded:
    """`reference`: the payment service's own name for it."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The service has it, and will tell by webhook, or when it is asked again."""


Outcome = Succeeded | Declined | Pending


class PaymentGateway(Protocol):
    async def pay(self, payment: Payment) -> Outcome:
        """One payment for each `payment.id`, however often it is asked for. Raises as above."""
        ...


@dataclass(frozen=True, slots=True)
class Gateways:
    courier: CourierGateway
    merchant: MerchantGateway
    payments: PaymentGateway
