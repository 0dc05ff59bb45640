"""Inputs that no honest app sends: a table of what is asked, and what is wrong with it."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.documents import ONE_TAP, WATCH
from tests.graphql.bad_values import (
    ADDRESS,
    NO_COMPANIES,
    NO_CURSORS,
    NO_EVENTS,
    NO_KEYS,
    NO_PAGES,
    NO_QUANTITIES,
    NO_TEXT,
    NO_WAYBILLS,
    PAST_AND_MADE_UP_SLOTS,
    STRANGE_IDS,
    WRONG,
)
from tests.graphql.hostile import BOOK, CALL_OFF, CANCEL, WAYBILL

Variables = dict[str, Any]
NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SLOTS = """
query Slots($returnId: ID, $addressId: ID, $on: Date) {
  pickupSlots(returnId: $returnId, addressId: $addressId, on: $on) { id capacityLeft }
}"""
ORDERS = """
query Orders($first: Int!, $after: String) {
  viewer { orders(first: $first, after: $after) { totalCount nodes { id } } }
}"""
RETURNS = """
query Returns($first: Int!, $after: String) {
  viewer { returns(first: $first, after: $after) { totalCount nodes { id } } }
}"""
RETURNABILITY = """
query Returnability($line: ID!, $quantity: Int) {
  node(id: $line) { ... on OrderLine { returnability(quantity: $quantity) { express } } }
}"""


@dataclass(frozen=True)
class Belongings:
    """What a shopper has: ids. `line` has `left` pieces left, `returned` is another, sent back."""

    shopper: str
    address: str
    order: str
    line: str
    returned: str
    this_return: str
    refund: str
    pickup: str
    left: int

    @property
    def ids(self) -> list[str]:
        return [
            self.shopper,
            self.address,
            self.order,
            self.line,
            self.this_return,
            self.refund,
            self.pickup,
        ]


@dataclass(frozen=True)
class Attack:
    """`token` is the name of the token shown; "" is none at all."""

    name: str
    document: str
    variables: Variables = field(default_factory=dict)
    token: str = "mine"


@dataclass(frozen=True)
class Operation:
    """`types` are those of the variables, by path; `good` is what would be answered well."""

    document: str
    types: Mapping[str, str]
    good: Variables


def operations(mine: Belongings) -> dict[str, Operation]:
    book = {"recipient": "String!", "phone": "String!", "region": "String!", "street": "String!"}
    address = {f"address.{name}": kind for name, kind in book.items()}
    key = {"key": "String!"}
    this = {"key": "k1", "return": mine.this_return}
    company = {"company": "String!", "number": "String!"}
    return {
        "oneTapReturn": Operation(
            ONE_TAP,
            key
            | {"line": "ID!", "quantity": "Int", "pickup": "object", "pickup.slotId": "ID"}
            | {"pickup.addressId": "ID"},
            {"key": "k1", "line": mine.line, "quantity": 1}
            | {"pickup": {"slotId": "20260310T15", "addressId": mine.address}},
        ),
        "oneTapReturn at a new address": Operation(
            ONE_TAP,
            key
            | {"line": "ID!", "pickup.address": "object"}
            | {f"pickup.{path}": kind for path, kind in address.items()},
            {"key": "k1", "line": mine.line, "pickup": {"address": ADDRESS}},
        ),
        "returnCancel": Operation(CANCEL, key | {"return": "ID!"}, this),
        "pickupBook": Operation(
            BOOK,
            key | {"return": "ID!", "slot": "ID", "addressId": "ID"},
            this | {"slot": "20260310T15", "addressId": mine.address},
        ),
        "pickupCancel": Operation(
            CALL_OFF, key | {"pickup": "ID!"}, {"key": "k1", "pickup": mine.pickup}
        ),
        "waybillSubmit": Operation(
            WAYBILL,
            key | {"return": "ID!"} | company,
            this | {"company": "sf", "number": "SF123456789012"},
        ),
        "node": Operation(NODE, {"id": "ID!"}, {"id": mine.order}),
        "nodes": Operation(NODES, {"ids": "list!"}, {"ids": [mine.order, mine.line]}),
        "pickupSlots": Operation(
            SLOTS,
            {"addressId": "ID", "on": "Date"},
            {"addressId": mine.address, "on": "2026-03-11"},
        ),
        "pickupSlots of a return": Operation(
            SLOTS, {"returnId": "ID"}, {"returnId": mine.this_return}
        ),
        "orders": Operation(ORDERS, {"first": "Int!", "after": "String"}, {"first": 2}),
        "returns": Operation(RETURNS, {"first": "Int!", "after": "String"}, {"first": 2}),
        "returnability": Operation(
            RETURNABILITY, {"line": "ID!", "quantity": "Int"}, {"line": mine.line, "quantity": 1}
        ),
        "refundUpdates": Operation(
            WATCH, {"returnId": "ID!", "after": "String"}, {"returnId": mine.this_return}
        ),
    }


def attacks(mine: Belongings, other: Belongings, tokens: list[str]) -> list[Attack]:
    known = operations(mine)
    return [
        *_wrong_types(known),
        *_not_mine(known, other),
        *_made_up(known),
        *_impossible(known, mine),
        *_not_trusted(known, tokens),
        *_torn(known),
    ]


def _wrong_types(known: Mapping[str, Operation]) -> Iterator[Attack]:
    for name, this in known.items():
        for path, kind in this.types.items():
            for value in WRONG[kind.rstrip("!")]:
                yield _changed(name, this, path, value)
            if kind.endswith("!"):
                yield _changed(name, this, path, None)
                yield Attack(f"{name}: no {path}", this.document, without(this.good, path))


def _not_mine(known: Mapping[str, Operation], other: Belongings) -> Iterator[Attack]:
    for name, path in every(known, "ID"):
        if name in ("node", "returnability"):
            continue
        for identifier in other.ids:
            yield _changed(name, known[name], path, identifier)
    for identifier in other.ids:
        yield _changed("node", known["node"], "id", identifier)
        yield _changed("nodes", known["nodes"], "ids", [identifier, identifier])


def _made_up(known: Mapping[str, Operation]) -> Iterator[Attack]:
    for name, path in every(known, "ID"):
        texts = PAST_AND_MADE_UP_SLOTS if path.lower().startswith(("slot", "pickup.slot")) else None
        for text in texts or STRANGE_IDS:
            yield _changed(name, known[name], path, text)
    for name, path in every(known, "String"):
        yield _changed(name, known[name], path, "\ud800")
        yield _changed(name, known[name], path, "a\udc00b")
    yield _changed("nodes", known["nodes"], "ids", STRANGE_IDS)
    yield _changed("nodes", known["nodes"], "ids", ["x"] * 101)


def _impossible(known: Mapping[str, Operation], mine: Belongings) -> Iterator[Attack]:
    tap, new = "oneTapReturn", "oneTapReturn at a new address"
    table: list[tuple[str, str, list[Any]]] = [
        (tap, "quantity", [*NO_QUANTITIES, mine.left + 1]),
        (tap, "line", [mine.returned]),
        (tap, "pickup.address", [ADDRESS]),
        ("returnability", "quantity", NO_QUANTITIES[:3]),
        ("waybillSubmit", "company", NO_COMPANIES),
        ("waybillSubmit", "number", NO_WAYBILLS),
        ("orders", "first", NO_PAGES),
        ("returns", "first", NO_PAGES),
        ("orders", "after", NO_CURSORS),
        ("returns", "after", NO_CURSORS),
        ("refundUpdates", "after", NO_EVENTS),
        ("pickupBook", "return", [mine.this_return]),
        ("pickupSlots", "returnId", [mine.this_return]),
        *((name, "key", NO_KEYS) for name in known if "key" in known[name].types),
        *((new, path, NO_TEXT) for path in known[new].types if path.count(".") > 1),
    ]
    for name, path, values in table:
        for value in values:
            yield _changed(name, known[name], path, value)


def _not_trusted(known: Mapping[str, Operation], tokens: list[str]) -> Iterator[Attack]:
    for (name, this), token in itertools.product(known.items(), tokens):
        yield Attack(f"{name} with token {token!r}", this.document, this.good, token)


def _torn(known: Mapping[str, Operation]) -> Iterator[Attack]:
    """Documents with a piece taken out, doubled or replaced; what they name is unknown."""
    dice = random.Random(20160401)
    unknown = {"ID": "ret_unknown", "list": ["ret_unknown"]}
    for number in range(120):
        name, this = dice.choice(list(known.items()))
        variables = this.good
        for path, kind in this.types.items():
            if kind.rstrip("!") in unknown:
                variables = changed(variables, path, unknown[kind.rstrip("!")])
        yield Attack(f"{name}, torn {number}", _tear(dice, this.document), variables)


def _tear(dice: random.Random, document: str) -> str:
    for _ in range(dice.randint(1, 3)):
        start = dice.randrange(len(document))
        end = min(start + dice.randint(1, 12), len(document))
        piece = dice.choice(["", document[start:end] * 2, "{", "}", "$", '"', "\x00", "é", "..."])
        document = document[:start] + piece + document[end:]
    return document


def every(known: Mapping[str, Operation], kind: str) -> list[tuple[str, str]]:
    """Operation and path of each variable of a kind."""
    return [
        (name, path)
        for name, this in known.items()
        for path, its in this.types.items()
        if its.rstrip("!") == kind
    ]


def _changed(name: str, this: Operation, path: str, value: Any) -> Attack:
    told = f"{name}: {path} = {value!r:.60}"
    return Attack(told, this.document, changed(this.good, path, value))


def changed(variables: Variables, path: str, value: Any) -> Variables:
    first, _, rest = path.partition(".")
    if not rest:
        return variables | {first: value}
    return variables | {first: changed(variables.get(first) or {}, rest, value)}


def without(variables: Variables, path: str) -> Variables:
    first, _, rest = path.partition(".")
    if rest:
        return variables | {first: without(variables[first], rest)}
    return {name: value for name, value in variables.items() if name != first}
