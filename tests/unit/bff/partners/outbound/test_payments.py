"""A payment's response: paid, declined, pending, or unreadable and then tried again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.jobs.delivery import PartnerError, RefusedCallError
from bff.partners.outbound.client import PartnerClient, PartnerRequest, PartnerResponse
from bff.partners.outbound.gateways import Declined, Outcome, Pending, Succeeded
from bff.partners.outbound.payments import MAX_REASON_LENGTH, HttpPayments, outcome_of
from tests.support.world import START

PAYMENT = Payment(
    "pay_1",
    "sho_1",
    PaymentKind.ADVANCE,
    "ret_1",
    "ref_1",
    "platform",
    "sho_1",
    19_900,
    "CNY",
    PaymentStatus.REQUESTED,
    START - timedelta(hours=1),
)


class Client:
    """Answers with this response."""

    def __init__(self, response: PartnerResponse) -> None:
        self.response = response
        self.requests: list[PartnerRequest] = []
        self.failure = PartnerClient.failure.__get__(self)
        self._partner = "payments"

    async def send(self, request: PartnerRequest) -> PartnerResponse:
        self.requests.append(request)
        return self.response


async def pay(status: int, body: bytes) -> Outcome:
    client: Any = Client(PartnerResponse(status, body))
    return await HttpPayments(cast("PartnerClient", client)).pay(PAYMENT)


async def test_the_payments_id_is_the_key_and_nothing_changes_from_try_to_try() -> None:
    client: Any = Client(PartnerResponse(200, b'{"status": "pending"}'))
    payments = HttpPayments(client)
    await payments.pay(PAYMENT)
    await payments.pay(PAYMENT)
    first, second = client.requests
    assert first == second
    assert (first.key, first.at) == ("pay_1", PAYMENT.requested_at)
    assert first.data == {
        "paymentId": "pay_1",
        "kind": "ADVANCE",
        "subjectId": "ref_1",
        "payer": "platform",
        "payee": "sho_1",
        "amountMinor": 19_900,
        "currency": "CNY",
    }


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"status": "succeeded", "reference": "P-1", "more": 1}', Succeeded("P-1")),
        (b'{"status": "failed", "reason": "no money"}', Declined("no money")),
        (b'{"status": "failed"}', Declined("declined")),
        (b'{"status": "failed", "reason": "no\\u0000money"}', Declined("declined")),
        (b'{"status": "pending"}', Pending()),
    ],
)
async def test_a_success_says_what_became_of_the_payment(body: bytes, outcome: Outcome) -> None:
    assert await pay(200, body) == outcome


@pytest.mark.parametrize("status", [402, 422])
async def test_a_refusal_that_declines_the_payment_is_its_outcome(status: int) -> None:
    assert await pay(status, b'{"status": "failed", "reason": "limit"}') == Declined("limit")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (402, b"payment required", RefusedCallError),
        (422, b'{"status": "succeeded", "reference": "P-1"}', RefusedCallError),
        (400, b'{"status": "failed", "reason": "limit"}', RefusedCallError),
        (500, b'{"status": "succeeded", "reference": "P-1"}', PartnerError),
    ],
)
async def test_any_other_response_that_is_no_success_is_an_error(
    status: int, body: bytes, kind: type[PartnerError]
) -> None:
    with pytest.raises(PartnerError, match=f"payments answered {status}") as raised:
        await pay(status, body)
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>", "payments: the answer: Invalid JSON"),
        (b"{}", "payments: the answer: Unable to extract tag"),
        (b'{"status": "paid"}', "payments: the answer: Input tag 'paid'"),
        (b'{"status": "succeeded"}', "payments: succeeded.reference: Field required"),
        (b'{"status": "succeeded", "reference": ""}', "payments: succeeded.reference: String"),
        (
            b'{"status": "succeeded", "reference": "P\\u0000"}',
            "payments: succeeded.reference: String",
        ),
    ],
)
async def test_what_cannot_be_read_is_tried_again(body: bytes, message: str) -> None:
    """The money may have moved."""
    with pytest.raises(PartnerError, match=f"^{message}") as raised:
        await pay(200, body)
    assert type(raised.value) is PartnerError


def test_a_long_reason_is_cut() -> None:
    body = f'{{"status": "failed", "reason": "{"x" * 999}"}}'.encode()
    assert outcome_of(PartnerResponse(200, body)) == Declined("x" * MAX_REASON_LENGTH)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"status": "failed", "reason": "stopped"}', Declined("stopped")),
        (200, b'{"status": "succeeded", "reference": "P-2"}', Succeeded("P-2")),
        (200, b'{"status": "pending"}', Pending()),
        (404, b"", Declined("unknown to the payment service")),
        (410, b"", Declined("unknown to the payment service")),
    ],
)
async def test_a_recall_says_whether_anything_moves(
    status: int, body: bytes, outcome: Outcome
) -> None:
    client: Any = Client(PartnerResponse(status, body))
    second = replace(PAYMENT, duplicate_of="pay_0")
    assert await HttpPayments(client).recall(second, START) == outcome
    [request] = client.requests
    assert (request.key, request.type, request.at) == (
        "payment.recalled-pay_1",
        "payment.recalled",
        START,
    )
    assert request.data["duplicateOf"] == "pay_0"


async def test_a_recall_that_is_not_answered_is_an_error() -> None:
    client: Any = Client(PartnerResponse(503, b""))
    with pytest.raises(PartnerError, match="payments answered 503"):
        await HttpPayments(client).recall(PAYMENT, START)
