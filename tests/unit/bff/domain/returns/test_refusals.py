from datetime import UTC, date

import pytest

from bff.core.refusal import Refusal
from bff.domain.returns.refusals import (
    CategoryNotReturnable,
    NotReceived,
    QuantityNotLeft,
    ReturnRightWaived,
    ReturnWindowClosed,
    refusal_of,
)
from bff.domain.returns.rules.returnability import Subject, assess
from tests.support.models import SOON_AFTER, shanghai, subject

TOO_LATE = shanghai("2026-01-09T00:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("one", "quantity", "refusal"),
    [
        (subject(order={"received_at": None}), 1, NotReceived()),
        (subject(line={"category": "fresh"}), 1, CategoryNotReturnable("fresh")),
        (subject(line={"no_return_confirmed": True}), 1, ReturnRightWaived()),
        (subject(), 2, QuantityNotLeft(2, 1)),
    ],
)
def test_a_failed_rule_is_a_refusal_with_its_facts(
    one: Subject, quantity: int, refusal: Refusal
) -> None:
    refused = refusal_of(assess(one, quantity, SOON_AFTER))
    assert (type(refused), vars(refused)) == (type(refusal), vars(refusal))


def test_the_last_day_is_shanghais() -> None:
    refused = refusal_of(assess(subject(), 1, TOO_LATE))
    assert isinstance(refused, ReturnWindowClosed)
    assert refused.closed_on == date(2026, 1, 8)


def test_what_can_be_returned_is_not_refused() -> None:
    with pytest.raises(LookupError):
        refusal_of(assess(subject(), 1, SOON_AFTER))
