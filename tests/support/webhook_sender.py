"""A partner's own system: it signs webhooks and posts them."""

import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from bff.settings import WEBHOOK_SECRETS
from tests.support.database import Dump, dump
from tests.support.world import World

SENT_AT = "2026-03-10T10:00:00+08:00"
# What an event may change without any effect: that it is remembered, and tried again
MEMORY = ("webhook_events", "timers")
_numbers = itertools.count(1)


def envelope(kind: str, data: Mapping[str, Any], at: str = SENT_AT) -> bytes:
    return json.dumps({"type": kind, "timestamp": at, "data": data}).encode()


@dataclass
class Sender:
    """By the library's own signature, and at the moment that the world's clock shows."""

    world: World
    http: httpx.AsyncClient
    secrets: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)

    def secret(self, partner: str) -> str:
        known: str = getattr(self.world.services.settings, WEBHOOK_SECRETS[partner])
        return self.secrets.get(partner, known)

    def headers(
        self, partner: str, body: bytes, event_id: str, at: datetime | None = None
    ) -> dict[str, str]:
        moment = at or self.world.clock.now()
        signature = Webhook(self.secret(partner)).sign(event_id, moment, body.decode())
        seconds = str(int(moment.timestamp()))
        signed = {"webhook-id": event_id, "webhook-timestamp": seconds}
        return signed | {"webhook-signature": signature, "content-type": "application/json"}

    async def send(self, partner: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        return await self.http.post(f"/webhooks/{partner}", content=body, headers=headers)

    async def post(
        self,
        partner: str,
        kind: str,
        data: Mapping[str, Any],
        event_id: str | None = None,
        at: datetime | None = None,
    ) -> httpx.Response:
        """`at`: when it happened; now by default, and as before where it is posted again."""
        own_id = event_id or f"evt_{next(_numbers)}"
        happened_at = self.moments.setdefault(own_id, at or self.world.clock.now())
        body = envelope(kind, data, happened_at.isoformat())
        return await self.send(partner, body, self.headers(partner, body, own_id))

    async def tell(
        self, partner: str, kind: str, data: Mapping[str, Any], at: datetime | None = None
    ) -> None:
        """Fails unless it is done at once."""
        answer = await self.post(partner, kind, data, at=at)
        assert (answer.status_code, answer.json()) == (200, {"status": "DONE"}), answer.text


@asynccontextmanager
async def open_sender(world: World) -> AsyncIterator[Sender]:
    async with httpx.AsyncClient(base_url=f"http://{world.base}", verify=False) as http:
        yield Sender(world, http)


async def effects(world: World) -> Dump:
    """All that is in the database, but for what is only remembered of events."""
    tables = await dump(world.db)
    return {name: rows for name, rows in tables.items() if name not in MEMORY}
