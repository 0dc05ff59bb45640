"""What partners are told. A call may come twice for the same thing, and must then act once."""

from typing import Protocol


class CourierGateway(Protocol):
    """Raises whatever a failed call raises: it is tried again later."""

    async def request_pickup(self, pickup_id: str) -> None: ...

    async def cancel_pickup(self, pickup_id: str) -> None: ...


class MerchantGateway(Protocol):
    """Raises whatever a failed call raises: it is tried again later."""

    async def request_approval(self, return_id: str) -> None: ...

    async def announce_shipment(self, return_id: str) -> None: ...
