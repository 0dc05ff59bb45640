import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
import uvloop
from structlog.dev import ConsoleRenderer, plain_traceback

from bff.audit.laws import LAWS
from tests.support.invariants import OF_PARTS, check_invariants
from tests.support.valid_documents import validating_once
from tests.support.world import FakeClock, World, open_world, serving

pytest_plugins = ["tests.support.servers.plugin"]

# Coverage is measured in these folders alone: tracing makes tests two thirds slower.
MEASURED = ("tests/unit/", "tests/api/", "tests/scenarios/cases/")
# But for those that reach, at length, nothing that the others do not
UNMEASURED = (
    *(f"tests/unit/{name}/" for name in ("benchmarks", "docs", "tools")),
    *(f"tests/api/test_{name}.py" for name in ("idempotency", "last_place", "limits", "metrics")),
    *(f"tests/api/test_{name}.py" for name in ("plans", "shared_channels", "stars_pushed")),
)


def pytest_configure() -> None:
    """A fault is logged as text: with the source and the variables of each frame it takes longer
    than most tests."""
    *others, _ = structlog.get_config()["processors"]
    structlog.configure(processors=[*others, ConsoleRenderer(exception_formatter=plain_traceback)])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.nodeid.startswith(MEASURED) or item.nodeid.startswith(UNMEASURED):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop on which the program is served; it takes less time than asyncio's own."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session", autouse=True)
def valid_documents() -> Iterator[None]:
    with validating_once():
        yield


@pytest.fixture
async def world(request: pytest.FixtureRequest, db_folder: Path) -> AsyncIterator[World]:
    """The program without its server and its worker; the books are checked at the end."""
    clock = FakeClock()
    services = await open_world(db_folder, clock=clock)
    try:
        yield (world := World(services, clock))
        if world.lawful:
            laws = OF_PARTS if "unit" in request.path.parts else LAWS
            await check_invariants(services.db, laws)
    finally:
        await services.db.close()


@pytest.fixture
async def server(world: World) -> AsyncIterator[World]:
    """The program with its server; the worker does its work when a test calls `work()`."""
    async with serving(world.services) as world.base:
        yield world
