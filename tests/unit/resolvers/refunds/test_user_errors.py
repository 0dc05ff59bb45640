import pytest

from bff.core.refusal import Refusal
from bff.domain.returns import refusals
from bff.domain.returns.model import ReturnStatus
from resolvers.user_errors import VIEWS, user_error
from tests.support.models import shanghai
from tests.support.views import context_of, show
from tests.support.world import World


@pytest.mark.parametrize(
    ("refusal", "selection", "facts"),
    [
        (
            refusals.OrderShipped(shanghai("2026-01-02T12:00")),
            "{ shippedAt message }",
            {
                "shippedAt": "2026-01-02T12:00:00.000+08:00",
                "message": "The goods left on 2 Jan 12:00: they can be returned once received.",
            },
        ),
        (
            refusals.QuantityNotLeft(3, 1),
            "{ asked left message }",
            {"asked": 3, "left": 1, "message": "You chose 3, but only 1 can still be returned."},
        ),
        (
            refusals.ReturnNotDisputable(ReturnStatus.CLOSED),
            "{ status message }",
            {"status": "CLOSED", "message": "There is nothing to object to: Closed."},
        ),
        (
            refusals.NothingOwed(),
            "{ code message }",
            {"code": "NOTHING_OWED", "message": "You owe nothing for this return."},
        ),
        (
            refusals.RepaymentUnderWay(),
            "{ code message }",
            {"code": "REPAYMENT_UNDER_WAY", "message": "A payment is under way already."},
        ),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_facts_are_shown_and_said(
    world: World, refusal: Refusal, selection: str, facts: dict[str, object]
) -> None:
    view = VIEWS[type(refusal)]
    assert await show(view, user_error(refusal), selection, context_of(world)) == facts
