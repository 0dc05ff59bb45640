"""A write under way: savepoints that nest, rows that are added at their end, steps at the last."""

from contextlib import suppress

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from bff.core import ids
from bff.db.statements import prepare
from bff.db.transaction import Caches, Tx
from tests.support.world import START, World

NOTES = Table(
    "notes", MetaData(), Column("number", Integer, primary_key=True), Column("text", String)
)
ADD = prepare(insert(NOTES), ["text"])
READ = prepare(select(NOTES.c.text).order_by(NOTES.c.number))


async def note(tx: Tx, text: str) -> None:
    await tx.execute(ADD, {"text": text})


async def notes(world: World) -> list[str]:
    async with world.db.read() as connection:
        return (await connection.execute(READ)).scalars()


@pytest.fixture
async def notebook(world: World) -> World:
    await world.db.alter(NOTES.create)
    return world


async def test_a_savepoint_that_fails_is_undone_alone(notebook: World) -> None:
    async def use_case(tx: Tx) -> None:
        await note(tx, "before")
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await note(tx, "within")
                raise ZeroDivisionError
        await note(tx, "after")

    await notebook.db.write(use_case)
    assert await notes(notebook) == ["before", "after"]


async def test_savepoints_nest(notebook: World) -> None:
    async def use_case(tx: Tx) -> None:
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await note(tx, "outer")
                async with tx.savepoint():
                    await note(tx, "inner, which went well")
                raise ZeroDivisionError
        async with tx.savepoint():
            await note(tx, "kept")
            with suppress(KeyError):
                async with tx.savepoint():
                    await note(tx, "inner, which failed")
                    raise KeyError

    await notebook.db.write(use_case)
    assert await notes(notebook) == ["kept"]


async def test_with_a_savepoint_its_topics_steps_and_rows_are_undone(notebook: World) -> None:
    ran: list[str] = []

    async def step(name: str) -> None:
        ran.append(name)

    async def use_case(tx: Tx) -> frozenset[str]:
        tx.topics.add("kept")
        tx.at_end("kept", lambda: step("kept"))
        tx.add_later(ADD, {"text": "kept"})
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                tx.topics.add("lost")
                tx.at_end("lost", lambda: step("lost"))
                tx.add_later(ADD, {"text": "lost"})
                raise ZeroDivisionError
        return frozenset(tx.topics)

    assert await notebook.db.write(use_case) == {"kept"}
    assert (ran, await notes(notebook)) == (["kept"], ["kept"])


async def test_a_step_runs_once_a_key_after_all_else_and_may_set_others(notebook: World) -> None:
    async def use_case(tx: Tx) -> None:
        async def last() -> None:
            await note(tx, "last")

        async def first() -> None:
            await note(tx, "first step")
            tx.at_end("last", last)

        tx.at_end("key", last)
        tx.at_end("key", first)
        await note(tx, "use case")

    await notebook.db.write(use_case)
    assert await notes(notebook) == ["use case", "first step", "last"]


async def test_new_ids_are_of_the_writes_moment_and_kept(notebook: World) -> None:
    async def use_case(tx: Tx) -> tuple[str, bool]:
        new = tx.new_id(ids.RETURN)
        return new, new in tx.new_ids

    new, is_kept = await notebook.db.write(use_case)
    assert is_kept
    assert new.startswith(f"ret_{int(START.timestamp() * 1000):011x}")


def test_a_cache_is_made_once_of_each_class() -> None:
    caches = Caches()
    assert caches.get(dict) is caches.get(dict)
    assert caches.get(list) == []
    assert caches.get(list) is not Caches().get(list)
