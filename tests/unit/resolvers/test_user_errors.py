import dataclasses
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, cast

import pytest
import strawberry

from bff.core.money import Money
from bff.core.refusal import IdempotencyConflict, InvalidInput, NotFound, Refusal
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.pickups.refusals import PickupAbsence, PickupNotCancellable, SlotAbsence, SlotFull
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.refusals import (
    CategoryNotReturnable,
    QuantityNotLeft,
    ReturnNotCancellable,
    ReturnNotDisputable,
)
from bff.graphql.schema import schema
from bff.locale.language import Language
from resolvers.user_errors import MESSAGES, VIEWS, UserError, refuses, user_error
from tests.support.messages import assert_readable, assert_translated
from tests.support.views import context_of, show
from tests.support.world import World

SAMPLES: dict[object, object] = {
    str: "sf",
    int: 3,
    date: date(2026, 1, 8),
    datetime: datetime(2026, 1, 8, 9, tzinfo=UTC),
    Money: Money(1_200, "CNY"),
    ReturnStatus: ReturnStatus.CLOSED,
    PickupStatus: PickupStatus.COLLECTED,
    FeeStatus: FeeStatus.PAID,
    SlotAbsence: SlotAbsence.OUT_OF_HOURS,
    PickupAbsence: PickupAbsence.STAR_LEVEL,
}


def sample(refusal: type[Refusal]) -> Refusal:
    """With a fact for each of its fields; those that the client does not see are empty lists."""
    facts = {
        one.name: SAMPLES.get(one.type, [])
        for one in dataclasses.fields(cast("Any", refusal))
        if one.default_factory is dataclasses.MISSING
    }
    return refusal(**facts)


async def message(world: World, refusal: Refusal, language: Language = "en") -> str:
    context = context_of(world, language=language)
    shown = await show(VIEWS[type(refusal)], user_error(refusal), "{ message }", context)
    return str(shown["message"])


@pytest.mark.parametrize("refusal", sorted(VIEWS, key=str), ids=lambda one: one.__name__)
def test_a_refusal_becomes_the_user_error_of_its_name_with_its_facts(
    refusal: type[Refusal],
) -> None:
    raised = sample(refusal)
    error = user_error(raised)
    assert type(error).__name__ == refusal.__name__
    assert error.code == refusal.code
    assert error.refusal is raised
    own = [one for one in dataclasses.fields(error) if one.init and one.name != "refusal"]
    assert {one.name: getattr(error, one.name) for one in own} == {
        one.name: getattr(raised, one.name) for one in own
    }


@pytest.mark.parametrize("refusal", sorted(MESSAGES, key=str), ids=lambda one: one.__name__)
def test_every_refusal_has_a_message_in_both_languages(refusal: type[Refusal]) -> None:
    assert_translated(MESSAGES[refusal])


@pytest.mark.parametrize("refusal", sorted(VIEWS, key=str), ids=lambda one: one.__name__)
async def test_a_message_is_complete_in_both_languages(
    world: World, refusal: type[Refusal]
) -> None:
    english, chinese = [
        await message(world, sample(refusal), language) for language in ("en", "zh")
    ]
    assert_readable(english, "en")
    assert_readable(chinese, "zh")


async def test_a_status_is_said_in_words(world: World) -> None:
    closed = ReturnNotCancellable(ReturnStatus.CLOSED)
    assert await message(world, closed) == "The return cannot be cancelled any more: Closed."
    collected = PickupNotCancellable(PickupStatus.COLLECTED)
    assert (await message(world, collected)).endswith(": Collected.")


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (QuantityNotLeft(1, 0), "Nothing is left to return."),
        (QuantityNotLeft(3, 1), "You chose 3, but only 1 can still be returned."),
        (
            ReturnNotCancellable(ReturnStatus.AWAITING_RETURN_SHIPMENT),
            "The return cannot be cancelled any more: the courier has the goods.",
        ),
        (
            ReturnNotDisputable(ReturnStatus.MERCHANT_REFUSED),
            "You have objected; the platform decides.",
        ),
    ],
)
async def test_a_message_does_not_contradict_its_facts(
    world: World, refusal: Refusal, text: str
) -> None:
    assert await message(world, refusal) == text


async def test_a_category_is_said_by_its_title(world: World) -> None:
    fresh = CategoryNotReturnable("fresh")
    assert "fresh" not in await message(world, fresh, "zh")


async def test_what_is_expected_of_an_input_is_said_with_its_facts(world: World) -> None:
    refusal = InvalidInput("quantity", "a whole number from 1 to {most}", {"most": 2})
    selection = "{ code field expected message }"
    shown = await show(VIEWS[InvalidInput], user_error(refusal), selection, context_of(world))
    assert shown == {
        "code": "INVALID_INPUT",
        "field": "quantity",
        "expected": "a whole number from 1 to 2",
        "message": "Please check the quantity. Expected: a whole number from 1 to 2.",
    }


async def test_facts_that_no_message_can_hold_are_left_to_their_fields(world: World) -> None:
    assert await message(world, SlotFull([])) == "This time is fully booked."


def test_every_user_error_implements_the_interface() -> None:
    interface = schema.schema_converter.type_map["UserError"].definition
    for view in VIEWS.values():
        assert interface in cast("Any", view).__strawberry_definition__.interfaces
    assert {NotFound, IdempotencyConflict} <= set(VIEWS)


def test_a_refusal_without_a_user_error_is_a_fault() -> None:
    class Undeclared(Refusal):
        pass

    with pytest.raises(KeyError):
        user_error(Undeclared())


def test_a_declaration_registers_its_type_and_its_message() -> None:
    @dataclasses.dataclass(eq=False)
    class TooLate(Refusal):
        by: int
        status: StrEnum

    @refuses(TooLate, "Too late by {by}.", "Too late.")
    class TooLateError(UserError):
        by: int = strawberry.field(description="By how much.")

    try:
        error = user_error(TooLate(3, ReturnStatus.CLOSED))
        assert isinstance(error, TooLateError)
        assert (error.by, error.code) == (3, "TOO_LATE")
        assert MESSAGES[TooLate] == "Too late by {by}."
    finally:
        del VIEWS[TooLate], MESSAGES[TooLate]
