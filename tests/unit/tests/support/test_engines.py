"""Paths of tests lead to databases of either kind, and every module that opens one runs on both."""

import re
from pathlib import Path

import pytest

from bff.core.clock import SystemClock
from bff.db import events
from bff.db.engines import open_database
from bff.db.tables import events as event_rows
from tests.support.database import count
from tests.support.engines import (
    DatabaseKind,
    database_address,
    database_environment,
    database_settings,
    lent_meanwhile,
)
from tests.support.world import open_tables

ROOT = Path(__file__).parents[4]
OPENS = re.compile(
    r"\b(?:open_(?:world|tables|services|database)|new_database|Program|SqliteDatabase)\("
    r"|\bBFF_DATABASE=|\bsqlite3\.connect\(|\bbooks: Books\b"
)
ON_BOTH = re.compile(
    r"\b(?:db_folder|module_folder)\b|\b\w+: (?:World|Stage|SharedWorld)\b(?=[,)]| \|)"
)
# Modules, or folders of them
OWN = {
    "tests/scenarios/test_upgrade_of_addresses.py": "test_upgrade_on_postgresql.py is its sibling",
    "tests/scenarios/test_upgrade_of_events.py": "likewise",
    "tests/scenarios/test_upgrade_of_holds.py": "likewise",
    "tests/scenarios/test_upgrade_of_shoppers.py": "likewise",
    "tests/scenarios/test_upgrade_of_jobs.py": "has both",
    "tests/scenarios/test_upgrade_on_postgresql.py": "compares the two",
    "tests/unit/benchmarks/": "benchmarks make databases of their own",
    "tests/unit/bff/cli/test_copy.py": "copies from a file into PostgreSQL",
    "tests/unit/bff/audit/": "spoils a file by SQL of its own",
    "tests/unit/bff/cli/test_audit.py": "likewise",
    "tests/unit/bff/cli/test_timers.py": "likewise",
    "tests/unit/bff/cli/test_backup.py": "PostgreSQL has tools of its own",
    "tests/unit/bff/cli/test_migrate.py": "has both",
    "tests/unit/bff/db/test_engines.py": "connects to none",
    "tests/unit/bff/db/test_schema.py": "has both",
    "tests/unit/bff/jobs/test_worker_claims.py": "has both",
    "tests/unit/bff/db/test_statements.py": "has tables of its own; postgresql/ has its siblings",
}
ENGINES = ("tests/unit/bff/db/sqlite/", "tests/unit/bff/db/postgresql/", "tests/unit/tests/")


def modules_of_one_database() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        if OPENS.search(source) and not ON_BOTH.search(source) and not name.startswith(ENGINES):
            found.add(name)
    return found


def test_every_module_that_opens_a_database_runs_on_both_or_says_why_not() -> None:
    found = modules_of_one_database()
    assert [name for name in sorted(found) if not name.startswith(tuple(OWN))] == []
    assert [own for own in OWN if not any(name.startswith(own) for name in found)] == []


async def test_a_path_is_the_same_database_whenever_it_is_opened(db_folder: Path) -> None:
    path = db_folder / "one.sqlite3"
    first = await open_tables(path, SystemClock())
    await first.write(lambda tx: events.append(tx, "sho_1", "ret_1", "KIND", {}))
    await first.close()
    again = open_database(database_address(path), SystemClock())
    assert await count(again, event_rows) == 1
    await again.close()
    other = await open_tables(db_folder / "other.sqlite3", SystemClock())
    assert await count(other, event_rows) == 0
    await other.close()


def test_settings_and_variables_lead_to_the_same(
    db_folder: Path, database_kind: DatabaseKind
) -> None:
    path = db_folder / "one.sqlite3"
    address = database_address(path)
    expected = {"database": path} | ({"database_url": address} if address != path else {})
    assert isinstance(address, str) == (database_kind == "postgresql")
    assert database_settings(path) == expected
    variables = {f"BFF_{name.upper()}": str(value) for name, value in expected.items()}
    assert database_environment(path) == variables


async def test_what_is_opened_meanwhile_is_given_back(
    db_folder: Path, database_kind: DatabaseKind
) -> None:
    with lent_meanwhile():
        first = database_address(db_folder / "a")
    with lent_meanwhile():
        second = database_address(db_folder / "b")
    assert (first == second) == (database_kind == "postgresql")


def test_a_test_that_is_not_run_on_both_opens_none(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="db_folder"):
        database_address(tmp_path / "bff.sqlite3")
