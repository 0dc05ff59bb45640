"""A courier platform over HTTP."""

from http import HTTPStatus
from typing import Any

from bff.partners.facts import PickupFacts
from bff.partners.http import Call, Line
from bff.partners.told import told_address, told_goods, told_moment
from bff.pickups.booking import PICKUP_REQUESTED, PICKUP_RESCHEDULED
from bff.pickups.service import PICKUP_CANCELLED

UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class HttpCourier:
    def __init__(self, line: Line) -> None:
        self._line = line

    async def request_pickup(self, facts: PickupFacts) -> None:
        await self._line.tell(_call(PICKUP_REQUESTED, facts))

    async def reschedule_pickup(self, facts: PickupFacts) -> None:
        await self._line.tell(_call(PICKUP_RESCHEDULED, facts))

    async def cancel_pickup(self, facts: PickupFacts) -> None:
        """A courier who knows nothing of the pickup doesn't come either."""
        data = {"pickupId": facts.pickup.id, "courierCompany": facts.pickup.courier_company}
        call = Call(facts.key, PICKUP_CANCELLED, facts.at, data)
        await self._line.tell(call, fine=UNKNOWN)


def _call(message: str, facts: PickupFacts) -> Call:
    return Call(facts.key, message, facts.at, _errand(facts))


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
