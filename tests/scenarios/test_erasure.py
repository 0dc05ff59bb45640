"""A person who is erased: nothing of theirs is found any more, and the books still hold."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bff.app import build, trusted_of
from bff.core.clock import rfc3339
from bff.db.tables import addresses, erasures, orders, returns, shoppers
from bff.domain.erasure.model import MatterKind, MattersOpenError
from bff.domain.erasure.service import begin_erasure, continue_erasure, erase_when_done
from bff.domain.evidence.model import UPLOAD_LIFETIME
from bff.domain.evidence.object_store import ObjectStore
from bff.domain.evidence.sweeper import GRACE, Sweeper
from tests.support.database import count, nothing_changes, rows_of
from tests.support.import_files import a_line, an_order
from tests.support.person import HOME, NICKNAME, NUMBER, SHOPPER, WORDS, WORK, Person, places_of
from tests.support.webhook_sender import open_sender
from tests.support.world import World, serving_app

VIEWER = "{ viewer { nickname } }"
CREATE = """
mutation Create($address: AddressInput!) {
  addressCreate(input: { idempotencyKey: "again", address: $address }) { __typename }
}"""


@pytest.fixture
async def person(server: World) -> AsyncIterator[Person]:
    """With a return that has come to its end."""
    async with open_sender(server) as sender:
        person = Person(sender)
        await person.buy()
        await person.tap()
        yield person


def folder_of(world: World) -> Path:
    return Path(world.services.settings.photo_store)


async def erase(world: World) -> None:
    await world.db.write(lambda tx: begin_erasure(tx, SHOPPER, "li"))
    while await world.db.write(lambda tx: continue_erasure(tx, SHOPPER)):
        pass
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    await Sweeper(world.db, ObjectStore(str(folder_of(world)))).step()


async def test_of_an_erased_person_nothing_is_found(server: World, person: Person) -> None:
    await person.end()
    before = await places_of(WORDS, server.db, folder_of(server))
    assert {word for _, word in before} >= {*WORDS}
    assert "photos" in {table for table, _ in before}
    kept = [await count(server.db, table) for table in (orders, returns)]
    await erase(server)
    assert await places_of(WORDS, server.db, folder_of(server)) == set()
    assert [await count(server.db, table) for table in (orders, returns)] == kept
    [erasure] = await rows_of(server.db, erasures)
    assert (erasure.shopper_id, erasure.requested_by) == (SHOPPER, "li")
    assert erasure.ended_at is not None
    [masked] = [row for row in await rows_of(server.db, addresses) if row.owner_id == SHOPPER]
    assert (masked.recipient, masked.area_code) == ("", "330106")


async def test_while_a_return_is_open_nothing_is_erased(server: World, person: Person) -> None:
    async with nothing_changes(server):
        with pytest.raises(MattersOpenError) as refused:
            await server.db.write(lambda tx: begin_erasure(tx, SHOPPER, "li"))
    found = {one.kind: one for one in refused.value.matters}
    assert found[MatterKind.RETURN_OPEN].subject_id == person.returned
    assert found[MatterKind.RETURN_OPEN].until is not None
    assert {MatterKind.PAYMENT_UNDER_WAY, MatterKind.CALL_WAITING} < found.keys()


async def test_once_all_is_done_a_timer_erases(server: World, person: Person) -> None:
    await server.db.write(lambda tx: erase_when_done(tx, SHOPPER, "li"))
    await server.work()
    assert await places_of((NICKNAME,), server.db, Path("nowhere")) != set()
    await person.end()
    async with server.client(SHOPPER) as app:
        assert (await app.ask(VIEWER))["viewer"] == {"nickname": NICKNAME}
    for _ in range(40):
        await server.work()
        if not await places_of((NICKNAME,), server.db, Path("nowhere")):
            break
        server.clock.advance(UPLOAD_LIFETIME * 4)
    assert await places_of(WORDS, server.db, Path("nowhere")) == set()


async def test_the_tokens_of_an_erased_person_are_good_no_more(
    server: World, person: Person
) -> None:
    """At once where the process knows; a mutation and the viewer's fields everywhere."""
    await person.end()
    app = build(server.services, trusted_of(server.services.settings))
    await erase(server)
    async with server.client(SHOPPER) as phone:
        answers = [await phone.answer(VIEWER), await phone.answer(CREATE, address=WORK)]
    codes = [one["errors"][0]["extensions"]["code"] for one in answers]
    assert codes == ["UNAUTHENTICATED"] * 2
    await app.state.revocations.refresh()
    async with serving_app(app) as server.base, server.client(SHOPPER) as phone:
        assert (await phone.post(VIEWER)).status_code == 401


async def test_what_shops_repeat_of_an_erased_person_is_not_kept(
    server: World, person: Person
) -> None:
    await person.end()
    await erase(server)
    moments = {"paid_at": rfc3339(server.clock.now()), "shipped_at": None, "delivered_at": None}
    again = {"shopper_no": NUMBER, "nickname": NICKNAME, "ship_to": HOME}
    for number in ("P-1", "P-2"):
        order = an_order(order_no=number, lines=[a_line()], **moments, **again)
        answer = await person.sender.post("orders", "order.paid", order)
        assert (answer.status_code, answer.json()["code"]) == (422, "ERASED_PERSON")
    assert await places_of(WORDS, server.db, folder_of(server)) == set()
    names = {row.id: row.nickname for row in await rows_of(server.db, shoppers)}
    assert names[SHOPPER] == ""
