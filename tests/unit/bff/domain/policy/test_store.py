"""A published version stays as it is; what a changed file changes is listed key by key."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bff.db.database import Database
from bff.db.tables import policies
from bff.domain.policy.model import Policy, PolicyError
from bff.domain.policy.store import all_policies, publish
from tests.support.models import POLICY, changed
from tests.support.world import FakeClock, open_tables


@pytest.fixture
async def db(db_folder: Path) -> AsyncIterator[Database]:
    opened = await open_tables(db_folder / "bff.sqlite3", FakeClock())
    await opened.write(lambda tx: publish(tx, [POLICY]))
    yield opened
    await opened.close()


async def refused(db: Database, policy: Policy) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        await db.write(lambda tx: publish(tx, [policy]))
    first, *differences = str(caught.value).splitlines()
    assert first == (
        "version 2016-pilot is published already with other numbers; name the new one anew:"
    )
    return differences


async def test_each_key_that_differs_is_given_old_and_new(db: Database) -> None:
    fewer = changed(POLICY, "pickup", capacity=49, couriers=POLICY.pickup.couriers[:2])
    wider = changed(fewer, "pilot", merchants=frozenset({"silk-road", "new"}))
    assert await refused(db, changed(wider, "advance", limit_minor={"CNY": 300_000})) == [
        'policy.pilot.merchants: ["linen-house", "northwind", "silk-road"… → ["new", "silk-road"]',
        "policy.pickup.capacity: 50 → 49",
        'policy.pickup.couriers, in order: ["cainiao", "sf", "yto"] → ["cainiao", "sf"]',
        "policy.advance.limit_minor.GBP: 30000 → nothing",
        'policy.pickup.couriers.yto.code: "yto" → nothing',
        'policy.pickup.couriers.yto.name.zh: "圆通速递" → nothing',
        'policy.pickup.couriers.yto.name.en: "YTO Express" → nothing',
        'policy.pickup.couriers.yto.waybill_pattern: "YT[0-9]{13}" → nothing',
    ]


async def test_another_order_of_preference_differs(db: Database) -> None:
    turned = changed(POLICY, "pickup", couriers=POLICY.pickup.couriers[::-1])
    assert await refused(db, turned) == [
        'policy.pickup.couriers, in order: ["cainiao", "sf", "yto"] → ["yto", "sf", "cainiao"]'
    ]


async def test_texts_that_differ_at_their_end_differ(db: Database) -> None:
    long = POLICY.returning.fallback_address.model_copy(update={"street": "路" * 50})
    lane = long.model_copy(update={"street": "路" * 50 + "9"})
    later = [
        changed(POLICY, "returning", fallback_address=one).model_copy(update={"version": "later"})
        for one in (long, lane)
    ]
    await db.write(lambda tx: publish(tx, later[:1]))
    with pytest.raises(PolicyError, match=r"policy\.returning\.fallback_address\.street: "):
        await db.write(lambda tx: publish(tx, later[1:]))


async def test_what_another_program_stored_is_an_error_in_words(db: Database) -> None:
    document = POLICY.model_dump(mode="json") | {"colour": "red"}
    del document["pickup"]["capacity"]
    await db.write(lambda tx: tx.execute(update(policies), {"document": document}))
    async with db.read() as connection:
        with pytest.raises(PolicyError) as caught:
            await all_policies(connection)
    assert str(caught.value).splitlines() == [
        "the database has a policy that this version of the program doesn't understand:",
        "policy.pickup.capacity is missing; it must be a whole number from 1 to 1000000",
        "policy.colour is not known; known here: " + ", ".join(Policy.model_fields),
    ]


async def test_the_stored_document_is_plain_json(db: Database) -> None:
    async with db.read() as connection:
        [document] = (await connection.execute(select(policies.c.document))).scalars()
    assert Policy.model_validate_json(json.dumps(document)) == POLICY
