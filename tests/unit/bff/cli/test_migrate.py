"""`bff migrate`: from which revision, and to which."""

from pathlib import Path

import pytest

from bff.db.schema import newest_revision
from tests.support.command_line import run_command
from tests.support.old_database import make_old, rows
from tests.support.servers.databases import Databases

NEWEST = newest_revision()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "bff.sqlite3"
    make_old(path, "0001", "old.sql")
    return path


def test_tables_are_brought_up_to_date_and_it_says_from_where(old: Path) -> None:
    result = run_command("migrate", BFF_DATABASE=str(old))
    assert result.stdout == f"sqlite:///{old} was at revision 0001, and is at {NEWEST} now\n"
    assert result.exit_code == 0
    again = run_command("migrate", BFF_DATABASE=str(old))
    assert (again.exit_code, again.stdout) == (0, f"sqlite:///{old} is at revision {NEWEST}\n")


def test_a_check_changes_nothing_and_its_status_says_that_tables_are_older(old: Path) -> None:
    result = run_command("migrate", "--check", BFF_DATABASE=str(old))
    assert result.exit_code == 1
    expected = f"is at revision 0001, and this program needs {NEWEST}: run bff migrate"
    assert result.stdout == f"sqlite:///{old} {expected}\n"
    assert rows(old, {"alembic_version": ["version_num"]}) == {"alembic_version": [("0001",)]}
    run_command("migrate", BFF_DATABASE=str(old))
    assert run_command("migrate", "--check", BFF_DATABASE=str(old)).exit_code == 0


def test_a_check_makes_no_database(tmp_path: Path) -> None:
    result = run_command("migrate", "--check", BFF_DATABASE=str(tmp_path / "none.sqlite3"))
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_command_refuses_older_tables_where_it_is_not_to_migrate(old: Path) -> None:
    result = run_command("outbox", BFF_DATABASE=str(old), BFF_MIGRATE="never")
    assert result.exit_code == 2
    expected = f"is at revision 0001, and this program needs {NEWEST}: run bff migrate"
    assert result.stderr == f"sqlite:///{old} {expected}\n"
    assert rows(old, {"alembic_version": ["version_num"]}) == {"alembic_version": [("0001",)]}


def test_postgresql_is_migrated_by_the_same_command(databases: Databases) -> None:
    with databases.lend_bare() as url:
        before = run_command("migrate", "--check", BFF_DATABASE_URL=url)
        made = run_command("migrate", BFF_DATABASE_URL=url)
        after = run_command("migrate", "--check", BFF_DATABASE_URL=url)
    assert before.exit_code == 1
    assert before.stdout.endswith(
        f" is without tables, and this program needs {NEWEST}: run bff migrate\n"
    )
    assert made.stdout.endswith(f" was without tables, and is at {NEWEST} now\n")
    assert (after.exit_code, made.exit_code) == (0, 0)
