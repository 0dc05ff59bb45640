"""A courier platform over HTTP."""

from http import HTTPStatus
from typing import Any

from bff.db.database import Database
from bff.domain.pickups.bookings import PICKUP_REQUESTED, PICKUP_RESCHEDULED
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.partners.outbound.facts import PickupCall, PickupFacts, pickup_facts
from bff.partners.outbound.http import Call, Line
from bff.partners.outbound.payloads import told_address, told_goods, told_moment

UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class HttpCourier:
    def __init__(self, line: Line, db: Database) -> None:
        self._line = line
        self._db = db

    async def request_pickup(self, news: PickupCall) -> None:
        await self._ask(PICKUP_REQUESTED, news)

    async def reschedule_pickup(self, news: PickupCall) -> None:
        await self._ask(PICKUP_RESCHEDULED, news)

    async def _ask(self, message: str, news: PickupCall) -> None:
        async with self._db.read() as connection:
            facts = await pickup_facts(connection, news.pickup)
        await self._line.tell(Call(news.key, message, news.at, _errand(facts)))

    async def cancel_pickup(self, news: PickupCall) -> None:
        """A courier who knows nothing of the pickup doesn't come either."""
        data = {"pickupId": news.pickup.id, "courierCompany": news.pickup.courier_company}
        call = Call(news.key, PICKUP_CANCELLED, news.at, data)
        await self._line.tell(call, fine=UNKNOWN)


def _errand(facts: PickupFacts) -> dict[str, Any]:
    pickup, parcel = facts.pickup, facts.parcel
    return {
        "pickupId": pickup.id,
        "returnId": pickup.return_id,
        "courierCompany": pickup.courier_company,
        "slot": {
            "kind": pickup.slot_kind,
            "startsAt": told_moment(pickup.starts_at),
            "endsAt": told_moment(pickup.ends_at),
        },
        "collectFrom": told_address(facts.comes_from),
        "deliverTo": told_address(parcel.goes_to),
        "parcel": told_goods(parcel),
    }
