"""A payment service over HTTP. The payment's id is the idempotency key of every try."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bff.domain.payments.model import PAYMENT_REQUESTED, Payment
from bff.jobs.delivery import PartnerError
from bff.partners.outbound.gateways import Declined, Outcome, Pending, Succeeded
from bff.partners.outbound.http import Answer, Call, Line

DECLINED = (HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.UNPROCESSABLE_ENTITY)
LONGEST_REASON = 200


class PaymentSucceeded(BaseModel):
    status: Literal["succeeded"]
    reference: Annotated[str, Field(min_length=1, max_length=128)]


class PaymentFailed(BaseModel):
    status: Literal["failed"]
    reason: str = "declined"


class PaymentPending(BaseModel):
    status: Literal["pending"]


Said = Annotated[PaymentSucceeded | PaymentFailed | PaymentPending, Field(discriminator="status")]
ANSWER: TypeAdapter[PaymentSucceeded | PaymentFailed | PaymentPending] = TypeAdapter(Said)


class HttpPayments:
    def __init__(self, line: Line) -> None:
        self._line = line

    async def pay(self, payment: Payment) -> Outcome:
        answer = await self._line.ask(_call(payment))
        if answer.ok:
            return outcome_of(answer)
        if answer.status in DECLINED and (declined := _declined(answer)):
            return declined
        raise self._line.failure(answer)


def _call(payment: Payment) -> Call:
    """Nothing in it changes from try to try: services compare it under the same key."""
    data = {
        "paymentId": payment.id,
        "kind": payment.kind,
        "subjectId": payment.subject_id,
        "payer": payment.payer,
        "payee": payment.payee,
        "amountMinor": payment.amount_minor,
        "currency": payment.currency,
    }
    return Call(payment.id, PAYMENT_REQUESTED, payment.requested_at, data)


def outcome_of(answer: Answer) -> Outcome:
    """Raises PartnerError for what cannot be read: the money may have moved, so it asks again."""
    try:
        said = ANSWER.validate_json(answer.body)
    except ValidationError as error:
        raise PartnerError(f"payments: {_first(error)}") from error
    match said:
        case PaymentSucceeded():
            return Succeeded(said.reference)
        case PaymentFailed():
            return Declined(said.reason[:LONGEST_REASON])
        case PaymentPending():
            return Pending()


def _declined(answer: Answer) -> Declined | None:
    try:
        outcome = outcome_of(answer)
    except PartnerError:
        return None
    return outcome if isinstance(outcome, Declined) else None


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(map(str, problem["loc"])) or "the answer"
    return f"{where}: {problem['msg']}"
