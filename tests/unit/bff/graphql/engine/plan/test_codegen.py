"""The generated functions: what they cost, and that they are freed."""

import asyncio
import gc
import weakref

import pytest
from graphql import OperationDefinitionNode, parse

from bff.graphql.engine.plan.plan import PlannedOperation
from tests.support.plan_schema import SCHEMA, Author, Book, Shelf, ShopHost, by_plan


def planned(document: str) -> PlannedOperation:
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return PlannedOperation(SCHEMA, ShopHost(), parsed, operation)


async def test_a_plain_operation_waits_for_nothing() -> None:
    plan, run = planned("{ books { name kind rated similar { name } } }").begin(
        Shelf([Book("a")]), None
    )
    coroutine = plan.data(run)
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    [book] = ended.value.value["books"]
    assert book == {"name": "a", "kind": "OLD", "rated": 3, "similar": []}


async def test_parents_that_share_a_row_share_its_dict() -> None:
    shelf = Shelf([Book("a", "A"), Book("b", "A")], {"A": Author("A", [Book("c")])})
    data = await by_plan("{ books { author { books { slow } } } }", shelf)
    first, second = data["books"]
    assert first["author"] is second["author"]
    assert shelf.loads == [["A", "A"]]


async def test_a_call_reads_arguments_with_variables_once() -> None:
    plan, run = planned("query($l: Int) { books { rated(least: $l) a: rated(least: $l) } }").begin(
        Shelf([Book("a"), Book("b")]), {"l": 9}
    )
    assert await plan.data(run) == {"books": [{"rated": 9, "a": 9}] * 2}


async def test_aliases_are_no_code() -> None:
    plan, run = planned("{ None: books { import: name __x: name } }").begin(
        Shelf([Book("'")]), None
    )
    assert await plan.data(run) == {"None": [{"import": "'", "__x": "'"}]}


def test_a_plan_that_is_dropped_is_freed_at_once() -> None:
    gc.collect()
    gc.disable()
    try:
        operation = planned("{ books { name author { name } } }")
        plan, run = operation.begin(Shelf([]), None)
        asyncio.run(plan.data(run))
        dropped = weakref.ref(operation)
        del operation, plan, run
        assert dropped() is None
    finally:
        gc.enable()
