"""A refusal's code is its name; its facts are its fields."""

from dataclasses import dataclass

import pytest

from bff.core.refusal import IdempotencyConflict, InvalidInput, NotFound, Refusal


@dataclass(eq=False)
class SlotIsFull(Refusal):
    left: int


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (SlotIsFull(0), "SLOT_IS_FULL"),
        (NotFound("returnId"), "NOT_FOUND"),
        (IdempotencyConflict("k"), "IDEMPOTENCY_CONFLICT"),
    ],
    ids=str,
)
def test_the_code_is_the_name_in_upper_case(refusal: Refusal, code: str) -> None:
    assert refusal.code == code


def test_a_refusal_carries_its_facts_and_can_be_raised() -> None:
    with pytest.raises(InvalidInput) as raised:
        raise InvalidInput("quantity", "1 to {most}", {"most": 3})
    assert (raised.value.field, raised.value.facts) == ("quantity", {"most": 3})
    assert InvalidInput("quantity", "a number").facts == {}


def test_refusals_with_the_same_facts_are_two() -> None:
    """Each stands for one attempt."""
    assert NotFound("id") != NotFound("id")
