import pytest

from bff.domain.returns.model import CloseReason, DeadlineKind, RefusedBecause, ReturnStatus
from bff.domain.returns.next_actions import NextActionCode
from bff.domain.returns.refund_event import RefundEvent
from resolvers.messages import returns
from tests.support.messages import assert_covers


@pytest.mark.parametrize(
    ("messages", "enum"),
    [
        (returns.EVENTS, RefundEvent),
        (returns.STATUSES, ReturnStatus),
        (returns.DEADLINES, DeadlineKind),
        (returns.THEN_WHAT, DeadlineKind),
        (returns.MISSED_DEADLINES, DeadlineKind),
        (returns.NEXT_ACTIONS, NextActionCode),
        (returns.CLOSE_REASONS, CloseReason),
        (returns.REFUSAL_REASONS, RefusedBecause),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_value_has_a_message_in_both_languages(messages: dict, enum: type) -> None:  # type: ignore[type-arg]
    assert_covers(messages, enum)  # type: ignore[arg-type]


def test_no_two_events_but_failed_payments_have_one_message() -> None:
    shared = {RefundEvent.PICKUP_FEE_PAYMENT_FAILED, RefundEvent.REPAYMENT_FAILED}
    texts = [text for event, text in returns.EVENTS.items() if event not in shared]
    assert len(texts) == len(set(texts))
