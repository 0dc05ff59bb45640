"""A courier platform over HTTP."""

from http import HTTPStatus
from typing import Any

from bff.core.clock import rfc3339
from bff.db.database import Database
from bff.domain.pickups.bookings import PARCEL_CHANGED, PICKUP_REQUESTED, PICKUP_RESCHEDULED
from bff.domain.pickups.service import PICKUP_CANCELLED, PICKUP_CONFIRMED
from bff.partners.outbound.client import PartnerClient, PartnerRequest
from bff.partners.outbound.facts import PickupCall, PickupFacts, pickup_facts
from bff.partners.outbound.payloads import address_payload, goods_payload

UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class HttpCourier:
    def __init__(self, client: PartnerClient, db: Database) -> None:
        self._client = client
        self._db = db

    async def request_pickup(self, call: PickupCall) -> None:
        await self._request(PICKUP_REQUESTED, call)

    async def reschedule_pickup(self, call: PickupCall) -> None:
        await self._request(PICKUP_RESCHEDULED, call)

    async def change_parcel(self, call: PickupCall) -> None:
        await self._request(PARCEL_CHANGED, call)

    async def cancel_pickup(self, call: PickupCall) -> None:
        """A courier to whom the pickup is unknown doesn't come either."""
        data = {"pickupId": call.pickup.id, "courierCompany": call.pickup.courier_company}
        request = PartnerRequest(call.key, PICKUP_CANCELLED, call.at, data)
        await self._client.deliver(request, accept=UNKNOWN)

    async def confirm_pickup(self, call: PickupCall) -> None:
        await self._request(PICKUP_CONFIRMED, call)

    async def _request(self, message: str, call: PickupCall) -> None:
        async with self._db.read() as connection:
            facts = await pickup_facts(connection, call.pickup)
        await self._client.deliver(PartnerRequest(call.key, message, call.at, _payload(facts)))


def _payload(facts: PickupFacts) -> dict[str, Any]:
    pickup, parcel = facts.pickup, facts.parcel
    return {
        "pickupId": pickup.id,
        "returnId": pickup.return_id,
        "courierCompany": pickup.courier_company,
        "slot": {
            "kind": pickup.slot_kind,
            "startsAt": rfc3339(pickup.starts_at),
            "endsAt": rfc3339(pickup.ends_at),
        },
        "collectFrom": address_payload(facts.comes_from),
        "deliverTo": address_payload(parcel[0].goes_to),
        "parcel": [goods for one in parcel for goods in goods_payload(one)],
    }
