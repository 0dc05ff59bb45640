from typing import Any

from bff.domain.evidence.model import ACCEPTED_TYPES, MAX_BYTES, MAX_PIXELS, UPLOAD_LIFETIME
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from tests.support.factories import create_order, create_shopper
from tests.support.views import LINKS_BASE, context_of, run
from tests.support.world import START, World

OPEN = """
mutation($key: String!, $id: ID!) {
  evidenceUploadOpen(input: { idempotencyKey: $key, returnId: $id }) {
    __typename
    ... on EvidenceUploadOpenSuccess {
      replayed uploadUrl expiresAt method mostBytes mostPixels acceptedTypes return { id }
    }
    ... on PhotoLimitReached { most message }
    ... on ReturnTakesNoPhotos { status message }
  }
}"""
MAX_OPENED = 20  # far more than any return takes


async def open_return(world: World) -> tuple[str, str]:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    return shopper, tap.return_id


async def open_upload(world: World, shopper: str, return_id: str, key: str = "k") -> Any:
    data = await run(OPEN, context_of(world, shopper), key=key, id=return_id)
    return data["evidenceUploadOpen"]


async def test_an_upload_says_where_to_until_when_and_what_may_come(world: World) -> None:
    shopper, return_id = await open_return(world)
    answer = await open_upload(world, shopper, return_id)
    assert answer["uploadUrl"].startswith(f"{LINKS_BASE}/")
    assert answer["expiresAt"] == "2026-03-10T10:15:00.000+08:00"
    assert UPLOAD_LIFETIME.total_seconds() == 15 * 60
    assert (answer["method"], answer["return"]) == ("PUT", {"id": return_id})
    assert answer["mostBytes"] == MAX_BYTES
    assert answer["mostPixels"] == MAX_PIXELS
    assert answer["acceptedTypes"] == list(ACCEPTED_TYPES)


async def test_the_same_key_gives_the_same_address(world: World) -> None:
    shopper, return_id = await open_return(world)
    first = await open_upload(world, shopper, return_id)
    assert await open_upload(world, shopper, return_id) == first | {"replayed": True}
    other = await open_upload(world, shopper, return_id, key="other")
    assert other["uploadUrl"] != first["uploadUrl"]


async def test_a_return_takes_so_many_photos(world: World) -> None:
    shopper, return_id = await open_return(world)
    keys = map(str, range(MAX_OPENED))
    answers = [await open_upload(world, shopper, return_id, key) for key in keys]
    opened = [one for one in answers if one["__typename"] == "EvidenceUploadOpenSuccess"]
    assert answers[len(opened)] == {
        "__typename": "PhotoLimitReached",
        "most": len(opened),
        "message": f"A return takes at most {len(opened)} photos.",
    }
    assert answers[len(opened) :] == answers[len(opened) : len(opened) + 1] * (
        MAX_OPENED - len(opened)
    )


async def test_a_return_that_has_ended_takes_none(world: World) -> None:
    shopper, return_id = await open_return(world)
    await world.db.write(lambda tx: cancel_return(tx, shopper, return_id))
    assert await open_upload(world, shopper, return_id) == {
        "__typename": "ReturnTakesNoPhotos",
        "status": "CLOSED",
        "message": "The return takes no photos any more: Closed.",
    }
