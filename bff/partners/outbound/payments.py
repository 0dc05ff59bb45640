"""A payment service over HTTP. The payment's id is the idempotency key of every try."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bff.core.text import has_controls, normal_text
from bff.domain.payments.model import PAYMENT_RECALLED, PAYMENT_REQUESTED, Payment
from bff.jobs.delivery import PartnerError
from bff.partners.outbound.client import PartnerClient, PartnerRequest, PartnerResponse
from bff.partners.outbound.gateways import Declined, Outcome, Pending, Succeeded

UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
DECLINED = (HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.UNPROCESSABLE_ENTITY)
MAX_REASON_LENGTH = 200
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"


class SucceededBody(BaseModel):
    status: Literal["succeeded"]
    reference: Annotated[str, Field(min_length=1, max_length=128, pattern=NO_CONTROLS)]


class FailedBody(BaseModel):
    status: Literal["failed"]
    reason: str = "declined"


class PendingBody(BaseModel):
    status: Literal["pending"]


ResponseBody = SucceededBody | FailedBody | PendingBody
BODY: TypeAdapter[ResponseBody] = TypeAdapter(
    Annotated[ResponseBody, Field(discriminator="status")]
)


class HttpPayments:
    def __init__(self, client: PartnerClient) -> None:
        self._client = client

    async def pay(self, payment: Payment) -> Outcome:
        response = await self._client.send(_request(payment))
        if response.is_success:
            return outcome_of(response)
        if response.status in DECLINED and (declined := _declined(response)):
            return declined
        raise self._client.failure(response)

    async def recall(self, payment: Payment, at: datetime) -> Outcome:
        """A service that does not know the payment moves nothing for it."""
        data = _payload(payment) | {"duplicateOf": payment.duplicate_of}
        key = f"{PAYMENT_RECALLED}-{payment.id}"
        request = PartnerRequest(key, PAYMENT_RECALLED, at, data)
        response = await self._client.send(request)
        if response.status in UNKNOWN:
            return Declined("unknown to the payment service")
        if response.is_success:
            return outcome_of(response)
        raise self._client.failure(response)


def _readable(reason: str) -> str:
    """As it is kept; a text with control characters is none that people could read."""
    line = normal_text(reason)
    return "declined" if has_controls(line) else line[:MAX_REASON_LENGTH]


def _request(payment: Payment) -> PartnerRequest:
    return PartnerRequest(payment.id, PAYMENT_REQUESTED, payment.requested_at, _payload(payment))


def _payload(payment: Payment) -> dict[str, Any]:
    """Nothing in it changes from try to try: services compare it under the same key."""
    return {
        "paymentId": payment.id,
        "kind": payment.kind,
        "subjectId": payment.subject_id,
        "payer": payment.payer,
        "payee": payment.payee,
        "amountMinor": payment.amount_minor,
        "currency": payment.currency,
    }


def outcome_of(response: PartnerResponse) -> Outcome:
    """Raises PartnerError for what cannot be read: the money may have moved, so it is tried again
    under the same key."""
    try:
        body = BODY.validate_json(response.body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise PartnerError(f"payments: {where}: {first['msg']}") from error
    match body:
        case SucceededBody():
            return Succeeded(body.reference)
        case FailedBody():
            return Declined(_readable(body.reason))
        case PendingBody():
            return Pending()


def _declined(response: PartnerResponse) -> Declined | None:
    try:
        outcome = outcome_of(response)
    except PartnerError:
        return None
    return outcome if isinstance(outcome, Declined) else None
