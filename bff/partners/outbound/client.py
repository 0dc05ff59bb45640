"""A signed call to a partner's system: one address, one shape, one response of limited size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from typing import Any

import httpx
import orjson

from bff.core import spans
from bff.core.clock import Clock, rfc3339
from bff.core.signatures import Keys
from bff.core.spans import trace_headers
from bff.jobs.delivery import PartnerError, RefusedCallError

CONNECT_TIMEOUT_S = 3.0
MAX_RESPONSE_BYTES = 64_000
# Too slow, the same call is under way, too many calls: the same call may succeed later.
RETRIED = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)
IDEMPOTENCY_KEY = "idempotency-key"


@cache
def known_authorities() -> SSLContext:
    """Whose certificates are believed: to read them takes long."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class PartnerRequest:
    """`key` is the same at every try of the same call; `at` is when its event happened."""

    key: str
    type: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartnerResponse:
    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - 2xx


class PartnerClient:
    """For the partner of this name. Close it at the end; a call opens its connection again."""

    def __init__(self, partner: str, url: str, keys: Keys, clock: Clock, timeout_s: float) -> None:
        self._partner = partner
        self._url = url
        self._keys = keys
        self._clock = clock
        self._timeouts = httpx.Timeout(timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s))
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def deliver(self, request: PartnerRequest, *, accept: tuple[int, ...] = ()) -> None:
        """Raises as `send`, and for every response but a success and the statuses in `accept`."""
        response = await self.send(request)
        if not response.is_success and response.status not in accept:
            raise self.failure(response)

    async def send(self, request: PartnerRequest) -> PartnerResponse:
        """The response, whatever its status. Raises PartnerError where there is none."""
        moment = rfc3339(request.at)
        body = orjson.dumps({"type": request.type, "timestamp": moment, "data": request.data})
        headers = self._keys.headers(request.key, self._clock.now(), body.decode())
        headers |= {IDEMPOTENCY_KEY: request.key, "content-type": "application/json"}
        try:
            with spans.span(f"POST {self._partner}", "client", type=request.type):
                return await self._post(body, headers | trace_headers())
        except httpx.HTTPError as error:
            reason = str(error) or "no answer"
            raise PartnerError(f"{self._partner}: {type(error).__name__}: {reason}") from error

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> PartnerResponse:
        """Raises httpx.HTTPError and PartnerError."""
        self._client = self._client or httpx.AsyncClient(
            timeout=self._timeouts, verify=known_authorities()
        )
        request = self._client.stream("POST", self._url, content=body, headers=headers)
        async with request as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_RESPONSE_BYTES:
                    message = f"{self._partner}: an answer of over {MAX_RESPONSE_BYTES} bytes"
                    raise PartnerError(message)
            return PartnerResponse(response.status_code, content)

    def failure(self, response: PartnerResponse) -> PartnerError:
        """For a response that is no success: a RefusedCallError where a new try cannot help."""
        message = f"{self._partner} answered {response.status}"
        client_error = 400 <= response.status < 500  # noqa: PLR2004 - 4xx
        if client_error and response.status not in RETRIED:
            return RefusedCallError(message)
        return PartnerError(message)
