"""Small real servers of partners, which misbehave by a test's script."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bff.partners.outbound.client import PartnerRequest
from tests.support.world import Server

Responder = Callable[["PartnerServer", dict[str, Any]], Awaitable[Response]]


@dataclass
class PartnerServer:
    """`script`: how the next calls are answered; afterwards all is well.

    `done` is what has happened there, by the key under which it was asked for.
    """

    well: Responder
    script: list[Responder] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        self.calls.append((dict(request.headers), body))
        call = json.loads(body) | {"key": request.headers["idempotency-key"]}
        answering = self.script.pop(0) if self.script else self.well
        return await answering(self, call)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.calls]


@asynccontextmanager
async def serve_partner(server: PartnerServer) -> AsyncIterator[str]:
    """Its address."""
    app = Starlette(routes=[Route("/calls", server.answer, methods=["POST"])])
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    async with Server(config).running() as port:
        yield f"http://127.0.0.1:{port}/calls"


async def accept(server: PartnerServer, call: dict[str, Any]) -> Response:
    """Once for each key."""
    server.done.setdefault(call["key"], call)
    return Response(status_code=204)


async def pay(server: PartnerServer, call: dict[str, Any]) -> Response:
    """Once for each key; a repeated call gets the same answer."""
    server.done.setdefault(call["key"], call)
    reference = f"P-{list(server.done).index(call['key']) + 1}"
    return JSONResponse({"status": "succeeded", "reference": reference})


def without_response(then: Responder) -> Responder:
    """Does it, and never says so."""

    async def answering(server: PartnerServer, call: dict[str, Any]) -> Response:
        await then(server, call)
        await asyncio.sleep(60)
        return Response(status_code=504)

    return answering


def respond_with(status: int, body: bytes = b"", then: Responder | None = None) -> Responder:
    """Answers so, whether or not it did it before."""

    async def answering(server: PartnerServer, call: dict[str, Any]) -> Response:
        if then:
            await then(server, call)
        return Response(body, status)

    return answering


def respond_with_json(**answer: str) -> Responder:
    return respond_with(200, json.dumps(answer).encode())


class RecordingClient:
    """A partner's client that keeps what it is given: requests, and the statuses they accept."""

    def __init__(self) -> None:
        self.requests: list[PartnerRequest] = []
        self.accepted: list[tuple[int, ...]] = []

    async def deliver(self, request: PartnerRequest, *, accept: tuple[int, ...] = ()) -> None:
        self.requests.append(request)
        self.accepted.append(accept)
