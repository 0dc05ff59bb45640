"""Declarations of fields, on a schema that has nothing to do with returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import pytest
import strawberry

from bff.db.connection import Connection
from loaders.batch import Batch
from resolvers.fields import (
    BATCH,
    LEVEL,
    BatchField,
    Info,
    IsInstance,
    attribute,
    describe_enum,
    loaded,
    resolved,
    resolved_by_level,
    subscription,
    view_of,
)
from tests.support.views import context_of
from tests.support.world import World


@dataclass
class Writer:
    name: str


@dataclass
class Volume:
    title: str
    writer_id: str | None
    pages: int = 100


class Calls:
    """What was called, with which keys or parents."""

    fetched: Sequence[str] = ()
    levels: list[tuple[list[str], int]] = []  # noqa: RUF012 - anew in each test


async def writers(_: Connection, keys: Sequence[str]) -> Mapping[str, Writer]:
    Calls.fetched = (*Calls.fetched, *keys)
    return {key: Writer(key.upper()) for key in keys if key != "unknown"}


writers_by_id = Batch(writers)


@strawberry.interface
class Titled:
    title: str = attribute("What it is called.")


@view_of(Writer, name="Author", description="Who writes.")
class WriterView:
    name: str = attribute("The name.", name="fullName")


@view_of(Volume, description="A book.")
class Book(Titled):
    author: WriterView | None = loaded(writers_by_id, by="writer_id", description="Who wrote it.")

    @resolved("The title, louder.")
    @staticmethod
    def shout(parent: strawberry.Parent[Volume]) -> str:
        return parent.title.upper()

    @resolved("Nothing but the author's type differs.", kind=WriterView)
    @staticmethod
    def ghost(parent: strawberry.Parent[Volume]) -> Writer:
        return Writer(parent.title)

    @resolved_by_level("How many pages are left.", kind=int)
    @staticmethod
    async def pages_left(
        parents: Sequence[Volume],
        info: Info,  # noqa: ARG004 - as every level has it
        read: Annotated[int, strawberry.argument(description="Pages read.")] = 0,
    ) -> list[int]:
        Calls.levels.append(([parent.title for parent in parents], read))
        return [parent.pages - read for parent in parents]


VOLUMES = [Volume("a", "x"), Volume("b", "y", 50), Volume("c", "x", 10), Volume("d", None)]


@strawberry.type
class Query:
    @resolved("By their interface.", kind=list[Titled])
    @staticmethod
    def titled() -> Any:
        return VOLUMES

    @resolved("By their type.", kind=list[Book])
    @staticmethod
    def books() -> Any:
        return VOLUMES


SCHEMA = strawberry.Schema(query=Query, types=[Book])


@pytest.fixture(autouse=True)
def anew() -> None:
    Calls.fetched, Calls.levels = (), []


async def ask(world: World, selection: str) -> Any:
    result = await SCHEMA.execute(f"{{ {selection} }}", context_value=context_of(world))
    assert result.errors is None
    assert result.data is not None
    [value] = result.data.values()
    return value


async def test_an_attribute_can_have_another_name_in_the_schema(world: World) -> None:
    [first, *_] = await ask(world, "books { title author { fullName } }")
    assert first == {"title": "a", "author": {"fullName": "X"}}


async def test_a_level_is_loaded_once_and_a_key_of_none_not_at_all(world: World) -> None:
    books = await ask(world, "books { author { fullName } }")
    assert [book["author"] for book in books] == [
        {"fullName": "X"},
        {"fullName": "Y"},
        {"fullName": "X"},
        None,
    ]
    assert Calls.fetched == ("x", "y")


async def test_siblings_with_the_same_arguments_are_resolved_at_once(world: World) -> None:
    books = await ask(world, "books { pagesLeft ten: pagesLeft(read: 10) }")
    assert [tuple(book.values()) for book in books] == [(100, 90), (50, 40), (10, 0), (100, 90)]
    assert sorted(Calls.levels, key=lambda level: level[1]) == [
        (["a", "b", "c", "d"], 0),
        (["a", "b", "c", "d"], 10),
    ]


async def test_a_resolved_field_takes_the_parent_as_it_is(world: World) -> None:
    [first, *_] = await ask(world, "books { shout ghost { fullName } }")
    assert first == {"shout": "A", "ghost": {"fullName": "a"}}


async def test_a_view_is_recognised_by_the_model_behind_an_interface(world: World) -> None:
    titled = await ask(world, "titled { __typename title }")
    assert {one["__typename"] for one in titled} == {"Book"}


def test_a_view_has_only_values_of_its_models() -> None:
    is_instance = IsInstance((Volume, Writer))
    assert is_instance(Writer("x"), None)
    assert not is_instance(object(), None)


def test_the_schema_itself_says_what_a_level_loads() -> None:
    metadata = {
        field.python_name: field.metadata
        for field in Book.__strawberry_definition__.fields  # type: ignore[attr-defined]
    }
    assert metadata["author"] == {BATCH: BatchField(writers_by_id, "writer_id")}
    assert list(metadata["pages_left"]) == [LEVEL]
    assert metadata["shout"] == {}


def test_descriptions_and_arguments_reach_the_printed_schema() -> None:
    printed = SCHEMA.as_str()
    for text in ("Who writes.", "Pages read.", "How many pages are left.", "The title, louder."):
        assert f'"""{text}"""' in printed
    assert "read: Int! = 0" in printed
    assert "parents" not in printed


def test_a_subscription_is_declared_with_the_type_of_its_events() -> None:
    class Feed:
        @subscription("Every book.", kind=Book)
        @staticmethod
        async def books(info: Info) -> object: ...

    field: Any = Feed.books
    assert (field.is_subscription, field.description) == (True, "Every book.")


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


def test_every_value_of_an_enum_has_to_be_described() -> None:
    describe_enum(Colour, "A colour.", name="Paint", RED="As fire.", BLUE="As the sea.")
    definition = Colour.__strawberry_definition__  # type: ignore[attr-defined]
    assert (definition.name, definition.description) == ("Paint", "A colour.")
    assert [value.description for value in definition.values] == ["As fire.", "As the sea."]
    with pytest.raises(KeyError, match="BLUE"):
        describe_enum(Colour, "A colour.", RED="As fire.")
