"""The town has what the generated operations select: no field is always null or empty."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path
from typing import Any

import uvloop
from graphql import execute, parse

from bff.graphql.schema import core
from tests.support.differential.answers import Town
from tests.support.differential.case import INDEXES, QUERY, Request
from tests.support.differential.damaged_towns import SOUND
from tests.support.differential.index import FieldStep, Index
from tests.support.differential.pool import Pool, read_pool

LISTS = "(first: 100)"
NOT_FROM_A_SHOPPER = ("Query", "Node", "PageInfo", "EntitlementPreview", "PickupSlot")
# One way round is enough
TURNS_BACK = (
    "OrderLine.order",
    "Pickup.return",
    "Pickup.returns",
    "Refund.return",
    "StarChange.return",
)


def asks_for_all(index: Index, of: str) -> str:
    return "{ " + " ".join(_fields(index, of)) + " }"


def _fields(index: Index, of: str) -> Iterator[str]:
    for one in index.fields[of]:
        if one.path not in TURNS_BACK:
            wide = LISTS if any(arg.name == "first" for arg in one.arguments) else ""
            yield f"{one.name}{wide}" if one.leaf else f"{one.name}{wide} {_below(index, one)}"


def _below(index: Index, one: FieldStep) -> str:
    return asks_for_all(index, one.type)


def values(index: Index, of: str, data: Any) -> Iterator[tuple[str, Any]]:
    """Each `Type.field` with a value of it, where it has one."""
    for one in index.fields[of]:
        found = data.get(one.name) if data else None
        for value in found if isinstance(found, list) else [found]:
            if value is not None:
                yield one.path, value
                if not one.leaf:
                    yield from values(index, one.type, value)


def test_the_town_has_a_value_for_every_field(folder: Path) -> None:
    index, pool = INDEXES[QUERY], read_pool(folder / f"{SOUND}.sqlite3")
    query = f"{{ viewer {asks_for_all(index, 'Shopper')} }}"
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        viewers = runner.run(_all_viewers(folder, pool, query))
    found = {path for viewer in viewers for path, _ in values(index, "Shopper", viewer)}
    reached = {one.path for one in index.goals if one.owner not in NOT_FROM_A_SHOPPER}
    assert reached - found - {*TURNS_BACK} == set()


async def _all_viewers(folder: Path, pool: Pool, query: str) -> list[Any]:
    town = Town(folder / f"{SOUND}.sqlite3", pool.at)
    document = parse(query)
    shown = []
    for shopper in pool.shoppers:
        context = town.context(Request(shopper, "en", timedelta(), None, None))
        result = execute(core, document, None, context)
        done: Any = await result if isawaitable(result) else result
        assert not done.errors, done.errors
        shown.append(done.data["viewer"])
    await town.db.close()
    return shown
