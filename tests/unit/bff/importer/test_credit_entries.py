"""Lines of credit notes by what they hold: their sequence in a file says nothing."""

import json
from collections.abc import AsyncIterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bff.db.bulk import insert_all
from bff.db.database import Database
from bff.db.tables import credit_notes
from bff.db.transaction import Tx
from bff.domain.orders.parties import keep_shoppers
from bff.importer.credit_entries import SortedCredits, sort_credits
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord
from tests.support.database import new_database
from tests.support.import_files import StoppedClock, a_return

OF_NOTHING = {"order_no": None, "line_no": None}
ONE, TWO, THREE = (a_return(quantity=quantity, **OF_NOTHING) for quantity in (1, 2, 3))


@pytest.fixture
async def db(db_folder: Path) -> AsyncIterator[Database]:
    async with new_database(db_folder, StoppedClock()) as database:
        yield database


def placed(lines: Sequence[dict[str, Any]]) -> list[Placed[CreditRecord]]:
    return [
        Placed("back.jsonl", number, CreditRecord.model_validate_json(json.dumps(line)))
        for number, line in enumerate(lines, start=1)
    ]


async def sort(db: Database, *lines: dict[str, Any]) -> SortedCredits:
    return await db.write(lambda tx: sort_credits(tx, placed(lines)))


async def keep(db: Database, *lines: dict[str, Any]) -> None:
    async def keeping(tx: Tx) -> None:
        await keep_shoppers(tx, [], ["88"])
        found = await sort_credits(tx, placed(lines))
        await insert_all(tx, credit_notes, [entry.row for entry in found.new])

    await db.write(keeping)


async def test_entries_are_numbered_by_what_they_hold(db: Database) -> None:
    for way in permutations([ONE, TWO, THREE]):
        found = await sort(db, *way)
        assert [(each.number, each.record.quantity) for each in found.new] == [
            (1, 1),
            (2, 2),
            (3, 3),
        ]


async def test_what_came_back_first_is_first(db: Database) -> None:
    later = a_return(credit_note="A", returned_at="2026-03-10T10:00:00+08:00")
    found = await sort(db, later, ONE)
    assert [each.record.credit_note for each in found.new] == ["C-9", "A"]


async def test_known_lines_are_passed_over_and_more_of_the_same_note_are_new(db: Database) -> None:
    await keep(db, ONE, TWO)
    found = await sort(db, TWO, ONE, TWO)
    assert (len(found.known), found.refused) == (2, [])
    assert [(each.number, each.record.quantity) for each in found.new] == [(3, 2)]
    assert (await sort(db, TWO)).new == []


async def test_a_known_note_with_another_content_is_refused(db: Database) -> None:
    await keep(db, ONE)
    found = await sort(db, TWO, THREE)
    assert (found.new, found.known) == ([], [])
    assert [(error.line, error.field, error.expected) for error in found.refused] == [
        (1, "quantity", "1, as is known of C-9, sku DR-1"),
        (2, "credit_note", "a new one; C-9, sku DR-1 is known with other lines"),
    ]


async def test_each_difference_from_the_known_line_is_named(db: Database) -> None:
    await keep(db, ONE)
    other = a_return(currency="GBP", returned_at="2026-03-09T11:00:00+08:00")
    assert [(error.field, error.expected) for error in (await sort(db, other)).refused] == [
        ("line_no", "null, as is known of C-9, sku DR-1"),
        ("currency", "CNY, as is known of C-9, sku DR-1"),
        ("returned_at", "2026-03-09T02:00:00.000+00:00, as is known of C-9, sku DR-1"),
    ]


async def test_an_entry_has_its_row_and_the_purchase_that_it_names(db: Database) -> None:
    [of_purchase] = (await sort(db, a_return())).new
    [of_none] = (await sort(db, ONE)).new
    assert (of_purchase.line_id, of_none.line_id) == ("oli_A-1001-1", None)
    assert of_purchase.row == {
        "number": "C-9",
        "sku": "DR-1",
        "entry": 1,
        "shopper_id": "sho_88",
        "order_line_id": "oli_A-1001-1",
        "quantity": 1,
        "refunded_minor": 29_000,
        "currency": "CNY",
        "returned_at": of_purchase.record.returned_at,
    }
