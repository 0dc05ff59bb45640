"""The limits of a document, and that checking them is cheap."""

import time
from pathlib import Path
from typing import Any

import pytest
from graphql import get_introspection_query, parse

import bff.graphql.graphiql
from bff.graphql.context import MAX_ROWS
from bff.graphql.engine.limits import (
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_SPREADS,
    MAX_TOKENS,
    limit_error,
)
from bff.graphql.schema import schema
from tests.support.documents import ONE_TAP, RETURN, WATCH
from tests.support.raw_client import data_of, http_client, json_body, post
from tests.support.shared_world import SharedWorld, shared_loop

# Of the processor: far more than any of them takes, and far less than what they were made to take.
SOON_S = 1.0
JOURNEY = Path(bff.graphql.graphiql.__file__).parent
SAVED = sorted(JOURNEY.glob("**/*.graphql"))


def limit_message(document: str) -> str | None:
    error = limit_error(schema._schema, parse(document))  # noqa: SLF001 - as the extension does
    assert error is None or error.extensions == {"code": "DOCUMENT_TOO_LARGE"}
    return error.message.removeprefix("The document is too large: ") if error else None


async def ask(shared: SharedWorld, document: str, **variables: Any) -> tuple[list[str], float]:
    """The errors' messages, and how many of the processor's seconds it took."""
    body = json_body(document, variables)
    async with http_client(shared.world) as http:
        started = time.process_time()
        answer = await post(http, body, shared.token)
        took_s = time.process_time() - started
    assert answer.status_code == 200, answer.text
    return [error["message"] for error in answer.json().get("errors", [])], took_s


def chain(links: int, spreads: int, end: str) -> str:
    """Fragments, each of which spreads the next so many times."""
    middle = (
        f"fragment f{link} on Query {{ {f'...f{link + 1} ' * spreads}}}" for link in range(links)
    )
    return f"{{ ...f0 }} {' '.join(middle)} fragment f{links} on Query {{ {end} }}"


def nested(levels: int) -> str:
    """`levels` levels of fields, none of them in a list."""
    pairs = (levels - 2) // 2
    odd = " refund { id }" if levels % 2 else " id"
    middle = "refund { return { " * pairs + odd.strip() + " } }" * pairs
    return f'{{ node(id: "x") {{ ... on Return {{ {middle} }} }} }}'


AT_MOST = {
    "depth": (nested(MAX_DEPTH), nested(MAX_DEPTH + 1), f"at most {MAX_DEPTH} levels deep."),
    "fields": (
        "{ " + "__typename " * MAX_FIELDS + "}",
        "{ " + "__typename " * (MAX_FIELDS + 1) + "}",
        f"at most {MAX_FIELDS} fields.",
    ),
    "aliases": (
        "{ " + "a: __typename " * MAX_ALIASES + "}",
        "{ " + "a: __typename " * (MAX_ALIASES + 1) + "}",
        f"at most {MAX_ALIASES} aliases.",
    ),
    "directives": (
        "{ " + "__typename @skip(if: false) " * MAX_DIRECTIVES + "}",
        "{ " + "__typename @skip(if: false) " * (MAX_DIRECTIVES + 1) + "}",
        f"at most {MAX_DIRECTIVES} directives.",
    ),
    "directives on fragments": (
        "{ " + "... @skip(if: false) { id: __typename } " * 90 + "}",
        "{ " + "... @skip(if: false) { __typename } " * 101 + "}",
        f"at most {MAX_DIRECTIVES} directives.",
    ),
    "fields in fragments": (
        "{ ...A ...A } fragment A on Query { " + "__typename " * (MAX_FIELDS // 2) + "}",
        "{ ...A ...A } fragment A on Query { " + "__typename " * (MAX_FIELDS // 2 + 1) + "}",
        f"at most {MAX_FIELDS} fields.",
    ),
    "spreads": (
        "{ " + "...A " * MAX_SPREADS + "} fragment A on Query { __typename }",
        "{ " + "...A " * (MAX_SPREADS + 1) + "} fragment A on Query { __typename }",
        f"at most {MAX_SPREADS} fragment spreads.",
    ),
    "lists within themselves": (
        "{ viewer { orders { nodes { lines { order { id } } } } b: orders { nodes { id } } } }",
        "{ viewer { orders { nodes { lines { order { lines { id } } } } } } }",
        "Order.lines within itself.",
    ),
    "lists in fragments": (
        "{ viewer { orders { nodes { ...A lines { ...B } } } } }"
        " fragment A on Order { lines { id } } fragment B on OrderLine { order { id } }",
        "{ viewer { orders { nodes { ...A } } } }"
        " fragment A on Order { lines { ...B } }"
        " fragment B on OrderLine { order { ... on Order { ... { lines { id } } } } }",
        "Order.lines within itself.",
    ),
}


@shared_loop
@pytest.mark.parametrize("name", AT_MOST)
async def test_an_operation_at_the_limit_passes_and_above_it_is_refused(
    shared: SharedWorld, name: str
) -> None:
    allowed, refused, message = AT_MOST[name]
    assert limit_message(allowed) is None
    assert limit_message(refused) == message
    assert (await ask(shared, allowed))[0] == []
    for _ in range(2):
        errors, _ = await ask(shared, refused)
        assert errors == [f"The document is too large: {message}"]


def test_limits_count_every_operation_and_unused_fragments() -> None:
    greedy = "{ " + "__typename " * (MAX_FIELDS + 1) + "}"
    assert limit_message(f"query A {{ __typename }} query B {greedy}") is not None
    assert limit_message(f"{{ __typename }} fragment A on Query {greedy}") is not None
    assert limit_message(f"mutation {greedy}") is not None
    assert limit_message(f"subscription {greedy}") is not None


BOMBS = {
    "twice each": chain(16, 2, "viewer { id }"),
    "ten at a time": chain(30, 10, "__typename"),
    "of nothing known": chain(100, 2, "...unknown"),
    "of directives": chain(30, 2, "__typename @skip(if: true)"),
    "of aliases": chain(30, 2, "a: __typename"),
    "in a circle": chain(100, 2, "...f0"),
    "in itself": "{ ...A } fragment A on Query { ...A ...A ...A }",
    "long and thin": chain(250, 1, "__typename"),
    "too long": chain(440, 1, "__typename"),
    "inline": "{ " + "... { " * 190 + "__typename" + " }" * 190 + " }",
    "inline, too deep": "{ " + "... { " * 900 + "__typename" + " }" * 900 + " }",
    "fields without end": "{ " + "viewer { id } " * 900 + "}",
    "one field again and again": "{ " + "viewer { id } " * (MAX_FIELDS // 2) + "}",
    "with arguments": "{ "
    + "viewer { orders(first: 1) { totalCount } } " * (MAX_FIELDS // 3)
    + "}",
    "fragments side by side": "{ "
    + "".join(f"...f{number} " for number in range(MAX_SPREADS))
    + "} "
    + " ".join(
        f"fragment f{number} on Query {{ viewer {{ id }} }}" for number in range(MAX_SPREADS)
    ),
    "tokens": "{ " + "a " * 49_000 + "}",
    "comments": "#\n" * 30_000 + "{ __typename }",
    "a long name": "{ " + "a" * 90_000 + " }",
    "a long string": '{ node(id: "' + "a" * 90_000 + '") { id } }',
    "a block string": '{ node(id: """' + "\n " * 25_000 + '""") { id } }',
    "deep list": "{ nodes(ids: " + "[" * 190 + "]" * 190 + ") { id } }",
    "deeper list": "{ nodes(ids: " + "[" * 1_900 + "]" * 1_900 + ") { id } }",
    "deep object": "mutation { returnCancel(input: "
    + "{ a: " * 190
    + "1"
    + " }" * 190
    + ") { code } }",
    "deeper object": "mutation { returnCancel(input: "
    + "{ a: " * 900
    + "1"
    + " }" * 900
    + ") { code } }",
    "deep type": "query($a: " + "[" * 190 + "Int" + "]" * 190 + ") { __typename }",
    "deeper type": "query($a: " + "[" * 1_900 + "Int" + "]" * 1_900 + ") { __typename }",
    "variables": "query(" + "".join(f"$v{n}: Int " for n in range(900)) + ") { __typename }",
    "operations": " ".join(f"query q{number} {{ __typename }}" for number in range(900)),
    "types of types": "{ __schema { types "
    + "{ fields { type " * 8
    + "{ name }"
    + " } }" * 8
    + " } }",
    "lists of lists": "{ viewer { orders { nodes { lines "
    + "{ order { lines " * 7
    + "{ id }"
    + " } }" * 7
    + " } } } }",
}


@shared_loop
@pytest.mark.parametrize("name", BOMBS)
async def test_an_exponential_document_is_refused_quickly(shared: SharedWorld, name: str) -> None:
    """However it is answered, others need not wait; and never by what happened inside."""
    errors, took_s = await ask(shared, BOMBS[name])
    assert took_s < SOON_S
    assert all("recursion" not in error and "Fault" not in error for error in errors)
    assert (name in HARMLESS) == (not errors)


# They are within the limits: what they cost is as much as any document can.
HARMLESS = (
    "one field again and again",
    "with arguments",
    "fragments side by side",
    "inline",
    "a long string",
    "a block string",
)


PAGE = "viewer { orders(first: 100) { totalCount } } "
OF_EACH = "nodes(ids: $ids) { ... on Shopper { returns(first: 40) { totalCount } } } "
NODES = "nodes(ids: $ids) { id } "
# Fields of a hundred objects, and of how many shoppers
HUNDREDS = {"pages": (PAGE, 0), "a page of each": (OF_EACH, 2), "nodes": (NODES, 100)}


@shared_loop
@pytest.mark.parametrize("name", HUNDREDS)
async def test_the_number_of_returned_objects_is_limited(shared: SharedWorld, name: str) -> None:
    """By either executor: the second request has a plan."""
    field, shoppers = HUNDREDS[name]
    of = "query($ids: [ID!]!) " if shoppers else ""
    variables = {"ids": [shared.shopper] * shoppers} if shoppers else {}
    hundreds = [f"{alias}: {field}" for alias in "abcd"]
    for fields, refused in ((hundreds[:3], False), (hundreds, True)):
        for _ in range(2):
            errors, _ = await ask(shared, f"{of}{{ {''.join(fields)} }}", **variables)
            assert bool(errors) == refused
            assert all(f"at most {MAX_ROWS} entries in all of a request" in one for one in errors)


@shared_loop
@pytest.mark.parametrize("document", [chain(5, 1, "...f0"), BOMBS["in itself"]])
async def test_a_fragment_cycle_is_one_error(shared: SharedWorld, document: str) -> None:
    errors, _ = await ask(shared, document)
    assert errors[0].startswith("Cannot spread fragment ")


@shared_loop
async def test_deep_variables_are_refused_quickly(shared: SharedWorld) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    errors, took_s = await ask(shared, "query($a: [ID!]!) { nodes(ids: $a) { id } }", a=deep)
    assert len(errors) == 1
    assert took_s < SOON_S


@shared_loop
async def test_the_number_of_tokens_is_limited(shared: SharedWorld) -> None:
    """Four for each variable, a few for the rest."""
    for many, refused in ((MAX_TOKENS - 20, False), (MAX_TOKENS, True)):
        errors, _ = await ask(shared, "query(" + "$a: Int " * (many // 4) + ") { __typename }")
        assert refused == ("tokens" in errors[0])


@shared_loop
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"descriptions": False},
        {
            "specified_by_url": True,
            "directive_is_repeatable": True,
            "schema_description": True,
            "input_value_deprecation": True,
            "one_of": True,
        },
    ],
    ids=["plain", "least", "all"],
)
async def test_introspection_is_within_the_limits(
    shared: SharedWorld, options: dict[str, bool]
) -> None:
    document = get_introspection_query(**options)
    async with http_client(shared.world) as http:
        answer = await data_of(http, None, document)
    names = {one["name"] for one in answer["__schema"]["types"]}
    assert {"Query", "Mutation", "Subscription", "Return", "UserError"} <= names


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_the_documents_of_the_explorer_are_within_the_limits(path: Path) -> None:
    assert limit_message(path.read_text("utf-8")) is None


def test_the_documents_of_the_app_are_within_the_limits() -> None:
    assert [limit_message(document) for document in (ONE_TAP, RETURN, WATCH)] == [None] * 3


def test_there_are_documents_of_the_explorer() -> None:
    assert len(SAVED) >= 8
