"""What a courier platform is sent."""

from typing import Any, cast

from bff.partners.outbound.client import PartnerClient
from bff.partners.outbound.courier import UNKNOWN, HttpCourier
from bff.partners.outbound.facts import PickupCall
from tests.support.partner_servers import RecordingClient
from tests.support.return_cases import open_case
from tests.support.world import START, World


async def courier_and_call(world: World) -> tuple[RecordingClient, HttpCourier, PickupCall]:
    case = await open_case(world, pickup=True)
    assert case.pickup
    client = RecordingClient()
    courier = HttpCourier(cast("PartnerClient", client), world.db)
    return client, courier, PickupCall("key", START, case.pickup)


async def test_a_request_has_the_slot_both_addresses_and_the_parcel(world: World) -> None:
    client, courier, call = await courier_and_call(world)
    await courier.request_pickup(call)
    [request] = client.requests
    assert (request.key, request.type, request.at) == ("key", "pickup.requested", START)
    assert client.accepted == [()]
    data: Any = request.data
    assert (data["pickupId"], data["returnId"]) == (call.pickup.id, call.pickup.return_id)
    assert data["courierCompany"] == call.pickup.courier_company
    assert data["slot"] == {
        "kind": "AS_SOON_AS_POSSIBLE",
        "startsAt": "2026-03-10T02:00:00.000+00:00",
        "endsAt": "2026-03-10T04:00:00.000+00:00",
    }
    assert data["collectFrom"]["street"] == data["deliverTo"]["street"] == "文三路1号"
    assert [goods["quantity"] for goods in data["parcel"]] == [1]


async def test_a_new_slot_is_sent_as_the_request_was(world: World) -> None:
    client, courier, call = await courier_and_call(world)
    await courier.request_pickup(call)
    await courier.reschedule_pickup(call)
    first, second = client.requests
    assert (second.type, second.data) == ("pickup.rescheduled", first.data)


async def test_a_pickup_that_the_courier_does_not_know_is_cancelled(world: World) -> None:
    client, courier, call = await courier_and_call(world)
    await courier.cancel_pickup(call)
    [request] = client.requests
    assert request.type == "pickup.cancelled"
    assert request.data == {"pickupId": call.pickup.id, "courierCompany": "cainiao"}
    assert client.accepted == [UNKNOWN] == [(404, 410)]
