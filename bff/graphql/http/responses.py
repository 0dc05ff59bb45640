"""Responses of GraphQL over HTTP: their status and type by what Accept asks for."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import orjson
from graphql import OperationType
from starlette.types import Send

from bff.core.faults import CODE as FAULT
from bff.core.faults import fault_message, log_fault
from bff.graphql.engine.documents import NotAllowedHereError, WrongRequestError
from bff.graphql.engine.execution import GraphQLResponse
from bff.http.auth import TokenError
from bff.http.errors import BAD_REQUEST, UNAUTHENTICATED, RequestError

JSON = b"application/json"
GRAPHQL_JSON = b"application/graphql-response+json"
MAX_CACHED_ACCEPT_BYTES = 500  # characters of a header
METHODS = b"GET, HEAD, POST"

Header = tuple[bytes, bytes]
JSON_TYPE: Header = (b"content-type", JSON)
NO_STORE: Header = (b"cache-control", b"no-store")
GRAPHQL_TYPE: Header = (b"content-type", GRAPHQL_JSON + b"; charset=utf-8")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` without content-length, which is added as it is sent, where there is a body."""

    body: bytes
    headers: list[Header]
    status: int = 200

    async def send(self, send: Send) -> None:
        headers = self.headers
        if self.status != HTTPStatus.NOT_MODIFIED:
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def reply_of(answer: GraphQLResponse, kind: Header) -> HttpResponse:
    """What was not executed is a 400 for those who ask for the new type."""
    refused = kind is GRAPHQL_TYPE and not answer.executed
    return HttpResponse(answer.body, [kind], 400 if refused else 200)


def type_of(accept: bytes | None) -> Header:
    """The content type that is liked best. Raises RequestError where neither will do."""
    kind = _wanted_of(accept)
    if kind is None:
        told = f"Accept must allow {GRAPHQL_JSON.decode()} or {JSON.decode()}"
        raise RequestError(told, status=406)
    return kind


def _wanted_of(accept: bytes | None) -> Header | None:
    if not accept or accept == JSON:
        return JSON_TYPE
    return (_known if len(accept) <= MAX_CACHED_ACCEPT_BYTES else _wanted)(accept)


def _wanted(accept: bytes) -> Header | None:
    """By its quality (RFC 9110, 12.5.1); of two that are liked the same, the new one if named."""
    qualities = {
        kind.strip().lower(): _quality(parameters)
        for kind, _, parameters in (part.partition(b";") for part in accept.split(b","))
    }
    others = qualities.get(b"application/*", qualities.get(b"*/*", 0))
    new, plain = qualities.get(GRAPHQL_JSON, others), qualities.get(JSON, others)
    if new > plain or (0 < new == plain and GRAPHQL_JSON in qualities):
        return GRAPHQL_TYPE
    return JSON_TYPE if plain > 0 else None


_known = lru_cache(maxsize=256)(_wanted)


def _quality(parameters: bytes) -> float:
    for parameter in parameters.split(b";"):
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1


def problem(error: Exception, path: str, accept: bytes | None) -> HttpResponse:
    """How it is told to the client; what nobody expected is logged and masked."""
    kind = _wanted_of(accept) or JSON_TYPE
    match error:
        case TokenError():
            return _unauthenticated(kind, str(error))
        case RequestError():
            return _error(kind, error.status, error.message, error.code)
        case NotAllowedHereError(kind=OperationType.MUTATION):
            return _error(kind, 405, "A mutation is asked for by POST", BAD_REQUEST)
        case WrongRequestError():
            return _error(kind, 400, str(error), BAD_REQUEST)
    fault_id = log_fault(error, path=path)
    return _error(kind, 500, fault_message(fault_id), FAULT, id=fault_id)


def _unauthenticated(kind: Header, message: str) -> HttpResponse:
    reply = _error(kind, 401, message, UNAUTHENTICATED)
    reply.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    return reply


def _error(kind: Header, status: int, message: str, code: str, **facts: str) -> HttpResponse:
    """A 200 has the old type, for the new one has none without data."""
    body = {"errors": [{"message": message, "extensions": {"code": code, **facts}}]}
    allowed = [(b"allow", METHODS)] if status == HTTPStatus.METHOD_NOT_ALLOWED else []
    kind = JSON_TYPE if status == HTTPStatus.OK else kind
    return HttpResponse(orjson.dumps(body), [kind, NO_STORE, *allowed], status)
