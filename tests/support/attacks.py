"""Inputs that no app of ours sends, each with a name that says what is wrong with it."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bff.domain.pickups.slots import is_key
from tests.support.invalid_values import (
    ADDRESS,
    INVALID_COMPANIES,
    INVALID_CURSORS,
    INVALID_EVENT_CURSORS,
    INVALID_KEYS,
    INVALID_PAGES,
    INVALID_PARTS,
    INVALID_QUANTITIES,
    INVALID_SLOTS,
    INVALID_TEXTS,
    INVALID_WAYBILLS,
    STRANGE_IDS,
    WRONG_TYPES,
)
from tests.support.operations import Operation, Variables, operations
from tests.support.sample_shopper import SampleShopper


@dataclass(frozen=True)
class Attack:
    """`token` is the name of the token shown; "" is none at all."""

    name: str
    document: str
    variables: Variables = field(default_factory=dict)
    token: str = "mine"


def attacks(mine: SampleShopper, other: SampleShopper, tokens: list[str]) -> list[Attack]:
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
            for value in WRONG_TYPES[kind.rstrip("!")]:
                yield _changed(name, this, path, value)
            if kind.endswith("!"):
                yield _changed(name, this, path, None)
                yield Attack(f"{name}: no {path}", this.document, without(this.good, path))


def _not_mine(known: Mapping[str, Operation], other: SampleShopper) -> Iterator[Attack]:
    for name, path in every(known, "ID"):
        if name in ("node", "returnability"):
            continue
        for identifier in other.ids:
            yield _changed(name, known[name], path, identifier)
    for part in (other.line, other.unshipped_line):
        yield _changed("refundOpen", known["refundOpen"], "lines", [{"orderLineId": part}])
    for identifier in other.ids:
        yield _changed("node", known["node"], "id", identifier)
        yield _changed("nodes", known["nodes"], "ids", [identifier, identifier])


# A slot that is not offered refuses a booking; a tap is refused for what is no slot's id.
INVALID_IDS = {
    "slot": INVALID_SLOTS,
    "pickup.slotId": [text for text in INVALID_SLOTS if not is_key(text)],
}


def _made_up(known: Mapping[str, Operation]) -> Iterator[Attack]:
    for name, path in every(known, "ID"):
        for text in INVALID_IDS.get(path, STRANGE_IDS):
            yield _changed(name, known[name], path, text)
    for name, path in every(known, "String"):
        yield _changed(name, known[name], path, "\ud800")
        yield _changed(name, known[name], path, "a\udc00b")
    yield _changed("nodes", known["nodes"], "ids", STRANGE_IDS)
    yield _changed("nodes", known["nodes"], "ids", ["x"] * 101)


def _impossible(known: Mapping[str, Operation], mine: SampleShopper) -> Iterator[Attack]:
    tap, new = "oneTapReturn", "oneTapReturn at a new address"
    table: list[tuple[str, str, list[Any]]] = [
        (tap, "quantity", [*INVALID_QUANTITIES, mine.left + 1]),
        (tap, "line", [mine.returned]),
        (tap, "pickup.address", [ADDRESS]),
        ("returnability", "quantity", INVALID_QUANTITIES[:3]),
        ("waybillSubmit", "company", INVALID_COMPANIES),
        ("waybillSubmit", "number", INVALID_WAYBILLS),
        ("orders", "first", INVALID_PAGES),
        ("returns", "first", INVALID_PAGES),
        ("orders", "after", INVALID_CURSORS),
        ("returns", "after", INVALID_CURSORS),
        ("refundUpdates", "after", INVALID_EVENT_CURSORS),
        ("pickupBook", "return", [mine.this_return, mine.refused, mine.taken_back]),
        ("pickupReschedule", "pickup", [mine.owing]),
        ("pickupCancel", "pickup", [mine.owing]),
        ("pickupFeePay", "pickup", [mine.pickup]),
        ("disputeOpen", "return", [mine.this_return, mine.taken_back]),
        ("refundRepay", "return", [mine.this_return, mine.refused]),
        ("evidenceUploadOpen", "return", [mine.taken_back]),
        ("refundOpen", "order", [mine.order]),
        ("refundOpen", "lines", _no_parts(mine)),
        ("pickupSlots", "returnId", [mine.this_return]),
        *((name, "key", INVALID_KEYS) for name in known if "key" in known[name].types),
        *((new, path, INVALID_TEXTS) for path in known[new].types if path.count(".") > 1),
    ]
    for name, path, values in table:
        for value in values:
            yield _changed(name, known[name], path, value)


def _no_parts(mine: SampleShopper) -> list[Any]:
    """Of the unshipped order."""
    one = {"orderLineId": mine.unshipped_line}
    return [
        [],
        [one, one],
        [{"orderLineId": mine.line}],
        *([{"orderLineId": text}] for text in INVALID_PARTS),
        *([one | {"quantity": quantity}] for quantity in [*INVALID_QUANTITIES, mine.left + 1]),
        *([one | {"quantity": value}] for value in WRONG_TYPES["Int"]),
        [one] * 101,
    ]


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
    title = f"{name}: {path} = {value!r:.60}"
    return Attack(title, this.document, changed(this.good, path, value))


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
