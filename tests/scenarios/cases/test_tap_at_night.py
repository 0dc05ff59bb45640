"""Case "tap with `pickup: {}` at 08:30 or 20:30" (P9)."""

import pytest

from bff.db.tables import pickups, returns
from tests.support.database import counts
from tests.support.factories import create_shopper
from tests.support.models import shanghai
from tests.support.return_steps import buy, tap
from tests.support.world import World


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-03-10T08:30", "20260310T09"),
        ("2026-03-10T20:30", "20260311T09"),
        ("2026-03-10T23:59:59.9", "20260311T09"),
        ("2026-03-11T00:00", "20260311T09"),
        ("2026-03-11T08:59:59.999999", "20260311T09"),
    ],
)
async def test_it_is_approved_and_the_pickup_offered_for_the_next_times(
    server: World, at: str, first: str
) -> None:
    shopper = await create_shopper(server.db)
    line = await buy(server, shopper, received_at=shanghai("2026-03-09T12:00"))
    server.clock.at = shanghai(at)
    async with server.client(shopper) as app:
        answer = await tap(app, line, pickup={})
    assert answer["return"]["status"] == "AWAITING_RETURN_SHIPMENT"
    assert answer["return"]["returnAddress"]["recipient"]
    assert answer["pickupNotBooked"]["code"] == "OUT_OF_HOURS"
    assert answer["pickupNotBooked"]["alternatives"][0]["id"] == first
    assert await counts(server.db, returns, pickups) == [1, 0]


@pytest.mark.parametrize("at", ["2026-03-10T08:30", "2026-03-10T20:30"])
async def test_or_it_is_booked_for_the_first_one_where_the_input_says_so(
    server: World, at: str
) -> None:
    shopper = await create_shopper(server.db)
    line = await buy(server, shopper, received_at=shanghai("2026-03-09T12:00"))
    server.clock.at = shanghai(at)
    async with server.client(shopper) as app:
        answer = await tap(app, line, pickup={"ifNotPossible": "BOOK_NEXT"})
    slot = answer["return"]["pickup"]["slot"]
    assert answer["pickupNotBooked"] is None
    assert slot["kind"] == "WINDOW"
    assert slot["startsAt"][11:16] == "09:00"
