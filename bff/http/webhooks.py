"""`POST /webhooks/{partner}`: what partners report, signed by the Standard Webhooks specification.

The signature is checked before anything else is read, the form before the event is
remembered; what is answered with 200, 202 or 422 of an event is durable.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bff.core.faults import CODE as FAULT
from bff.core.faults import fault_message, log_fault
from bff.core.signatures import ID, SIGNATURE, TIMESTAMP, Keys, NotSignedError, Signed
from bff.core.validation import FieldError, validation_errors
from bff.domain.orders.fields import Moment
from bff.jobs.inbox import DifferentBodyError
from bff.jobs.received_events import IncomingEvent, ReceivedEvent, Status
from bff.partners.inbound.reports import INBOX, REPORTS
from bff.services import Services
from bff.settings import WEBHOOK_SECRETS

MAX_ERRORS = 20
HTTP_STATUS = {Status.DONE: 200, Status.WAITING: 202, Status.REFUSED: 422}


class Envelope(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    type: Annotated[str, Field(description="the name of an event")]
    timestamp: Moment
    data: Annotated[dict[str, Any], Field(description="a JSON object")]


class ProblemError(Exception):
    """Answered to the partner; nothing is remembered of the event."""

    def __init__(
        self, status: int, code: str, message: str, mistaken: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.mistaken = mistaken

    @property
    def answer(self) -> Response:
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.mistaken:
            fields = [{"field": one.field, "expected": one.expected} for one in self.mistaken]
            body["errors"] = fields
        return _json(body, self.status)


class Webhooks:
    def __init__(self, services: Services) -> None:
        self._services = services
        settings = services.settings
        self._keys = {
            partner: Keys(getattr(settings, name)) for partner, name in WEBHOOK_SECRETS.items()
        }

    async def answer(self, request: Request) -> Response:
        try:
            return await self._take(request)
        except ProblemError as problem:
            return problem.answer
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it is masked
            fault_id = log_fault(error, path=request.url.path)
            message = fault_message(fault_id)
            return _json({"code": FAULT, "message": message}, 500)

    async def _take(self, request: Request) -> Response:
        partner = request.path_params["partner"]
        if partner not in self._keys:
            known = ", ".join(self._keys)
            raise ProblemError(404, "UNKNOWN_PARTNER", f"expected one of {known}")
        body = await _body(request, self._services.settings.max_body_bytes)
        event_id = self._verified(partner, request, body)
        event = read_event(partner, event_id, body)
        try:
            received = await self._services.db.write(lambda tx: INBOX.take(tx, event))
        except DifferentBodyError:
            told = f"{ID}: {event_id} came before with another body"
            raise ProblemError(409, "DIFFERENT_BODY", told) from None
        return answer_of(received)

    def _verified(self, partner: str, request: Request, body: bytes) -> str:
        """The event's id."""
        headers = request.headers
        signed = Signed(
            headers.get(ID), headers.get(TIMESTAMP), headers.get(SIGNATURE), _text(body)
        )
        try:
            return self._keys[partner].verify(signed, self._services.db.clock.now())
        except NotSignedError as error:
            raise ProblemError(401, "NOT_SIGNED", str(error)) from error


async def _body(request: Request, most: int) -> bytes:
    """No more of it than may be is read."""
    too_large = ProblemError(413, "BODY_TOO_LARGE", f"expected at most {most} bytes")
    if int(request.headers.get("content-length", "0")) > most:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise too_large
    return bytes(body)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, "NOT_JSON", "expected one JSON object, in UTF-8") from error


def read_event(partner: str, event_id: str, body: bytes) -> IncomingEvent:
    """Raises ProblemError."""
    envelope = _envelope(_document(body))
    report = REPORTS[partner].get(envelope.type)
    if report is None:
        known = FieldError("type", f"one of {', '.join(REPORTS[partner])}")
        raise ProblemError(422, "UNKNOWN_TYPE", str(known), [known])
    data = _data(envelope)
    try:
        payload = report.model.model_validate_json(data)
    except ValidationError as error:
        raise _invalid(validation_errors(report.model, error, "data", MAX_ERRORS)) from error
    digest = hashlib.sha256(body).hexdigest()
    return IncomingEvent(partner, event_id, envelope.type, digest, data, payload)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, "NOT_JSON", f"expected one JSON object: {error}") from error
    if not isinstance(document, dict):
        raise ProblemError(400, "NOT_JSON", "expected one JSON object")
    return document


def _envelope(document: dict[str, Any]) -> Envelope:
    try:
        return Envelope.model_validate(document)
    except ValidationError as error:
        raise _invalid(validation_errors(Envelope, error)) from error


def _data(envelope: Envelope) -> str:
    try:
        return orjson.dumps(envelope.data).decode()
    except orjson.JSONEncodeError as error:
        raise ProblemError(400, "NOT_JSON", "expected fewer levels of nesting") from error


def _invalid(found: Sequence[FieldError]) -> ProblemError:
    return ProblemError(422, "INVALID_PAYLOAD", "; ".join(map(str, found)), found)


def answer_of(received: ReceivedEvent) -> Response:
    body = {"status": received.status, "code": received.code, "message": received.reason}
    told = {name: value for name, value in body.items() if value is not None}
    return _json(told, HTTP_STATUS[received.status])


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
