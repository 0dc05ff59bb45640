"""How the program is put together: what is there, and when."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.routing import BaseRoute

from bff.app import build, explorer_of, tokens_of, trusted_of
from bff.graphql.http.manifest import ManifestError
from bff.settings import Settings
from tests.support.factories import create_shopper
from tests.support.world import World


def paths(routes: Sequence[BaseRoute]) -> list[str]:
    return [getattr(route, "path", "") for route in routes]


async def test_graphiqls_files_are_served_only_where_graphiql_is(world: World) -> None:
    settings = world.services.settings
    without = build(world.services, trusted_of(settings))
    explorer = build(world.services, {}, explorer_of(settings, "sho_1"))
    assert "/graphql/assets" not in paths(without.routes)
    assert paths(explorer.routes) == ["/graphql/assets", *paths(without.routes)]
    assert paths(without.routes)[:2] == ["/graphql", "/webhooks/{partner}"]


async def test_the_page_has_a_token_of_its_shopper(world: World) -> None:
    settings, shopper = world.services.settings, await create_shopper(world.services.db)
    response = explorer_of(settings, shopper)()
    token = bytes(response.body).decode().partition('"token": "')[2].partition('"')[0]
    assert tokens_of(settings).shopper_of(token) == shopper
    assert response.headers["cache-control"] == "no-store"


async def test_the_worker_and_the_sweeper_run_as_long_as_the_application(world: World) -> None:
    app, before = build(world.services, {}), asyncio.all_tasks()
    async with app.router.lifespan_context(app):
        assert len(asyncio.all_tasks() - before) >= 2
    assert asyncio.all_tasks() == before


def test_no_manifest_trusts_no_document() -> None:
    assert trusted_of(Settings()) == {}


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("[]", "utf-8")
    with pytest.raises(ManifestError):
        trusted_of(Settings(operations=path))
