"""Plans inside the program: equal results, and mutations that run once if their payload fails."""

import gc
from collections import Counter
from typing import Any

import orjson
import pytest
from graphql import DocumentNode, parse
from structlog.testing import capture_logs

from bff.db.tables import photos, returns
from bff.graphql.context import Context
from bff.graphql.declarations import Declarations
from bff.graphql.engine.documents import CHARACTERS_A_FIELD, MAX_KEPT_CHARACTERS, Documents
from bff.graphql.engine.engine import Engine, GraphQLRequest
from bff.graphql.engine.plan.plan import Plan, PlannedOperation
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.schema import core
from bff.settings import Settings
from tests.api.test_home import HOME, create_orders
from tests.support.database import count, statements, table_removed
from tests.support.documents import ONE_TAP, RETURN
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.world import START, World

TAP = """
mutation($key: String!, $line: ID!) {
  oneTapReturn(input: { idempotencyKey: $key, orderLineId: $line }) {
    ... on OneTapReturnSuccess { replayed return { status photos { id } } }
  }
}"""


TWO_TAPS = """
mutation($line: ID!) {
  a: oneTapReturn(input: { idempotencyKey: "a", orderLineId: $line, quantity: 1 }) {
    ... on OneTapReturnSuccess { replayed }
  }
  b: oneTapReturn(input: { idempotencyKey: "b", orderLineId: $line, quantity: 1 }) {
    ... on OneTapReturnSuccess { replayed return { photos { id } } }
  }
}"""


CALLED_OFF = """
mutation($id: ID!, $quantity: Int) {
  a: evidenceUploadOpen(input: { idempotencyKey: "a", returnId: $id }) {
    ... on EvidenceUploadOpenSuccess { return { status } }
  }
  b: returnCancel(input: { idempotencyKey: "b", returnId: $id }) {
    ... on ReturnCancelSuccess {
      return { status orderLine { returnability(quantity: $quantity) { returnable } } }
    }
  }
}"""


class Asker:
    """Operations of one shopper, past HTTP; planned from the first on."""

    def __init__(self, world: World, shopper: str, *, plans: bool = True) -> None:
        self._world = world
        self._shopper = shopper
        self._engine = Engine(core, Declarations() if plans else None, runs_first=0)

    async def ask(self, document: str, **variables: Any) -> GraphQLResponse:
        world = self._world
        context = Context(world.db, _no_links, self._shopper, "en")
        return await self._engine.execute(GraphQLRequest(document, variables), context)


def _no_links() -> Any:
    raise AssertionError("nobody asked for a photo's link")


async def test_the_home_screen_has_a_plan_with_the_same_result(world: World) -> None:
    shopper = await create_shopper(world.db, level=4)
    await create_orders(world, shopper, orders=5, lines=3)
    planned = await Asker(world, shopper).ask(HOME)
    by_core = await Asker(world, shopper, plans=False).ask(HOME)
    assert (planned.planned, by_core.planned) == (True, False)
    assert planned.body == by_core.body


async def test_a_mutation_and_its_payload_have_a_plan(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    asker = Asker(world, shopper)
    tapped = await asker.ask(ONE_TAP, key="k", line=line, pickup={})
    refused = await asker.ask(ONE_TAP, key="l", line=line, pickup={})
    assert tapped.planned
    assert b'"status":"AWAITING_RETURN_SHIPMENT"' in tapped.body
    assert refused.planned
    assert b'"QuantityNotLeft"' in refused.body


async def test_a_mutation_whose_payload_fails_is_done_once(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    with capture_logs() as logs:
        async with table_removed(world.db, photos):
            with statements(world.db) as seen:
                failed = await Asker(world, shopper).ask(TAP, key="k", line=line)
    # Not even to find that the key was used.
    assert len([one for one in seen if "LEFT OUTER JOIN idempotency" in one]) == 1
    [error] = failed.errors
    assert error["path"] == ["oneTapReturn", "return", "photos"]
    assert [one["fault_id"] for one in logs] == [error["extensions"]["id"]]
    assert not failed.planned
    assert await count(world.db, returns) == 1
    again = await Asker(world, shopper).ask(TAP, key="k", line=line)
    assert b'"replayed":true' in again.body


async def test_a_mutation_is_not_done_again_for_another_whose_payload_fails(
    world: World,
) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, [Goods(quantity=2)], received_at=START)
    with capture_logs() as logs:
        async with table_removed(world.db, photos):
            failed = await Asker(world, shopper).ask(TWO_TAPS, line=line)
    assert len(logs) == 1
    assert orjson.loads(failed.body)["data"] == {"a": {"replayed": False}, "b": None}
    assert await count(world.db, returns) == 2


@pytest.mark.parametrize("quantity", [1, -1])
async def test_a_mutation_is_shown_as_it_was_before_the_next_was_done(
    world: World, quantity: int
) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    asker = Asker(world, shopper)
    tapped = orjson.loads((await asker.ask(ONE_TAP, key="k", line=line, pickup={})).body)
    opened = tapped["data"]["oneTapReturn"]["return"]["id"]
    answer = await asker.ask(CALLED_OFF, id=opened, quantity=quantity)
    assert bool(answer.errors) == (quantity < 0)
    shown = orjson.loads(answer.body)["data"]
    assert shown["a"]["return"]["status"] == "AWAITING_RETURN_SHIPMENT"


async def test_a_document_has_a_plan_from_its_second_request(world: World) -> None:
    engine = Engine(core, Declarations())
    shopper = await create_shopper(world.db)
    context = Context(world.db, _no_links, shopper, "en")
    answers = [await engine.execute(GraphQLRequest("{ viewer { id } }"), context) for _ in range(3)]
    assert [one.planned for one in answers] == [False, True, True]
    assert len({one.body for one in answers}) == 1


def test_cached_documents_are_bounded_by_size() -> None:
    documents = Documents(core)
    texts = [f"{{ a{number}: __typename }} #{'x' * 5_000}" for number in range(300)]
    first = documents.read(texts[0])
    assert documents.read(texts[0]) is first
    for text in texts:
        documents.read(text)
    assert documents.read(texts[0]) is not first
    assert documents.characters <= MAX_KEPT_CHARACTERS


GREEDY = "query($a: Boolean!, $b: Boolean!) { ... @include(if: $a) { ...A } ...A @skip(if: $b) } "
GREEDY += "fragment A on Query {"
GREEDY += " ".join(f"a{n}: node(id: 1) {{ ...N }}" for n in range(30)) + "}"
GREEDY += "fragment N on Node { id __typename }"


@pytest.mark.sqlite_only("what a cache of plans holds has nothing to do with the database")
async def test_the_size_of_plans_counts_in_the_cache(world: World) -> None:
    """A short document may have large plans, several of them."""
    engine = Engine(core, Declarations(), runs_first=0)
    before = _alive()
    for number in range(80):
        for variables in ({"a": True, "b": True}, {"a": False, "b": False}):
            context = Context(world.db, _no_links, None, "en")
            answer = await engine.execute(GraphQLRequest(f"{GREEDY} #{number}", variables), context)
            assert answer.planned
    gc.collect()
    alive = _alive()
    # Each has 30 nodes of 8 types with two fields each.
    most = MAX_KEPT_CHARACTERS // (30 * 8 * 2 * CHARACTERS_A_FIELD)
    assert 1 < alive[Plan] - before[Plan] <= most < 160


def test_dropped_documents_are_freed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is old, which the collector looks at once in a long while."""
    monkeypatch.setattr("bff.graphql.engine.documents.parse", parse)  # which keeps none
    gc.collect()
    gc.disable()
    try:
        documents, before = Documents(core), _alive()
        for number in range(300):
            read = documents.read(f"{{ a{number}: __typename }} #{'x' * 5_000}")
            [operation] = read.operations.values()
            planned = PlannedOperation(core, Declarations(), operation.document, operation.node)
            planned.begin(None, None)
            operation.planned = planned
            gc.collect(0)  # what validation leaves; the rest is old from here on
        alive = _alive()
    finally:
        gc.enable()
    assert documents.characters // 5_100 <= alive[DocumentNode] - before[DocumentNode] <= 100
    assert alive[Plan] - before[Plan] <= 100


def _alive() -> Counter[type]:
    return Counter(type(one) for one in gc.get_objects())


@pytest.mark.parametrize("document", [HOME, ONE_TAP, RETURN])
def test_the_apps_own_documents_have_plans(document: str) -> None:
    parsed = parse(document)
    operation: Any = parsed.definitions[0]
    given = {"key": "k", "line": "oli_x-1", "id": "ret_x"}
    PlannedOperation(core, Declarations(), parsed, operation).begin(None, given)


def test_a_setting_runs_graphql_core_alone() -> None:
    assert Settings(executor="graphql-core").executor == "graphql-core"
