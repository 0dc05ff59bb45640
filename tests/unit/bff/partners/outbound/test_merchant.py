"""What a merchant's system is sent: the same whatever it is about."""

from typing import Any, cast

import pytest

from bff.domain.returns.model import Case
from bff.partners.outbound.client import PartnerClient, PartnerRequest
from bff.partners.outbound.facts import ReturnCall
from bff.partners.outbound.merchant import HttpMerchant
from tests.support.partner_servers import RecordingClient
from tests.support.return_cases import ELECTRONICS, SF_NUMBER, open_case, shipped_case
from tests.support.world import START, World


async def send(world: World, case: Case, method: str) -> PartnerRequest:
    client = RecordingClient()
    merchant = HttpMerchant(cast("PartnerClient", client), world.db)
    await getattr(merchant, method)(ReturnCall("key", START, case.this_return))
    [request] = client.requests
    return request


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("request_approval", "return.approval_requested"),
        ("announce_shipment", "return.shipped_back"),
        ("close_return", "return.closed"),
        ("stop_shipping", "refund.stop_shipping"),
    ],
)
async def test_each_call_has_its_message_and_all_that_is_known(
    world: World, method: str, message: str
) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    request = await send(world, case, method)
    assert (request.key, request.type, request.at) == ("key", message, START)
    data: Any = request.data
    assert (data["returnId"], data["kind"]) == (case.this_return.id, "RETURN_AND_REFUND")
    assert (data["status"], data["closeReason"]) == ("AWAITING_MERCHANT_APPROVAL", None)
    assert data["merchantNumber"] == "linen-house"
    assert data["refund"] == {"amountMinor": 19_900, "currency": "CNY"}
    assert (data["openedAt"], data["waybill"]) == ("2026-03-10T02:00:00.000+00:00", None)
    assert [goods["category"] for goods in data["goods"]] == ["electronics"]


async def test_once_the_goods_are_away_the_waybill_is_known(world: World) -> None:
    request = await send(world, await shipped_case(world), "announce_shipment")
    assert request.data["waybill"] == {"courierCompany": "sf", "waybillNumber": SF_NUMBER}
