from typing import Any

import pytest

from bff.domain.returns.model import ENDED, TRANSITIONS, DeadlineKind, ReturnStatus
from tests.support.models import APPROVED, AWAY, REFUSED, case, missed

SENT = AWAY["shipped_at"]


@pytest.mark.parametrize("status", ReturnStatus)
def test_an_ended_return_goes_nowhere_unless_its_goods_are_there(status: ReturnStatus) -> None:
    ended = case(status=status).this_return.ended
    leads_to = set(TRANSITIONS.moves[status])
    assert ended == (status in ENDED) == (leads_to <= {ReturnStatus.AWAITING_MERCHANT_RECEIPT})


@pytest.mark.parametrize(
    ("changes", "goods_refused"),
    [
        ({}, False),
        (AWAY, False),
        (REFUSED, False),
        (REFUSED | {"shipped_at": SENT}, True),
    ],
)
def test_goods_are_refused_once_they_were_sent(
    changes: dict[str, Any], goods_refused: bool
) -> None:
    assert case(**changes).this_return.goods_refused is goods_refused


def test_goods_that_are_away_cannot_be_closed() -> None:
    assert not TRANSITIONS.allows(ReturnStatus.AWAITING_MERCHANT_RECEIPT, ReturnStatus.CLOSED)
    assert TRANSITIONS.allows(ReturnStatus.AWAITING_RETURN_SHIPMENT, ReturnStatus.CLOSED)


def test_only_the_missed_deadline_of_the_fee_makes_it_overdue() -> None:
    late = [missed(what, "2026-01-05T10:00") for what in DeadlineKind]
    other = [one for one in late if one.what is not DeadlineKind.PICKUP_FEE]
    assert not case(None, *other, **APPROVED).fee_overdue
    assert case(None, *late, **APPROVED).fee_overdue
