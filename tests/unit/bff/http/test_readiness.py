"""A process is alive without its database; it is ready where each of its parts is."""

from typing import Any

import httpx
from sqlalchemy import text
from starlette.applications import Starlette

from bff.db.schema import newest_revision
from bff.db.tables import heartbeats as rows
from bff.http.readiness import OK, UNKNOWN, Readiness
from bff.jobs import heartbeats
from tests.support.database import table_removed
from tests.support.world import World


async def answer(readiness: Readiness, path: str = "/readyz") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=readiness.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://a.example") as http:
        return await http.get(path)


async def wrong(readiness: Readiness) -> dict[str, str]:
    """The checks that say what is wrong, of a 503 that says when to come back."""
    response = await answer(readiness)
    body: dict[str, Any] = response.json()
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert body["ready"] is False
    return {name: check for name, check in body["checks"].items() if check != OK}


async def beat(world: World) -> None:
    await world.db.write(lambda tx: heartbeats.beat(tx, "one"))


async def test_it_is_ready_where_every_check_says_ok(world: World) -> None:
    await beat(world)
    response = await answer(Readiness(world.db))
    checks = dict.fromkeys(("server", "database", "migrations", "worker"), OK)
    assert (response.status_code, response.json()) == (200, {"ready": True, "checks": checks})


async def test_it_needs_a_worker_that_shows_signs_of_life(world: World) -> None:
    readiness = Readiness(world.db)
    assert await wrong(readiness) == {"worker": "no worker has started yet"}
    await beat(world)
    world.clock.advance(heartbeats.MAX_SILENCE)
    assert (await answer(readiness)).status_code == 200
    world.clock.advance(heartbeats.INTERVAL)
    assert await wrong(readiness) == {"worker": "no worker's heart beat for 25 seconds"}


async def set_revision(world: World, revision: str) -> None:
    update = text(f"UPDATE alembic_version SET version_num = '{revision}'")
    await world.db.write(lambda tx: tx.execute(update))


async def test_it_needs_the_migrations_and_may_have_more(world: World) -> None:
    await beat(world)
    readiness = Readiness(world.db)
    await set_revision(world, "0001")
    expected = f"at 0001, expected {newest_revision()}: bff migrate"
    assert await wrong(readiness) == {"migrations": expected}
    await set_revision(world, "9999")
    assert (await answer(readiness)).status_code == 200


async def test_a_process_that_drains_is_not_ready_and_still_alive(world: World) -> None:
    await beat(world)
    readiness = Readiness(world.db)
    readiness.draining = True
    assert await wrong(readiness) == {"server": "draining: it takes no new work"}
    assert (await answer(readiness, "/healthz")).text == "ok"


async def test_a_database_that_does_not_answer_is_named_and_the_process_alive(
    world: World,
) -> None:
    readiness = Readiness(world.db)
    async with table_removed(world.db, rows):
        checks = await wrong(readiness)
        assert (await answer(readiness, "/healthz")).status_code == 200
    assert checks.pop("database").startswith("does not answer: ")
    assert checks == {"migrations": UNKNOWN, "worker": UNKNOWN}
