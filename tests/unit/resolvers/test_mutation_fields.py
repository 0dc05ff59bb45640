"""The declaration of a mutation, on a schema of its own: once a key, replayed, refused."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pytest
import strawberry
from sqlalchemy import select, update

from bff.db.connection import Connection
from bff.db.tables import idempotency
from bff.db.transaction import Tx
from bff.domain.returns import refusals
from loaders.batch import Batch
from resolvers.fields import Info, attribute, resolved
from resolvers.mutation_fields import (
    KEY,
    MutationSuccess,
    ReturnMutationSuccess,
    added,
    facts_of,
    mutation,
)
from resolvers.returns.user_errors import WaybillUsed
from tests.support.views import context_of
from tests.support.world import World

SHOPPER = "sho_1"
effects: list[str] = []
fetched: list[str] = []


async def texts(_: Connection, keys: Sequence[str]) -> Mapping[str, str]:
    fetched.extend(keys)
    return {key: f"read {key}" for key in keys}


texts_by_note = Batch(texts)


@strawberry.input
class Tag:
    name: str = attribute("Its name.")


@strawberry.input
class NoteWriteInput:
    idempotency_key: str = attribute(KEY)
    text: str = attribute("What it says.")
    tags: list[Tag] | None = strawberry.field(default=None, description="What it is about.")


@strawberry.type(description="The note is written.")
class NoteWriteSuccess(MutationSuccess):
    note_id: strawberry.Private[str]
    by: strawberry.Private[str]

    @resolved("Who wrote what.")
    @staticmethod
    async def text(parent: strawberry.Parent["NoteWriteSuccess"], info: Info) -> str:
        text = await info.context.loaders.require(texts_by_note, parent.note_id)
        return f"{parent.by}: {text}"


@strawberry.type
class Query:
    nothing: int = 0


@strawberry.type
class Mutation:
    @mutation("Write a note.", refusals=[WaybillUsed], result="The note, or why there is none.")
    @staticmethod
    async def note_write(
        tx: Tx,  # noqa: ARG004 - as every effect has it
        shopper_id: str,
        inputs: NoteWriteInput,
    ) -> NoteWriteSuccess:
        effects.append(inputs.text)
        if inputs.text == "refused":
            raise refusals.WaybillUsed("SF1")
        if inputs.text == "fault":
            raise RuntimeError("a fault")
        note_id = f"note {len(effects)}"
        written = {} if inputs.text == "unread" else {texts: {note_id: inputs.text}}
        return NoteWriteSuccess(note_id=note_id, by=shopper_id, written=written)


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)
WRITE = """
mutation($key: String!, $text: String!, $tags: [Tag!]) {
  noteWrite(input: { idempotencyKey: $key, text: $text, tags: $tags }) {
    __typename
    ... on NoteWriteSuccess { replayed text }
    ... on UserError { code message }
  }
}"""


@pytest.fixture(autouse=True)
def anew() -> None:
    effects.clear()
    fetched.clear()


async def write(world: World, text: str, key: str = "k", **more: Any) -> Any:
    """The field's value, or the first error."""
    shopper = more.pop("shopper", SHOPPER)
    variables = {"key": key, "text": text, **more}
    result = await SCHEMA.execute(WRITE, variables, context_value=context_of(world, shopper))
    return result.errors[0] if result.errors else (result.data or {})["noteWrite"]


async def stored(world: World) -> list[Any]:
    """Stored results, as JSON."""
    async with world.db.read() as connection:
        return [row.answer for row in await connection.execute(select(idempotency.c.answer))]


async def test_the_effects_success_is_the_answer(world: World) -> None:
    assert await write(world, "hello") == {
        "__typename": "NoteWriteSuccess",
        "replayed": False,
        "text": "sho_1: hello",
    }


async def test_the_same_key_and_input_replay_the_first_result(world: World) -> None:
    first = await write(world, "hello")
    again = await write(world, "hello")
    assert again == first | {"replayed": True, "text": "sho_1: read note 1"}
    assert effects == ["hello"]


async def test_what_was_written_is_not_read_again(world: World) -> None:
    await write(world, "hello")
    assert fetched == []
    await write(world, "unread", key="other")
    assert fetched == ["note 2"]


async def test_a_success_is_stored_by_its_own_private_fields(world: World) -> None:
    await write(world, "hello")
    assert await stored(world) == [{"note_id": "note 1", "by": SHOPPER}]


async def test_a_result_that_was_stored_before_replays(world: World) -> None:
    await write(world, "hello")
    earlier = {"by": "sho_earlier", "note_id": "note 0"}
    await world.db.write(lambda tx: tx.execute(update(idempotency).values(answer=earlier)))
    assert (await write(world, "hello"))["text"] == "sho_earlier: read note 0"
    assert effects == ["hello"]


async def test_the_same_key_with_another_input_is_a_conflict(world: World) -> None:
    await write(world, "hello")
    for changed in ({"text": "bye"}, {"text": "hello", "tags": [{"name": "x"}]}):
        assert (await write(world, **changed))["code"] == "IDEMPOTENCY_CONFLICT"
    assert effects == ["hello"]


async def test_a_key_is_the_shoppers_own(world: World) -> None:
    await write(world, "hello")
    other = await write(world, "hello", shopper="sho_2")
    assert (other["replayed"], other["text"]) == (False, "sho_2: hello")


async def test_a_refusal_is_an_answer_and_is_not_stored(world: World) -> None:
    refused = await write(world, "refused")
    assert refused == {
        "__typename": "WaybillUsed",
        "code": "WAYBILL_USED",
        "message": "Waybill number SF1 belongs to another parcel.",
    }
    assert await stored(world) == []
    await write(world, "refused")
    assert effects == ["refused", "refused"]


async def test_a_fault_is_an_error_and_is_not_stored(world: World) -> None:
    error = await write(world, "fault")
    assert isinstance(error.original_error, RuntimeError)
    assert await stored(world) == []


async def test_an_unusable_key_is_refused_before_the_effect(world: World) -> None:
    for key in ("", " ", "x" * 129, "a\nb"):
        assert (await write(world, "hello", key=key))["code"] == "INVALID_INPUT"
    assert effects == []


async def test_without_a_token_nothing_is_done(world: World) -> None:
    error = await write(world, "hello", shopper=None)
    assert error.extensions == {"code": "UNAUTHENTICATED"}
    assert effects == []


def test_the_declaration_builds_the_union_and_the_argument() -> None:
    printed = SCHEMA.as_str()
    assert (
        '"""The note, or why there is none."""\n'
        "union NoteWriteResult = NoteWriteSuccess | WaybillUsed | NotFound | InvalidInput"
        " | IdempotencyConflict" in printed
    )
    argument = '"""The mutation\'s input."""\n    input: NoteWriteInput!\n'
    assert f"{argument}  ): NoteWriteResult\n" in printed
    assert "written:" not in printed
    assert "noteId" not in printed


def test_the_key_is_no_part_of_what_it_must_come_with_again() -> None:
    inputs = NoteWriteInput(idempotency_key="k", text="hello", tags=[Tag(name="x")])
    facts = facts_of(inputs)
    assert facts == {"text": "hello", "tags": [{"name": "x"}]}
    assert orjson.loads(orjson.dumps(facts)) == facts


def test_a_success_of_a_return_is_made_of_its_id() -> None:
    success = ReturnMutationSuccess(return_id="ret_1")
    assert (success.replayed, success.return_id, success.written) == (False, "ret_1", {})


@strawberry.input
class LaterTag(Tag):
    colour: str | None = added("red", "Its colour.")


@strawberry.input
class LaterInput:
    idempotency_key: str = attribute(KEY)
    text: str = attribute("What it says.")
    tags: list[LaterTag] | None = strawberry.field(default=None, description="Its subjects.")
    place: str | None = added(None, "Where it is.")


def test_a_field_that_was_added_and_is_left_out_is_no_fact() -> None:
    before = NoteWriteInput(idempotency_key="k", text="x", tags=[Tag(name="a")])
    after = LaterInput(idempotency_key="k", text="x", tags=[LaterTag(name="a")])
    assert facts_of(before) == facts_of(after)
    coloured = LaterInput(idempotency_key="k", text="x", tags=[LaterTag(name="a", colour="blue")])
    placed = LaterInput(idempotency_key="k", text="x", tags=[LaterTag(name="a")], place="here")
    assert facts_of(coloured)["tags"] == [{"name": "a", "colour": "blue"}]
    assert facts_of(placed)["place"] == "here"
