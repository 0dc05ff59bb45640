from datetime import date

import pytest

from bff.core.refusal import Refusal
from bff.domain.returns import refusals
from bff.domain.returns.model import ReturnStatus
from resolvers.user_errors import VIEWS, user_error
from tests.support.views import context_of, show
from tests.support.world import World


@pytest.mark.parametrize(
    ("refusal", "selection", "facts"),
    [
        (
            refusals.NotReceived(),
            "{ code message }",
            {
                "code": "NOT_RECEIVED",
                "message": "The goods are not received yet: "
                "the 7 days begin on the day after receipt.",
            },
        ),
        (
            refusals.ReturnWindowClosed(date(2011, 1, 8)),
            "{ closedOn message }",
            {
                "closedOn": "2011-01-08",
                "message": "The return window closed on 8 January 2011.",
            },
        ),
        (
            refusals.WaybillUsed("SF1"),
            "{ waybillNumber message }",
            {"waybillNumber": "SF1", "message": "Waybill number SF1 belongs to another parcel."},
        ),
        (
            refusals.ReturnNotAwaitingShipment(ReturnStatus.CLOSED),
            "{ status message }",
            {
                "status": "CLOSED",
                "message": "The goods cannot be sent now: Closed.",
            },
        ),
        (
            refusals.ReturnRightWaived(),
            "{ message }",
            {"message": "You confirmed at purchase that it cannot be returned."},
        ),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_facts_are_shown_and_said(
    world: World, refusal: Refusal, selection: str, facts: dict[str, object]
) -> None:
    view = VIEWS[type(refusal)]
    assert await show(view, user_error(refusal), selection, context_of(world)) == facts


async def test_a_category_is_shown_by_its_code_and_said_by_its_title(world: World) -> None:
    refusal = refusals.CategoryNotReturnable("fresh")
    view = VIEWS[refusals.CategoryNotReturnable]
    answers = [
        await show(view, user_error(refusal), "{ category message }", context_of(world, None, one))
        for one in ("en", "zh")
    ]
    assert {answer["category"] for answer in answers} == {"fresh"}
    assert answers[0]["message"] != answers[1]["message"]
