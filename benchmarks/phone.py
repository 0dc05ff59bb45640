"""A shopper's phone: taps and waybills over HTTP, pushes over one websocket."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.support.buyers import Buyer
from tests.support.client import Client, Socket
from tests.support.documents import ONE_TAP, WATCH

ADVANCED = "REFUND_ADVANCED"
SUBMIT = """
mutation Submit($key: String!, $id: ID!, $number: String!) {
  waybillSubmit(
    input: {
      idempotencyKey: $key, returnId: $id, courierCompany: "cainiao", waybillNumber: $number
    }
  ) {
    __typename
    ... on WaybillSubmitSuccess { return { status } refund { advance refundedAt } }
    ... on UserError { code message }
  }
}"""


@dataclass
class Phone:
    buyer: Buyer
    app: Client
    socket: Socket
    pushed_at: dict[str, list[float]] = field(default_factory=dict)
    refund_pushed: dict[str, asyncio.Event] = field(default_factory=dict)

    async def tap(self, line: str, area: str | None = None) -> Any:
        """The open return; with a courier where there is an area. Raises LookupError if refused."""
        home = {"recipient": "张三", "phone": "138", "region": area, "street": "文三路1号"}
        pickup = {"address": home} if area else None
        answer = (await self.app.ask(ONE_TAP, key=line, line=line, pickup=pickup))["oneTapReturn"]
        if answer["__typename"] != "OneTapReturnSuccess":
            raise LookupError(answer)
        return answer["return"]

    async def follow(self, return_id: str, cursor: str) -> None:
        self.refund_pushed[return_id] = asyncio.Event()
        self.pushed_at[return_id] = []
        await self.socket.subscribe(WATCH, id=return_id, returnId=return_id, after=cursor)

    async def submit(self, return_id: str, number: str) -> Any:
        variables = {"key": f"{return_id}-waybill", "id": return_id, "number": number}
        answer = (await self.app.ask(SUBMIT, **variables))["waybillSubmit"]
        if answer["__typename"] != "WaybillSubmitSuccess":
            raise LookupError(answer)
        return answer

    async def refunded(self, return_id: str, within_s: float) -> float | None:
        """When the push came; None when it did not. Then the subscription is ended."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.refund_pushed[return_id].wait(), within_s)
        await self.socket.send(id=return_id, type="complete")
        return next(iter(self.pushed_at[return_id]), None)

    async def listen(self) -> None:
        while True:
            message = await self.socket.receive()
            now = time.perf_counter()
            if message["type"] == "next":
                update = message["payload"]["data"]["refundUpdates"]
                if update["event"] == ADVANCED:
                    self.pushed_at[message["id"]].append(now)
                    self.refund_pushed[message["id"]].set()


@asynccontextmanager
async def connected(base: str, buyer: Buyer) -> AsyncIterator[Phone]:
    async with Client(base, buyer.token) as app, app.socket() as socket:
        phone = Phone(buyer, app, socket)
        listening = asyncio.create_task(phone.listen())
        try:
            yield phone
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await listening
