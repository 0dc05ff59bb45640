"""Responses of GraphQL over HTTP: their status, and the content type that Accept prefers."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import orjson
from graphql import OperationType
from starlette.types import Send

from bff.core.faults import CODE as FAULT
from bff.core.faults import (
    RETRY_AFTER_S,
    UNAVAILABLE,
    UNAVAILABLE_MESSAGE,
    fault_message,
    is_unavailable,
    log_fault,
    retry_headers,
)
from bff.graphql.engine.documents import OperationError, OperationNotAllowedError
from bff.graphql.engine.response import GraphQLResponse
from bff.http.auth import TokenError
from bff.http.errors import BAD_REQUEST, UNAUTHENTICATED, RequestError

JSON = b"application/json"
GRAPHQL_JSON = b"application/graphql-response+json"
MAX_CACHED_ACCEPT_BYTES = 500
METHODS = b"GET, HEAD, POST"

Header = tuple[bytes, bytes]
JSON_TYPE: Header = (b"content-type", JSON)
NO_STORE: Header = (b"cache-control", b"no-store")
RETRY_AFTER = [(name.encode(), value.encode()) for name, value in retry_headers().items()]
GRAPHQL_TYPE: Header = (b"content-type", GRAPHQL_JSON + b"; charset=utf-8")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` without content-length, which is added as it is sent."""

    body: bytes
    headers: list[Header]
    status: int = 200

    async def send(self, send: Send) -> None:
        headers = self.headers
        if self.status != HTTPStatus.NOT_MODIFIED:
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def http_response(result: GraphQLResponse, kind: Header) -> HttpResponse:
    """Under GraphQL's own type, what was not executed is a 400."""
    if result.errors and result.outcome == "unavailable":
        return HttpResponse(result.body, [kind, NO_STORE, *RETRY_AFTER], 503)
    is_refused = kind is GRAPHQL_TYPE and not result.executed
    return HttpResponse(result.body, [kind], 400 if is_refused else 200)


def content_type(accept: bytes | None) -> Header:
    """The preferred one. Raises RequestError where Accept allows neither."""
    kind = _preferred(accept)
    if kind is None:
        message = f"Accept must allow {GRAPHQL_JSON.decode()} or {JSON.decode()}"
        raise RequestError(message, status=406)
    return kind


def _preferred(accept: bytes | None) -> Header | None:
    if not accept or accept == JSON:
        return JSON_TYPE
    negotiate = _negotiate_cached if len(accept) <= MAX_CACHED_ACCEPT_BYTES else _negotiate
    return negotiate(accept)


def _negotiate(accept: bytes) -> Header | None:
    """By quality (RFC 9110, 12.5.1); of two with the same, GraphQL's own type if it is named."""
    qualities = {
        kind.strip().lower(): _quality(parameters)
        for kind, _, parameters in (part.partition(b";") for part in accept.split(b","))
    }
    others = qualities.get(b"application/*", qualities.get(b"*/*", 0))
    graphql, plain = qualities.get(GRAPHQL_JSON, others), qualities.get(JSON, others)
    if graphql > plain or (0 < graphql == plain and GRAPHQL_JSON in qualities):
        return GRAPHQL_TYPE
    return JSON_TYPE if plain > 0 else None


_negotiate_cached = lru_cache(maxsize=256)(_negotiate)


def _quality(parameters: bytes) -> float:
    for parameter in parameters.split(b";"):
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1


def failure_response(error: Exception, path: str, accept: bytes | None) -> HttpResponse:
    """To a request that raised: a request error as it is, a fault logged and masked."""
    kind = _preferred(accept) or JSON_TYPE
    match error:
        case TokenError():
            response = _error(kind, 401, str(error), UNAUTHENTICATED)
            response.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
            return response
        case RequestError():
            return _error(kind, error.status, error.message, error.code)
        case OperationNotAllowedError(kind=OperationType.MUTATION):
            return _error(kind, 405, "A mutation is asked for by POST", BAD_REQUEST)
        case OperationError():
            return _error(kind, 400, str(error), BAD_REQUEST)
    fault_id = log_fault(error, path=path)
    if is_unavailable(error):
        response = _error(kind, 503, UNAVAILABLE_MESSAGE, UNAVAILABLE, retryAfter=RETRY_AFTER_S)
        response.headers.extend(RETRY_AFTER)
        return response
    return _error(kind, 500, fault_message(fault_id), FAULT, id=fault_id)


def _error(kind: Header, status: int, message: str, code: str, **facts: str | int) -> HttpResponse:
    """A 200 has the plain type: under GraphQL's own, there is none without data."""
    body = {"errors": [{"message": message, "extensions": {"code": code, **facts}}]}
    allowed = [(b"allow", METHODS)] if status == HTTPStatus.METHOD_NOT_ALLOWED else []
    kind = JSON_TYPE if status == HTTPStatus.OK else kind
    return HttpResponse(orjson.dumps(body), [kind, NO_STORE, *allowed], status)
