"""`POST /webhooks/{partner}`: what partners report, signed by the Standard Webhooks specification.

The signature is checked before anything else is read, the form before the event is
stored. An event that is answered with 200, 202 or 422 is durable.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bff.core import spans
from bff.core.clock import rfc3339
from bff.core.signatures import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    TOLERANCE,
    Keys,
    SignatureError,
    SignedMessage,
)
from bff.core.spans import Tracer
from bff.core.validation import FieldError, validation_errors
from bff.domain.orders.fields import Moment
from bff.http.bodies import check_length, read_body
from bff.http.errors import BodyTooLargeError, RequestError, failure_of, json_error_response
from bff.jobs.inbox import DifferentBodyError
from bff.jobs.received_events import IncomingEvent, ReceivedEvent, Status
from bff.jobs.traces import trace_of
from bff.partners.inbound.reports import INBOX, REPORTS
from bff.services import Services
from bff.settings import WEBHOOK_SECRETS

HTTP_STATUS = {Status.DONE: 200, Status.WAITING: 202, Status.REFUSED: 422}
MAX_ERRORS = 20
NOT_JSON = "NOT_JSON"
SUBJECT_IDS = ("pickup_id", "return_id", "payment_id")  # what calls to partners are about


class Envelope(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    type: Annotated[str, Field(description="the name of an event")]
    timestamp: Moment
    data: Annotated[dict[str, Any], Field(description="a JSON object")]


class Webhooks:
    def __init__(self, services: Services) -> None:
        self._services = services
        settings = services.settings
        self._keys = {
            partner: Keys(getattr(settings, name)) for partner, name in WEBHOOK_SECRETS.items()
        }

    async def answer(self, request: Request) -> Response:
        try:
            return event_response(await self._receive(request))
        except RequestError as error:
            return json_error_response(error)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            return json_error_response(failure_of(error, request.url.path))

    async def _receive(self, request: Request) -> ReceivedEvent:
        """Raises RequestError: nothing is stored of the event."""
        partner = request.path_params["partner"]
        if partner not in self._keys:
            expected = f"expected one of {', '.join(self._keys)}"
            raise RequestError(expected, "UNKNOWN_PARTNER", 404)
        body = await self._body(request)
        event_id = self._verified_id(partner, request, body)
        event = read_event(partner, event_id, body, self._services.db.clock.now())
        if spans.tracer is not None:
            await self._link(spans.tracer, event)
        try:
            return await self._services.db.write(lambda tx: INBOX.take(tx, event))
        except DifferentBodyError:
            message = f"{ID}: {event_id} came before with another body"
            raise RequestError(message, "DIFFERENT_BODY", 409) from None

    async def _link(self, tracer: Tracer, event: IncomingEvent) -> None:
        """To the trace in which the partner was called."""
        subject_ids = [getattr(event.payload, name, "") for name in SUBJECT_IDS]
        async with self._services.db.read() as connection:
            traceparent = await trace_of(connection, subject_ids)
        if traceparent:
            tracer.link(traceparent)

    async def _body(self, request: Request) -> bytes:
        max_bytes = self._services.settings.max_body_bytes
        try:
            check_length(request.headers, max_bytes)
            return await read_body(request.receive, max_bytes)
        except BodyTooLargeError:
            message = f"expected at most {max_bytes} bytes"
            raise RequestError(message, "BODY_TOO_LARGE", 413) from None

    def _verified_id(self, partner: str, request: Request, body: bytes) -> str:
        headers = request.headers
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise RequestError("expected one JSON object, in UTF-8", NOT_JSON) from error
        message = SignedMessage(
            headers.get(ID), headers.get(TIMESTAMP), headers.get(SIGNATURE), text
        )
        try:
            return self._keys[partner].verify(message, self._services.db.clock.now())
        except SignatureError as error:
            raise RequestError(str(error), "NOT_SIGNED", 401) from error


def read_event(partner: str, event_id: str, body: bytes, now: datetime) -> IncomingEvent:
    """Raises RequestError: also where it says that it happened later than clocks may differ."""
    envelope = _envelope(body)
    report = REPORTS[partner].get(envelope.type)
    if report is None:
        unknown = FieldError("type", f"one of {', '.join(REPORTS[partner])}")
        raise RequestError(str(unknown), "UNKNOWN_TYPE", 422, errors=[unknown])
    try:
        data = orjson.dumps(envelope.data).decode()
    except orjson.JSONEncodeError as error:
        raise RequestError("expected fewer levels of nesting", NOT_JSON) from error
    try:
        payload = report.model.model_validate_json(data)
    except ValidationError as error:
        raise _invalid(validation_errors(report.model, error, "data", MAX_ERRORS)) from error
    own = getattr(payload, "at", None)
    happened_at = own or envelope.timestamp
    if happened_at > now + TOLERANCE:
        expected = f"a moment that has come; here it is {rfc3339(now)}"
        raise _invalid([FieldError("data.at" if own else "timestamp", expected)])
    digest = hashlib.sha256(body).hexdigest()
    return IncomingEvent(partner, event_id, envelope.type, digest, data, payload, happened_at)


def _envelope(body: bytes) -> Envelope:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"expected one JSON object: {error}", NOT_JSON) from error
    if not isinstance(document, dict):
        raise RequestError("expected one JSON object", NOT_JSON)
    try:
        return Envelope.model_validate(document)
    except ValidationError as error:
        raise _invalid(validation_errors(Envelope, error)) from error


def _invalid(errors: Sequence[FieldError]) -> RequestError:
    return RequestError("; ".join(map(str, errors)), "INVALID_PAYLOAD", 422, errors=errors)


def event_response(received: ReceivedEvent) -> Response:
    facts = {"status": received.status, "code": received.code, "message": received.reason}
    body = {name: value for name, value in facts.items() if value is not None}
    return JSONResponse(body, HTTP_STATUS[received.status])
