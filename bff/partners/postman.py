"""Takes letters from the outbox to the partner they are for."""

from collections.abc import Awaitable, Callable

from bff.db.outbox import Letter
from bff.partners.gateways import CourierGateway, MerchantGateway
from bff.pickups.booking import PICKUP_REQUESTED
from bff.pickups.service import PICKUP_CANCELLED
from bff.returns.service import APPROVAL_REQUESTED
from bff.returns.shipping import SHIPPED_BACK


class Postman:
    def __init__(self, courier: CourierGateway, merchant: MerchantGateway) -> None:
        self._calls: dict[str, Callable[[str], Awaitable[None]]] = {
            PICKUP_REQUESTED: courier.request_pickup,
            PICKUP_CANCELLED: courier.cancel_pickup,
            APPROVAL_REQUESTED: merchant.request_approval,
            SHIPPED_BACK: merchant.announce_shipment,
        }

    async def deliver(self, letter: Letter) -> None:
        await self._calls[letter.message](letter.subject_id)
