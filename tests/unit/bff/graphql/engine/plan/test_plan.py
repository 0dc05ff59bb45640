"""The plan answers as graphql-core does, or leaves it to it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, parse

from bff.graphql.engine.plan.plan import PlannedOperation
from bff.graphql.engine.plan.sources import PerLevel, PerParent, Source, UnplannableError
from tests.support.plan_schema import (
    SCHEMA,
    SOURCES,
    Author,
    Book,
    Shelf,
    ShopHost,
    by_core,
    by_plan,
)

SAME: dict[str, tuple[str, dict[str, Any]]] = {
    "leaves": ("{ books { name kind pages price sold tag } }", {}),
    "typename": ("{ __typename books { __typename author { __typename } } }", {}),
    "aliases": ("{ a: books { n: name m: name } b: books(first: 1) { name } }", {}),
    "merged": (
        "{ books { author { name } } books { author { age } ...B } } fragment B on Book { name }",
        {},
    ),
    "edges": ("{ books { name author { name books { name } } } }", {}),
    "lists in lists": ("{ books { grid shelves { name age } } }", {}),
    "arguments": (
        "{ books { rated a: rated(least: 9) b: rated(by: NEW) slow c: slow(times: 0) } }",
        {},
    ),
    "variables": (
        "query($l: Int, $k: Kind = NEW) { books { rated(least: $l, by: $k) slow(times: $l) } }",
        {"l": 7},
    ),
    "a variable left out": (
        "query($l: Int, $n: Int) { books(first: $n) { rated(by: OLD) slow(times: $l) } }",
        {},
    ),
    "a null": ("query($t: Int) { books { slow(times: $t) } }", {"t": None}),
    "an input object": (
        "query($n: String!, $m: Int) { wish(wish: {name: $n, many: [$m, 3]})"
        ' w: wish(wish: {name: "x"}) }',
        {"n": "é", "m": 4},
    ),
    "included": (
        "query($y: Boolean!, $n: Boolean = false) {"
        " books { name @include(if: $n) kind @skip(if: $n) pages @include(if: $y) @skip(if: $n)"
        " ... @include(if: $n) { tag } ...P @skip(if: $y) } }"
        " fragment P on Book { price }",
        {"y": True},
    ),
    "union": (
        '{ found(names: ["A", "one", null, "none"]) { __typename ... on Book { name pages }'
        " ... on Named { n: name } ... on Author { age books { name } } } }",
        {},
    ),
    "interface": ("{ named { name ... on Book { author { name } } } }", {}),
    "fragments within fragments": (
        "{ books { ...A ...A } } fragment A on Named { name ...C }"
        " fragment C on Book { pages ...D } fragment D on Author { age }",
        {},
    ),
    "nothing there": ("{ books(first: 0) { author { name } } }", {}),
}


def shelf(**first: Any) -> Shelf:
    """Three books of two authors; `first` says how the first is."""
    one = Book("one", "A", **first)
    books = [one, Book("two", "A", kind="NEW", tag=7), Book("three", None, tag="t")]
    return Shelf(books, {"A": Author("A", [one], born=1), "B": Author("B")})


@pytest.mark.parametrize("name", SAME)
async def test_the_plan_answers_as_graphql_core_does(name: str) -> None:
    document, variables = SAME[name]
    expected = await by_core(document, shelf(), variables)
    assert expected.errors is None
    planned = await by_plan(document, shelf(), variables)
    assert json.dumps(planned) == json.dumps(expected.data)


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "null enum": ("{ books { kind } }", {"kind": None}),
    "unknown enum": ("{ books { kind } }", {"kind": "FRESH"}),
    "null number": ("{ books { pages } }", {"pages": None}),
    "too large a number": ("{ books { pages } }", {"pages": 2**31}),
    "no number": ("{ books { pages } }", {"pages": "many"}),
    "not finite": ("{ books { price } }", {"price": float("nan")}),
    "no Boolean": ("{ books { sold } }", {"sold": "no"}),
    "null in a list": ("{ books { grid } }", {"grid": [[1, None]]}),
    "null list": ("{ books { grid } }", {"grid": None}),
    "null list in a list": ("{ books { shelves { name } } }", {"shelves": [None]}),
    "null deep down": ("{ books { similar { name kind } } }", {"similar": [Book("x", kind=None)]}),
    "an exception": ("{ broken { name } }", {}),
    "null at the root": ("{ void { __typename } }", {}),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_goes_wrong_is_left_to_graphql_core(name: str) -> None:
    document, first = WRONG[name]
    assert (await by_core(document, shelf(**first))).errors
    with pytest.raises(Exception):  # noqa: B017, PT011 - of whatever kind: nothing is answered
        await by_plan(document, shelf(**first))


UNKNOWN = {
    "introspection": "{ __schema { queryType { name } } }",
    "a type": '{ __type(name: "Book") { name } }',
    "another directive": "{ books @other { name } }",
    "too many fields": "{" + " ".join(f"a{n}: __typename" for n in range(1_001)) + "}",
    "too many fields in branches": "{"
    + " ".join(f"a{n}: named {{ name __typename }}" for n in range(200))
    + "}",
    "several mutations": 'mutation { a: write(name: "1") { name } b: write(name: "1") { name } }',
}


@pytest.mark.parametrize("name", UNKNOWN)
async def test_what_is_unknown_has_no_plan(name: str) -> None:
    with pytest.raises(UnplannableError):
        await by_plan(UNKNOWN[name], shelf())


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("query($l: Int!) { books(first: $l) { name } }", {}),
        ("query($l: Int!) { books(first: $l) { name } }", {"l": "x"}),
        ("query($y: Boolean) { books { name @include(if: $y) } }", {"y": None}),
    ],
)
async def test_bad_variables_are_left_to_graphql_core(
    document: str, variables: dict[str, Any]
) -> None:
    with pytest.raises(UnplannableError):
        await by_plan(document, shelf(), variables)


async def test_a_level_is_loaded_at_once() -> None:
    here = shelf()
    await by_plan("{ books { author { name books { author { age } } } } }", here)
    assert here.loads == [["A", "A", None], ["A"]]


async def test_an_event_is_its_fields_value() -> None:
    document, event = "subscription { published { name author { name } } }", Book("new", "A")
    expected = await by_core(document, shelf(), root=event)
    assert await by_plan(document, shelf(), root=event) == expected.data


async def test_a_mutation_is_done_once() -> None:
    here = shelf()
    data = await by_plan('mutation { a: write(name: "1") { name kind } __typename }', here)
    assert data == {"a": {"name": "1", "kind": "NEW"}, "__typename": "Mutation"}
    assert here.written == ["1"]


@pytest.mark.parametrize("name", ["odd", "bad"])
async def test_what_a_mutation_came_to_is_kept_where_its_answer_fails(name: str) -> None:
    here = shelf()
    document = parse(f'mutation {{ a: write(name: "{name}") {{ kind }} }}')
    operation: Any = document.definitions[0]
    plan, run = PlannedOperation(SCHEMA, ShopHost(), document, operation).begin(here, None)
    with pytest.raises(Exception):  # noqa: B017, PT011 - a null, or the mutation's own
        await plan.data(run)
    assert list(run.effects) == ["a"]
    assert here.written == [name]


class Shelves(ShopHost):
    """Counts how often a source is requested of it; mutations are done on the spot."""

    requests = 0

    def source(self, parent: GraphQLObjectType, field: GraphQLField) -> Source | None:
        self.requests += 1
        source = super().source(parent, field)
        at_once = isinstance(source, PerParent) and parent.name == "Mutation"
        return replace(source, is_async=False) if at_once else source  # type: ignore[type-var]


async def test_a_level_of_too_few_values_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fewer(parents: Sequence[Book], _info: Any) -> list[str]:
        return [parent.name for parent in parents[1:]]

    monkeypatch.setitem(SOURCES, "slow", PerLevel(fewer))
    with pytest.raises(ValueError, match="shorter"):
        await by_plan("{ books { slow } }", shelf())


def test_what_is_done_without_waiting_could_not_be_kept() -> None:
    document = parse('mutation { write(name: "1") { name } }')
    operation: Any = document.definitions[0]
    with pytest.raises(UnplannableError):
        PlannedOperation(SCHEMA, Shelves(), document, operation).begin(shelf(), None)


def test_that_there_is_no_plan_is_found_out_once() -> None:
    host, document = Shelves(), parse(UNKNOWN["too many fields in branches"])
    operation: Any = document.definitions[0]
    planned = PlannedOperation(SCHEMA, host, document, operation)
    requests = []
    for _ in range(2):
        with pytest.raises(UnplannableError):
            planned.begin(shelf(), None)
        requests.append(host.requests)
    assert requests[0] == requests[1] > 0
