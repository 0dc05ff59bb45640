"""Each law on a row that names another shopper, on both databases: `test_law.py` has PostgreSQL."""

import pytest

from bff.audit.owners import LAWS
from tests.support.lived_books import Books

TABLES = [law.name.removeprefix("owners of ") for law in LAWS]
# Of what the lives leave no rows of: their own are as good
MADE = {
    "credited_returns": "INSERT INTO credited_returns (number, sku, entry, return_id, shopper_id,"
    " quantity, refunded_minor) SELECT 'N-1', 'S-1', 1, id, shopper_id, 1, 0 FROM returns LIMIT 1",
    "traces": "INSERT INTO traces (subject_id, traceparent, at, shopper_id)"
    " SELECT id, '', opened_at, shopper_id FROM returns",
    "photos": "INSERT INTO photos (id, return_id, shopper_id, opened_at, expires_at)"
    " SELECT 'pho_1', id, shopper_id, opened_at, opened_at FROM returns LIMIT 1",
}


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_of_another_shopper(books: Books, table: str) -> None:
    if made := MADE.get(table):
        books.spoil(made)
        assert f"owners of {table}" not in await books.broken()
    mine = books.one(f"SELECT shopper_id FROM {table} WHERE shopper_id > ''")
    books.spoil(f"UPDATE {table} SET shopper_id = 'sho_other' WHERE shopper_id = :mine", mine=mine)
    found = (await books.broken())[f"owners of {table}"]
    assert {(one.expected, one.found) for one in found} == {(mine, "sho_other")}
    assert len(found) == books.one(f"SELECT count(*) FROM {table} WHERE shopper_id = 'sho_other'")


async def test_a_row_that_names_nobody(books: Books) -> None:
    books.spoil("UPDATE outbox SET shopper_id = NULL")
    found = (await books.broken())["owners of outbox"]
    assert {one.found for one in found} == {"nobody"}


async def test_what_waits_for_its_order_is_nobodys_for_a_while(books: Books) -> None:
    waits = "webhook_events SET shopper_id = '' WHERE status = 'WAITING'"
    timer = "timers SET shopper_id = '' WHERE kind = 'webhook.try_again'"
    books.spoil(f"UPDATE {waits}", f"UPDATE {timer}")
    assert await books.findings() == []


async def test_what_nobody_knows_is_nobodys(books: Books) -> None:
    books.spoil("UPDATE outbox SET subject_id = 'ret_unknown', shopper_id = ''")
    assert "owners of outbox" not in await books.broken()
