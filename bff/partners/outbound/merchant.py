"""Merchants' systems over HTTP, by way of the platform that knows them."""

from typing import Any

from bff.db.database import Database
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED
from bff.domain.returns.transitions.returns import RETURN_CLOSED, STOP_SHIPPING
from bff.domain.returns.transitions.shipments import SHIPPED_BACK
from bff.partners.outbound.facts import ReturnCall, ReturnFacts, return_facts
from bff.partners.outbound.http import Call, Line
from bff.partners.outbound.payloads import told_goods, told_moment


class HttpMerchant:
    def __init__(self, line: Line, db: Database) -> None:
        self._line = line
        self._db = db

    async def request_approval(self, news: ReturnCall) -> None:
        await self._tell(APPROVAL_REQUESTED, news)

    async def announce_shipment(self, news: ReturnCall) -> None:
        await self._tell(SHIPPED_BACK, news)

    async def close_return(self, news: ReturnCall) -> None:
        await self._tell(RETURN_CLOSED, news)

    async def stop_shipping(self, news: ReturnCall) -> None:
        await self._tell(STOP_SHIPPING, news)

    async def _tell(self, message: str, news: ReturnCall) -> None:
        async with self._db.read() as connection:
            facts = await return_facts(connection, news.this_return)
        await self._line.tell(Call(news.key, message, news.at, _told(facts)))


def _told(facts: ReturnFacts) -> dict[str, Any]:
    """The same whatever it is about, so that a merchant who missed a call knows all."""
    this_return, refund = facts.this_return, facts.refund
    return {
        "returnId": this_return.id,
        "kind": this_return.kind,
        "status": this_return.status,
        "closeReason": this_return.close_reason,
        "orderNumber": facts.order.number,
        "merchantNumber": facts.merchant.number,
        "goods": told_goods(facts),
        "refund": {"amountMinor": refund.amount_minor, "currency": refund.currency},
        "openedAt": told_moment(this_return.opened_at),
        "waybill": _waybill(facts),
    }


def _waybill(facts: ReturnFacts) -> dict[str, str | None] | None:
    this_return = facts.this_return
    if this_return.waybill_number is None:
        return None
    company = this_return.courier_company
    return {"courierCompany": company, "waybillNumber": this_return.waybill_number}
