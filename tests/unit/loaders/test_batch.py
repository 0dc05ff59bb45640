"""Loading by key: missing, repeated and no keys, many keys, and the edges the schema declares."""

import ast
import asyncio
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from strawberry.types.base import StrawberryObjectDefinition

import loaders
from bff.db.connection import Connection
from bff.db.sqlite.database import READERS
from bff.domain.orders.model import Merchant
from bff.domain.stars.model import Stars
from bff.graphql.schema import schema
from loaders.batch import MAX_KEYS, AnyBatch, Batch, Loaders, OwnBatch
from loaders.orders import addresses_by_owner, lines_by_id, merchants_by_id
from resolvers.fields import BATCH, BatchField
from tests.support.database import statements
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, World

RESOLVERS = Path(__file__).parents[3] / "resolvers"
BLANKS: dict[str, object] = {
    "addresses_by_owner": [],
    "lines_by_order": [],
    "order_counts": 0,
    "return_counts": 0,
    "missed_by_return": (),
    "photos_by_return": [],
    "returns_by_pickup": [],
}
Field = tuple[str, str]


def batches() -> dict[str, AnyBatch[Any, Any]]:
    """Every batch that the package has, by the name that it is declared under."""
    modules = [
        importlib.import_module(f"loaders.{one.name}")
        for one in pkgutil.iter_modules(loaders.__path__)
    ]
    found = (item for module in modules for item in vars(module).items())
    return {name: value for name, value in found if isinstance(value, Batch | OwnBatch)}


class Squares:
    """A batch that keeps the keys that it was called with; odd numbers have no value."""

    def __init__(self) -> None:
        self.fetched: list[list[int]] = []
        self.batch = Batch(self._fetch)

    async def _fetch(self, _: Connection, keys: Sequence[int]) -> Mapping[int, int]:
        self.fetched.append(list(keys))
        return {key: key * key for key in keys if key % 2 == 0}


async def load_all(
    world: World, batch: AnyBatch[Any, Any], keys: Sequence[Any], viewer: str | None = None
) -> list[Any]:
    loading = Loaders(world.db, viewer)
    return list(await asyncio.gather(*(loading.load(batch, key) for key in keys)))


async def test_values_come_in_the_order_of_the_keys_and_missing_ones_are_none(
    world: World,
) -> None:
    squares = Squares()
    assert await load_all(world, squares.batch, [4, 1, 2, 3]) == [16, None, 4, None]
    assert squares.fetched == [[4, 1, 2, 3]]


async def test_a_repeated_key_is_fetched_once(world: World) -> None:
    squares = Squares()
    assert await load_all(world, squares.batch, [2, 4, 2, 3, 3]) == [4, 16, 4, None, None]
    assert squares.fetched == [[2, 4, 3]]


async def test_what_was_loaded_is_not_fetched_again(world: World) -> None:
    squares, loading = Squares(), Loaders(world.db)
    assert await loading.load(squares.batch, 6) == 36
    assert await loading.load(squares.batch, 6) == 36
    assert squares.fetched == [[6]]


async def test_more_keys_than_most_go_in_several_batches(world: World) -> None:
    squares = Squares()
    keys = range(0, 2 * (2 * MAX_KEYS + 1), 2)
    assert await load_all(world, squares.batch, keys) == [key * key for key in keys]
    assert sorted(map(len, squares.fetched)) == [1, MAX_KEYS, MAX_KEYS]


async def test_more_batches_at_once_than_readers_are_all_answered(world: World) -> None:
    many = [Squares() for _ in range(20)]
    loading = Loaders(world.db)
    waiting: list[Any] = [loading.load(squares.batch, 8) for squares in many]
    assert await asyncio.gather(*waiting) == [64] * 20


async def test_a_known_key_without_a_row_is_a_fault(world: World) -> None:
    with pytest.raises(LookupError, match="mer_nobody"):
        await Loaders(world.db).require(merchants_by_id, "mer_nobody")


async def test_a_failing_fetch_fails_each_who_waits_and_no_other(world: World) -> None:
    async def broken(_: Connection, _keys: Sequence[int]) -> Mapping[int, int]:
        raise ConnectionError("gone")

    bad, squares, loading = Batch(broken), Squares(), Loaders(world.db)
    waiting = (loading.load(bad, 1), loading.load(bad, 2), loading.load(squares.batch, 2))
    one, two, good = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(one, ConnectionError)
    assert isinstance(two, ConnectionError)
    assert good == 4


async def test_what_others_load_while_a_connection_is_awaited_is_not_fetched_again(
    world: World,
) -> None:
    squares, loading = Squares(), Loaders(world.db)
    async with AsyncExitStack() as held:
        for _ in range(READERS):
            await held.enter_async_context(world.db.read())
        given_up, *others = [
            asyncio.create_task(loading.load_many(squares.batch, keys))
            for keys in ([2], [2, 4], [4, 6])
        ]
        await asyncio.sleep(0)
        given_up.cancel()
    assert await asyncio.gather(*others) == [[4, 16], [16, 36]]
    assert squares.fetched == [[2, 4], [6]]


async def test_what_another_is_fetching_is_not_fetched_again(world: World) -> None:
    fetched, begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def slow(_: Connection, keys: Sequence[int]) -> Mapping[int, int]:
        fetched.append(list(keys))
        begun.set()
        await go_on.wait()
        return {key: -key for key in keys}

    batch, loading = Batch(slow), Loaders(world.db)
    waiting = [asyncio.create_task(loading.load_many(batch, keys)) for keys in ([1, 2], [2, 3])]
    await begun.wait()
    go_on.set()
    assert await asyncio.gather(*waiting) == [[-1, -2], [-2, -3]]
    assert fetched == [[1, 2], [3]]


async def test_rows_are_found_by_known_missing_and_repeated_keys(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    one, none, again = await load_all(
        world, merchants_by_id, ["mer_linen-house", "mer_x", "mer_linen-house"]
    )
    assert isinstance(one, Merchant)
    assert (one.number, none) == ("linen-house", None)
    assert again is one
    found, *strange = await load_all(
        world, lines_by_id, [line, "oli_x-1", "oli_", "x", ""], shopper
    )
    assert (found.id, strange) == (line, [None] * 4)
    assert await load_all(world, addresses_by_owner, ["sho_nobody"]) == [[]]


@pytest.mark.parametrize("name", sorted(batches()))
async def test_every_batch_asks_once_for_a_thousand_keys_though_it_knows_none(
    world: World, name: str
) -> None:
    keys = [f"oli_unknown-{number}" for number in range(MAX_KEYS)]
    with statements(world.db) as seen:
        found = await load_all(world, batches()[name], keys)
    assert len(seen) == 1
    assert found == [blank(name, key) for key in keys]


def blank(name: str, key: str) -> object:
    return Stars(key, ()) if name == "stars_by_shopper" else BLANKS.get(name)


async def test_a_key_of_none_is_none_and_asks_nothing(server: World) -> None:
    """Not approved yet: no return address."""
    shopper = await create_shopper(server.db, level=1)
    [line] = await create_order(server.db, shopper, received_at=START)
    async with server.client(shopper) as app:
        with statements(server.db) as seen:
            answer = await app.ask(ONE_TAP, key="k", line=line)
    assert answer["oneTapReturn"]["return"]["returnAddress"] is None
    assert not [one for one in seen if "FROM addresses" in one]


def shown_types() -> Iterator[StrawberryObjectDefinition]:
    for one in schema.schema_converter.type_map.values():
        if isinstance(one.definition, StrawberryObjectDefinition):
            yield one.definition


def declared() -> dict[Field, tuple[str, str]]:
    """By class and attribute as the sources have them: the batch's name and the key's."""
    found: dict[Field, tuple[str, str]] = {}
    for path in RESOLVERS.rglob("*.py"):
        module = ".".join(path.relative_to(RESOLVERS.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                owner = f"{module}.{node.name}"
                found |= {(owner, name): edge for name, edge in _edges(node)}
    return found


def _edges(node: ast.ClassDef) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in node.body:
        match line:
            case ast.AnnAssign(
                target=ast.Name(id=name),
                value=ast.Call(
                    func=ast.Name(id="loaded"), args=[ast.Name(id=batch)], keywords=given
                ),
            ):
                by = next(one.value for one in given if one.arg == "by")
                yield name, (batch, ast.literal_eval(by))


def expected() -> dict[Field, BatchField]:
    """What the sources declare, on every type that has it, inherited or its own."""
    known, sources = batches(), declared()
    return {
        (shown.name, name): BatchField(known[batch], by)
        for shown in shown_types()
        for base in shown.origin.__mro__
        for (owner, name), (batch, by) in sources.items()
        if owner == f"{base.__module__}.{base.__name__}"
    }


def test_every_loaded_field_carries_its_edge_in_the_schema() -> None:
    carried = {
        (shown.name, field.python_name): field.metadata[BATCH]
        for shown in shown_types()
        for field in shown.fields
        if BATCH in field.metadata
    }
    assert carried == expected()
    assert len(declared()) >= 15
    assert carried["Order", "merchant"] == BatchField(merchants_by_id, "merchant_id")


async def test_too_few_values_of_a_level_are_an_error_for_those_left_over(world: World) -> None:
    async def fewer(items: list[int]) -> list[int]:
        return items[1:]

    loaders = Loaders(world.db)
    async with asyncio.timeout(30):
        outcomes = await asyncio.gather(
            *(loaders.in_level("key", one, fewer) for one in range(3)), return_exceptions=True
        )
    assert isinstance(outcomes[-1], ValueError)
