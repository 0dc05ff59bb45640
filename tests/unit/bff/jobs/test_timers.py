"""A subject has the timers that it wants, and no others."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bff.core.ids import NO_SHOPPER
from bff.db.tables import timers as rows
from bff.db.transaction import Tx
from bff.jobs import timers
from tests.support.world import START, World

KINDS = ("A", "B", "C")
SOON, LATER = START + timedelta(hours=1), START + timedelta(days=1)


async def set_(tx: Tx) -> Mapping[tuple[str, str], datetime]:
    found = await tx.execute(select(rows.c.subject_id, rows.c.kind, rows.c.due_at))
    return {(row.subject_id, row.kind): row.due_at for row in found}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"A": SOON}),
        ({}, {"A": SOON, "B": LATER}),
        ({"A": SOON}, {"A": LATER}),
        ({"A": LATER}, {"A": SOON, "C": LATER}),
        ({"A": SOON, "B": SOON}, {"B": SOON}),
        ({"A": SOON, "B": SOON}, {}),
        ({"A": SOON}, {"A": SOON}),
    ],
)
async def test_what_is_wanted_is_set_and_what_is_not_is_gone(
    world: World, before: dict[str, datetime], after: dict[str, datetime]
) -> None:
    async def change(tx: Tx) -> Mapping[tuple[str, str], datetime]:
        await timers.sync(tx, "sho_1", "other", KINDS, {"A": SOON})
        await timers.schedule(tx, "sho_1", "D", "this", SOON)
        await timers.sync(tx, "sho_1", "this", KINDS, before)
        await timers.sync(tx, "sho_1", "this", KINDS, after)
        return await set_(tx)

    kept = {("other", "A"): SOON, ("this", "D"): SOON}
    wanted = {("this", kind): at for kind, at in after.items()}
    assert await world.db.write(change) == kept | wanted


async def test_a_timer_that_stays_is_the_same_timer(world: World) -> None:
    async def twice(tx: Tx) -> list[int]:
        ids = []
        for at in (SOON, LATER):
            await timers.sync(tx, "sho_1", "this", KINDS, {"A": at})
            ids += [row.id for row in await tx.execute(select(rows.c.id))]
        return ids

    first, second = await world.db.write(twice)
    assert first == second


async def test_timers_go_with_their_shopper(world: World) -> None:
    async def change(tx: Tx) -> Mapping[tuple[str, str], datetime]:
        await timers.sync(tx, "sho_1", "this", KINDS, {"A": SOON})
        await timers.sync(tx, "sho_2", "this", KINDS, {})
        await timers.sync(tx, NO_SHOPPER, "nobody's", KINDS, {"A": SOON, "B": SOON})
        await timers.sync(tx, NO_SHOPPER, "nobody's", KINDS, {"B": LATER})
        return await set_(tx)

    kept = {("this", "A"): SOON, ("nobody's", "B"): LATER}
    assert await world.db.write(change) == kept


async def test_a_timer_that_is_set_anew_is_whose_it_is_then(world: World) -> None:
    async def change(tx: Tx) -> list[str]:
        for shopper_id in (NO_SHOPPER, "sho_1"):
            await timers.sync(tx, shopper_id, "this", KINDS, {"A": SOON})
        return [timer.shopper_id for timer in await timers.due(tx.connection, SOON)]

    assert await world.db.write(change) == ["sho_1"]
