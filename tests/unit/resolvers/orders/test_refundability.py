from typing import Any

import pytest

from bff.domain.refunds.model import Held
from bff.domain.returns.rules.refundability import assess_refund, whole_order
from resolvers.orders.refundability import Refundability
from tests.support.models import subject
from tests.support.views import context_of, show
from tests.support.world import World

UNSHIPPED: dict[str, Any] = {"received_at": None, "shipped_at": None}
ALL_HELD = Held(1, 19_900)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order": UNSHIPPED, "level": 5}, "CN¥199.00 back at once."),
        ({"order": UNSHIPPED, "level": 1}, "The merchant has 72 hours to answer."),
        ({"order": UNSHIPPED, "held": ALL_HELD}, "Nothing is left to refund."),
        ({}, "The goods left on 30 December 2025: return them once received."),
    ],
)
async def test_the_outcome_in_words(world: World, changes: dict[str, Any], message: str) -> None:
    subjects = [subject(**changes)]
    verdict = assess_refund(subjects, whole_order(subjects))
    shown = await show(Refundability, verdict, "{ message }", context_of(world))
    assert shown["message"].replace("\xa0", "") == message
    chinese = await show(Refundability, verdict, "{ message }", context_of(world, language="zh"))
    assert chinese["message"] != shown["message"]


async def test_rules_and_the_amount_are_shown(world: World) -> None:
    subjects = [subject(order=UNSHIPPED, level=5)]
    verdict = assess_refund(subjects, whole_order(subjects))
    selection = "{ refundable express amount { minor } rules { code passed } }"
    shown = await show(Refundability, verdict, selection, context_of(world))
    assert (shown["refundable"], shown["express"], shown["amount"]) == (
        True,
        True,
        {"minor": 19_900},
    )
    assert {"code": "NOT_SHIPPED", "passed": True} in shown["rules"]
