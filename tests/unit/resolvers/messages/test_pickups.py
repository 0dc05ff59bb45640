import pytest

from bff.domain.pickups.model import CancelReason, FeeBasis, PickupStatus, VisitFailure
from bff.domain.pickups.slots import SlotKind
from resolvers.messages import pickups
from tests.support.messages import assert_covers, placeholders


@pytest.mark.parametrize(
    ("messages", "enum"),
    [
        (pickups.PICKUP_STATUSES, PickupStatus),
        (pickups.BASIS_REASONS, FeeBasis),
        (pickups.SLOT_TITLES, SlotKind),
        (pickups.CANCEL_REASONS, CancelReason),
        (pickups.VISIT_FAILURES, VisitFailure),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_value_has_a_message_in_both_languages(messages: dict, enum: type) -> None:  # type: ignore[type-arg]
    assert_covers(messages, enum)  # type: ignore[arg-type]


def test_a_slots_title_says_when_it_ends() -> None:
    for title in pickups.SLOT_TITLES.values():
        assert "ends" in placeholders(title) <= {"starts", "ends"}
