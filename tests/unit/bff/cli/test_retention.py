"""`bff retention`: what would go, and what went."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from bff.domain.retention.model import Kept
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings


async def make(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))
    await services.db.close()


def test_what_would_go_is_counted_and_what_went_is_said(db_folder: Path) -> None:
    database = db_folder / "bff.sqlite3"
    bff = partial(run_command, BFF_DATABASE=str(database))
    asyncio.run(make(database))
    counted = bff("retention", "--dry-run")
    assert "would go" in counted.stdout
    for kept in Kept:
        assert kept in counted.stdout
    deleted = json.loads(bff("retention", "--json", BFF_RETENTION_KEYS_DAYS="8").stdout)
    assert {one["kept"]: one["count"] for one in deleted} == dict.fromkeys(Kept, 0)
    assert {one["kept"]: one["days"] for one in deleted}["keys"] == 8


@pytest.mark.sqlite_only("a file may be missing where a server's database is there or is not")
def test_a_file_that_is_missing_is_not_made(db_folder: Path) -> None:
    file = db_folder / "bff.sqlite3"
    assert run_command("retention", BFF_DATABASE=str(file)).exit_code == 2
    assert not file.exists()


def test_a_period_below_what_is_promised_is_refused(db_folder: Path) -> None:
    wrong = {"BFF_RETENTION_KEYS_DAYS": "6", "BFF_RETENTION_ORDERS_DAYS": "1095"}
    refused = run_command("retention", BFF_DATABASE=str(db_folder / "bff.sqlite3"), **wrong)
    assert refused.exit_code == 2
    for name in wrong:
        assert name in refused.stderr
