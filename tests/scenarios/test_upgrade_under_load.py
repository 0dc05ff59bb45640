"""The next version's tables and indexes are made while a server answers: no request fails."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from bff.db.engines import open_database
from bff.db.schema import (
    MIGRATIONS,
    config_for,
    inspect_schema,
    migrate,
    newest_revision,
    require_schema,
)
from bff.domain.policy.store import publish
from bff.services import Services
from bff.settings import Settings
from tests.support.client import wait_until
from tests.support.factories import create_shopper
from tests.support.invariants import check_invariants
from tests.support.return_steps import buy, open_return, read_return
from tests.support.servers.databases import Databases
from tests.support.world import FakeClock, World, packaged, serving

CLIENTS, MORE = 4, 3
STEP = """
import sqlalchemy as sa
from alembic import op
from bff.db.migrations.online import add_index
from bff.db.tables import Moment
branch_labels = depends_on = None
revision, down_revision = "{}", "{}"

def upgrade():
    {}
"""
STEPS = {
    "9001": 'op.add_column("returns", sa.Column("seen_at", Moment))',
    "9002": 'add_index("ix_returns_seen_at", "returns", ["seen_at"], where="seen_at IS NOT NULL")',
    "9003": 'op.create_table("views", sa.Column("at", Moment, primary_key=True))',
}


@pytest.fixture(params=["sqlite", "postgresql"])
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    with ExitStack() as lent:
        settings = Settings(database=tmp_path / "bff.sqlite3")
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = lent.enter_context(databases.lend_bare())
            settings = Settings(database_url=url, photos=str(tmp_path / "photos"))
        clock = FakeClock()
        db = open_database(settings.address, clock)
        await migrate(db)
        await db.write(lambda tx: publish(tx, packaged()))
        world = World(Services(settings, db), clock)
        async with serving(world.services) as world.base:
            yield world
        await check_invariants(db)
        await db.close()


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """Its migrations."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    before = newest_revision()
    for revision, change in STEPS.items():
        step = STEP.format(revision, before, change)
        (folder / "versions" / f"{revision}_next.py").write_text(step)
        before = revision
    return folder


async def test_a_server_answers_while_its_tables_change(served: World, next_version: Path) -> None:
    returns: dict[str, list[str]] = {await create_shopper(served.db): [] for _ in range(CLIENTS)}
    is_over = asyncio.Event()

    async def send_back(shopper: str) -> None:
        async with served.client(shopper) as app:
            while not is_over.is_set():
                line = await buy(served, shopper)
                returns[shopper].append((await open_return(app, line))["id"])

    async def each_has_more() -> None:
        goals = {shopper: len(made) + MORE for shopper, made in returns.items()}
        await wait_until(lambda: all(len(returns[one]) >= goal for one, goal in goals.items()))

    def upgrade(connection: Connection) -> None:
        config = config_for(connection)
        config.set_main_option("script_location", str(next_version))
        command.upgrade(config, "head")

    async with asyncio.TaskGroup() as shoppers:
        for shopper in returns:
            shoppers.create_task(send_back(shopper))
        await each_has_more()
        await served.db.alter(upgrade)
        await each_has_more()
        is_over.set()
    assert (await inspect_schema(served.db)).found == max(STEPS)
    await require_schema(served.db)
    for shopper, made in returns.items():
        async with served.client(shopper) as app:
            found = [(await read_return(app, one))["id"] for one in made]
        assert found == made
