"""A shopper's operations touch rows of the shopper alone, so that one shard can have them all."""

import httpx
import pytest

from tests.api.test_home import HOME
from tests.support.database import statements
from tests.support.documents import ONE_TAP, WATCH
from tests.support.evidence import EvidenceApp
from tests.support.factories import create_order, create_shopper
from tests.support.return_documents import CANCEL, SLOTS
from tests.support.return_steps import ask, courier_accepts
from tests.support.shards import exempt_sql, unnamed_in
from tests.support.world import START, World


async def test_a_shoppers_day_names_the_shopper_in_every_statement(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    [line] = await create_order(server.db, shopper, received_at=START)
    async with server.db.read() as connection:
        known = exempt_sql(connection.form)
    with statements(server.db) as seen:
        async with server.client(shopper) as app, app.socket() as phone:
            assert (await app.ask(HOME))["viewer"]["orders"]["totalCount"] == 1
            tapped = (await app.ask(ONE_TAP, key="tap", line=line, pickup={}))["oneTapReturn"]
            return_id = tapped["return"]["id"]
            assert (await app.ask(SLOTS, returnId=return_id))["pickupSlots"]
            await phone.subscribe(WATCH, returnId=return_id)
            assert (await phone.next())["refundUpdates"]["event"] == "RETURN_OPENED"
            async with httpx.AsyncClient(verify=False) as web:
                evidence = EvidenceApp(app, web, return_id)
                photo = await evidence.upload()
                assert await evidence.photos()
                assert (await evidence.remove(photo["id"]))["__typename"] == "PhotoRemoveSuccess"
            await courier_accepts(server, tapped["return"]["pickup"]["id"])
            await server.work()
            cancelled = await ask(app, CANCEL, id=return_id, key="cancel")
            assert cancelled["return"]["status"] == "CLOSED"
    assert {sql for sql in seen if unnamed_in(sql)} - known == set()
    assert len(seen) > 50


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT x FROM returns WHERE returns.id = ? AND +returns.shopper_id = ?", set()),
        ("SELECT x FROM returns WHERE returns.id = ?", {"returns"}),
        ("INSERT INTO refunds (id, shopper_id) VALUES (?, ?)", set()),
        ("INSERT INTO refunds (id) VALUES (?)", {"refunds"}),
        ("UPDATE orders SET paid_at = ? WHERE orders.shopper_id = ?", set()),
        ("UPDATE orders SET paid_at = ? WHERE orders.id = ?", {"orders"}),
        ("SELECT document FROM policies", set()),
    ],
)
def test_what_a_text_tells(sql: str, tables: set[str]) -> None:
    assert unnamed_in(sql) == tables
