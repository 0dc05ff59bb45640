"""Makes a failing case smaller, as long as it still fails."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from itertools import islice

from tests.support.differential.case import Case, Request
from tests.support.differential.damaged_towns import SOUND
from tests.support.differential.tree import (
    Document,
    Field,
    Fragment,
    Inline,
    Operation,
    Selection,
    Selections,
    Spread,
)

Fails = Callable[[Case], Awaitable[bool]]
MAX_ROUNDS, MAX_TRIES = 5, 600


async def shrunk(case: Case, fails: Fails) -> Case:
    """Goes through what can be left out, again and again until nothing can."""
    for _ in range(MAX_ROUNDS):
        small = await _round(case, fails)
        if small == case:
            break
        case = small
    return case


async def _round(case: Case, fails: Fails) -> Case:
    """Where something could be left out, what comes next has taken its place."""
    at = 0
    for _ in range(MAX_TRIES):
        smaller = next(islice(candidates(case), at, None), None)
        if smaller is None:
            break
        if await fails(smaller):
            case = smaller
        else:
            at += 1
    return case


def candidates(case: Case) -> Iterator[Case]:
    """A spoilt text stays as it is."""
    if case.town != SOUND:
        yield replace(case, town=SOUND)
    yield from (replace(case, requests=requests) for requests in _fewer_requests(case.requests))
    if case.text is None:
        for document in _documents(case.document):
            yield replace(case, document=document)


def _fewer_requests(requests: tuple[Request, ...]) -> Iterator[tuple[Request, ...]]:
    for number, one in enumerate(requests):
        before, after = requests[:number], requests[number + 1 :]
        if before or after:
            yield (*before, *after)
        for name in one.variables or {}:
            rest = {key: value for key, value in (one.variables or {}).items() if key != name}
            yield (*before, replace(one, variables=rest), *after)


def _documents(document: Document) -> Iterator[Document]:
    operations = document.operations
    for number, operation in enumerate(operations):
        rest = (*operations[:number], *operations[number + 1 :])
        if rest:
            yield replace(document, operations=rest)
        for selections in _smaller(operation.selections, document):
            one = Operation(operation.name, selections, operation.kind)
            yield replace(document, operations=(*operations[:number], one, *rest[number:]))
    for name, fragment in document.fragments.items():
        for selections in _smaller(fragment.selections, document):
            fragments = {**document.fragments, name: Fragment(fragment.on, selections)}
            yield replace(document, fragments=fragments)
    for name, of in document.variables.items():
        bare, _, default = of.partition(" = ")
        if default:
            yield replace(document, variables={**document.variables, name: bare})


def _smaller(selections: Selections, document: Document) -> Iterator[Selections]:
    """Large pieces first."""
    for number in range(len(selections)):
        if len(selections) > 1:
            yield (*selections[:number], *selections[number + 1 :])
    for number, one in enumerate(selections):
        for less in _less(one, document):
            yield (*selections[:number], *less, *selections[number + 1 :])


def _less(one: Selection, document: Document) -> Iterator[Selections]:
    """What may stand in its place."""
    for number in range(len(one.directives)):
        rest = (*one.directives[:number], *one.directives[number + 1 :])
        yield (replace(one, directives=rest),)
    if isinstance(one, Spread):
        fragment = document.fragments[one.fragment]
        yield fragment.selections
        yield (Inline(fragment.on, one.directives, fragment.selections),)
        return
    if isinstance(one, Inline):
        yield one.selections
    else:
        yield from _less_of_field(one)
    for selections in _smaller(one.selections, document):
        yield (replace(one, selections=selections),)


def _less_of_field(one: Field) -> Iterator[Selections]:
    if one.alias:
        yield (replace(one, alias=None),)
    for number in range(len(one.arguments)):
        rest = (*one.arguments[:number], *one.arguments[number + 1 :])
        yield (replace(one, arguments=rest),)
