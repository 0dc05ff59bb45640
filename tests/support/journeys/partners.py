"""The partners' own systems: the calls that they get, their answers, and their reports."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bff.core.signatures import Keys
from bff.settings import WEBHOOK_SECRETS, Settings
from tests.support.world import FakeClock, Server


class Way(Enum):
    """What a payment service does with a call."""

    PAY = auto()
    DECLINE = auto()
    REPORT_LATER = auto()
    FAIL = auto()
    PAY_AND_LOSE_THE_ANSWER = auto()
    PAY_AND_HANG = auto()


CHARGING = (Way.PAY, Way.PAY_AND_LOSE_THE_ANSWER, Way.PAY_AND_HANG)
Data = dict[str, Any]


@dataclass
class PaymentService:
    """Charges once for each payment id, however often it is called. Without `ways` it pays.

    `recalled`: the payments that it was to stop; it does where it has not paid yet.
    """

    ways: deque[Way] = field(default_factory=deque)
    requests: list[Data] = field(default_factory=list)
    charged: dict[str, Data] = field(default_factory=dict)
    recalled: list[str] = field(default_factory=list)

    def will(self, *ways: Way) -> None:
        """At its next calls."""
        self.ways.extend(ways)

    @property
    def last(self) -> str:
        """The id of the newest payment."""
        return str(self.requests[-1]["paymentId"])

    @property
    def ids(self) -> list[str]:
        """Of the payments, the oldest first."""
        return list(dict.fromkeys(data["paymentId"] for data in self.requests))

    async def answer(self, data: Data) -> Response:
        self.requests.append(data)
        way = self.ways.popleft() if self.ways else Way.PAY
        if way in CHARGING:
            self.charged[data["paymentId"]] = data
        return await self._respond(way, data["paymentId"])

    async def recall(self, data: Data) -> Response:
        self.recalled.append(data["paymentId"])
        way = Way.PAY if data["paymentId"] in self.charged else Way.DECLINE
        return await self._respond(self.ways.popleft() if self.ways else way, data["paymentId"])

    async def _respond(self, way: Way, payment_id: str) -> Response:
        match way:
            case Way.PAY:
                reference = f"ref-{payment_id}"
                return JSONResponse({"status": "succeeded", "reference": reference})
            case Way.DECLINE:
                return JSONResponse({"status": "failed", "reason": "no funds"})
            case Way.REPORT_LATER:
                return JSONResponse({"status": "pending"})
            case Way.PAY_AND_HANG:
                await asyncio.sleep(HANGS_S)
        return Response(status_code=503)


PATIENCE_S = 2.0
HANGS_S = 2.5


@dataclass
class Partners:
    """`calls`: type and data of every call to the courier and the merchant, in order."""

    payments: PaymentService = field(default_factory=PaymentService)
    calls: list[tuple[str, Data]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/payments", self._pay, methods=["POST"]),
                Route("/others", self._receive, methods=["POST"]),
            ]
        )

    async def _pay(self, request: Request) -> Response:
        call = await request.json()
        recalls = call["type"] == "payment.recalled"
        return await (self.payments.recall if recalls else self.payments.answer)(call["data"])

    async def _receive(self, request: Request) -> Response:
        call = await request.json()
        self.calls.append((call["type"], call["data"]))
        return Response()

    def about(self, subject_id: str) -> list[str]:
        """The types of the calls about a pickup or a return."""
        keys = ("pickupId", "returnId")
        return [type for type, data in self.calls if subject_id in [data.get(key) for key in keys]]  # noqa: A001


@asynccontextmanager
async def at_work(partners: Partners) -> AsyncIterator[dict[str, Any]]:
    """The partners' systems on a free port; yields the settings that lead there."""
    config = uvicorn.Config(partners.app, lifespan="off", log_config=None)
    async with Server(config).running() as port:
        base = f"http://127.0.0.1:{port}"
        yield {
            "courier_url": f"{base}/others",
            "merchant_url": f"{base}/others",
            "payment_url": f"{base}/payments",
            "partner_timeout_seconds": PATIENCE_S,
        }


class Webhooks:
    """Signed reports of all partners, over HTTP."""

    def __init__(self, base: str, settings: Settings, clock: FakeClock) -> None:
        self._clock = clock
        self._sent = 0
        self._keys = {
            partner: Keys(getattr(settings, name)) for partner, name in WEBHOOK_SECRETS.items()
        }
        self._http = httpx.AsyncClient(base_url=f"http://{base}", verify=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, partner: str, type: str, data: Mapping[str, object]) -> httpx.Response:  # noqa: A002
        """With an id of its own."""
        self._sent += 1
        now = self._clock.now()
        body = orjson.dumps({"type": type, "timestamp": now, "data": data})
        headers = self._keys[partner].headers(f"msg-{self._sent}", now, body.decode())
        return await self._http.post(f"/webhooks/{partner}", content=body, headers=headers)


def local(moment: datetime) -> str:
    """As the API shows it."""
    return (moment + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S+08:00")
