"""Merchants' systems over HTTP, by way of the platform that knows them."""

from typing import Any

from bff.core.clock import rfc3339
from bff.db.database import Database
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import RETURN_CLOSED, STOP_SHIPPING
from bff.domain.returns.transitions.shipments import SHIPPED_BACK
from bff.partners.outbound.client import PartnerClient, PartnerRequest
from bff.partners.outbound.facts import ReturnCall, ReturnFacts, return_facts
from bff.partners.outbound.payloads import goods_payload


class HttpMerchant:
    def __init__(self, client: PartnerClient, db: Database) -> None:
        self._client = client
        self._db = db

    async def request_approval(self, call: ReturnCall) -> None:
        await self._send(APPROVAL_REQUESTED, call)

    async def announce_shipment(self, call: ReturnCall) -> None:
        await self._send(SHIPPED_BACK, call)

    async def close_return(self, call: ReturnCall) -> None:
        await self._send(RETURN_CLOSED, call)

    async def stop_shipping(self, call: ReturnCall) -> None:
        await self._send(STOP_SHIPPING, call)

    async def _send(self, message: str, call: ReturnCall) -> None:
        async with self._db.read() as connection:
            facts = await return_facts(connection, call.this_return)
        await self._client.deliver(PartnerRequest(call.key, message, call.at, _payload(facts)))


def _payload(facts: ReturnFacts) -> dict[str, Any]:
    """The same for every message, so that a merchant who missed one knows all."""
    this_return, refund = facts.this_return, facts.refund
    waybill = this_return.waybill_number and {
        "courierCompany": this_return.courier_company,
        "waybillNumber": this_return.waybill_number,
    }
    return {
        "returnId": this_return.id,
        "kind": this_return.kind,
        "status": this_return.status,
        "closeReason": this_return.close_reason,
        "orderNumber": facts.order.number,
        "merchantNumber": facts.merchant.number,
        "goods": goods_payload(facts),
        "refund": {"amountMinor": refund.amount_minor, "currency": refund.currency},
        "openedAt": rfc3339(this_return.opened_at),
        "waybill": waybill or None,
    }
