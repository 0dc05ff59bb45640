"""A signed call to a partner's system: one address, one shape, one answer of limited size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from bff.core.clock import Clock
from bff.core.signatures import Keys
from bff.jobs.delivery import PartnerError, RefusedCallError

CONNECT_S = 3.0
MOST_BYTES = 64_000
# Tried again: too slow, the same call is under way, too many calls.
RETRIED = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)
IDEMPOTENCY_KEY = "idempotency-key"


@dataclass(frozen=True, slots=True)
class Call:
    """`key` is the same whenever the same thing is told; `at` is when it happened."""

    key: str
    type: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - 2xx


class Line:
    """To one partner, `partner` by name. Close it at the end; a call opens it again."""

    def __init__(self, partner: str, url: str, keys: Keys, clock: Clock, limit_s: float) -> None:
        self._partner = partner
        self._url = url
        self._keys = keys
        self._clock = clock
        self._limits = httpx.Timeout(limit_s, connect=min(CONNECT_S, limit_s))
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def tell(self, call: Call, *, fine: tuple[int, ...] = ()) -> None:
        """Raises as `ask`, and for every answer but a success and those in `fine`."""
        answer = await self.ask(call)
        if not answer.ok and answer.status not in fine:
            raise self.failure(answer)

    async def ask(self, call: Call) -> Answer:
        """Whatever is answered. Raises PartnerError where nothing is."""
        body = orjson.dumps({"type": call.type, "timestamp": call.at, "data": call.data})
        headers = self._keys.headers(call.key, self._clock.now(), body.decode())
        headers |= {IDEMPOTENCY_KEY: call.key, "content-type": "application/json"}
        try:
            return await self._answer(body, headers)
        except httpx.HTTPError as error:
            told = str(error) or "no answer"
            raise PartnerError(f"{self._partner}: {type(error).__name__}: {told}") from error

    async def _answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        self._client = self._client or httpx.AsyncClient(timeout=self._limits)
        request = self._client.stream("POST", self._url, content=body, headers=headers)
        async with request as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise PartnerError(f"{self._partner}: an answer of over {MOST_BYTES} bytes")
            return Answer(response.status_code, content)

    def failure(self, answer: Answer) -> PartnerError:
        """For an answer that is no success: whether asking again could change it."""
        told = f"{self._partner} answered {answer.status}"
        client_error = 400 <= answer.status < 500  # noqa: PLR2004 - 4xx
        if client_error and answer.status not in RETRIED:
            return RefusedCallError(told)
        return PartnerError(told)
