from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.next_actions import RefundWait
from resolvers.messages import refunds
from tests.support.messages import assert_covers


def test_every_advance_has_a_message_in_both_languages() -> None:
    assert_covers(refunds.ADVANCES, AdvanceStatus)


def test_everything_that_a_refund_waits_for_has_a_message_in_both_languages() -> None:
    assert_covers(refunds.REFUND_WAITS, RefundWait)
