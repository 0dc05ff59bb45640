"""Responses of GraphQL over HTTP: their status and type by what Accept asks for."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import orjson
from graphql import OperationType
from starlette.types import Send

from bff.auth import TokenError
from bff.documents import NotAllowedHereError, WrongRequestError
from bff.edge.problems import BAD_REQUEST, UNAUTHENTICATED, RequestError
from bff.execution import Answer
from bff.faults import CODE as FAULT
from bff.faults import log_fault, told

JSON = b"application/json"
GRAPHQL_JSON = b"application/graphql-response+json"
LONGEST_KEPT = 500  # characters of a header
METHODS = b"GET, POST"

Header = tuple[bytes, bytes]
JSON_TYPE: Header = (b"content-type", JSON)
NO_STORE: Header = (b"cache-control", b"no-store")
GRAPHQL_TYPE: Header = (b"content-type", GRAPHQL_JSON + b"; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Reply:
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


def reply_of(answer: Answer, accept: bytes | None) -> Reply:
    """What was not executed is a 400 for those who ask for the new type."""
    if wants_graphql_json(accept):
        return Reply(answer.body, [GRAPHQL_TYPE], 200 if answer.executed else 400)
    return Reply(answer.body, [JSON_TYPE])


def wants_graphql_json(accept: bytes | None) -> bool:
    if accept is None or accept == JSON:
        return False
    return (_known if len(accept) <= LONGEST_KEPT else _wants)(accept)


def _wants(accept: bytes) -> bool:
    """Where it is named and nothing else is liked better (RFC 9110, 12.5.1)."""
    qualities = {
        kind.strip().lower(): _quality(parameters)
        for kind, _, parameters in (part.partition(b";") for part in accept.split(b","))
    }
    named = qualities.get(GRAPHQL_JSON, 0)
    plain = next(
        (qualities[one] for one in (JSON, b"application/*", b"*/*") if one in qualities), 0
    )
    return 0 < named >= plain


_known = lru_cache(maxsize=256)(_wants)


def _quality(parameters: bytes) -> float:
    for parameter in parameters.split(b";"):
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1


def problem(error: Exception, path: str) -> Reply:
    """How it is told to the client; what nobody expected is logged and masked."""
    match error:
        case TokenError():
            return _unauthenticated(str(error))
        case RequestError():
            return _error(error.status, error.message, error.code)
        case NotAllowedHereError(kind=OperationType.MUTATION):
            return _error(405, "A mutation is asked for by POST", BAD_REQUEST)
        case WrongRequestError():
            return _error(400, str(error), BAD_REQUEST)
    fault_id = log_fault(error, path=path)
    return _error(500, told(fault_id), FAULT, id=fault_id)


def _unauthenticated(message: str) -> Reply:
    reply = _error(401, message, UNAUTHENTICATED)
    reply.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    return reply


def _error(status: int, message: str, code: str, **facts: str) -> Reply:
    body = {"errors": [{"message": message, "extensions": {"code": code, **facts}}]}
    allowed = [(b"allow", METHODS)] if status == HTTPStatus.METHOD_NOT_ALLOWED else []
    return Reply(orjson.dumps(body), [JSON_TYPE, NO_STORE, *allowed], status)
