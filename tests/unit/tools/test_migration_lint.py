"""A step that would stop those who use a table is refused; what holds up nobody is not."""

import shutil
from pathlib import Path

import pytest

from bff.db.schema import MIGRATIONS
from tools.migration_lint import findings

STEP = """
import sqlalchemy as sa
from alembic import op
from bff.db.migrations.online import add_index
from bff.db.tables import LONG, Moment, ShortText
revision, down_revision = "0002", "0001"
EXCEPTIONS = {exceptions}

def upgrade():
    {change}
"""
FIRST = 'revision, down_revision = "0001", None\ndef upgrade(): pass\n'
COLUMN = 'op.add_column("orders", sa.Column("x", ShortText(20), {}))'


def rules(folder: Path, change: str, exceptions: str = "{}") -> set[str]:
    """That a step breaks, which is the only one to be looked at."""
    (folder / "versions").mkdir()
    shutil.copy(MIGRATIONS / "env.py", folder)
    (folder / "versions" / "0001_first.py").write_text(FIRST)
    step = STEP.format(change=change, exceptions=exceptions)
    (folder / "versions" / "0002_second.py").write_text(step)
    return {finding.rule for finding in findings(folder, "0001")}


def test_the_programs_own_migrations_stop_nobody() -> None:
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ('op.create_index("ix", "orders", ["x"])', "require-concurrent-index-creation"),
        ('op.drop_index("ix", "orders")', "require-concurrent-index-deletion"),
        ('op.alter_column("orders", "x", type_=LONG)', "changing-column-type"),
        ('op.alter_column("orders", "x", nullable=False)', "adding-not-nullable-field"),
        ('op.alter_column("orders", "x", new_column_name="y")', "renaming-column"),
        ('op.rename_table("orders", "purchases")', "renaming-table"),
        ('op.drop_column("orders", "x")', "ban-drop-column"),
        ('op.drop_table("orders")', "ban-drop-table"),
        (COLUMN.format("nullable=False"), "adding-required-field"),
        (COLUMN.format("server_default=sa.func.random()"), "adding-field-with-default"),
        ('op.create_check_constraint("ck", "orders", "x > 0")', "constraint-missing-not-valid"),
        ('op.create_unique_constraint("uq", "orders", ["x"])', "disallowed-unique-constraint"),
        (
            'op.create_foreign_key("fk", "orders", "shops", ["x"], ["id"])',
            "adding-foreign-key-constraint",
        ),
        ('op.execute("UPDATE orders SET x = 1")', "rows-changed"),
        ('op.execute("DELETE FROM orders")', "rows-changed"),
        ('list(op.get_bind().execute(sa.text("SELECT 1 FROM orders")))', "rows-read"),
        ("sa.inspect(op.get_bind()).get_table_names()", "rows-read"),
    ],
)
def test_what_locks_or_rewrites_a_table_is_refused(tmp_path: Path, change: str, rule: str) -> None:
    assert rule in rules(tmp_path, change)


@pytest.mark.parametrize(
    "change",
    [
        COLUMN.format("nullable=True"),
        COLUMN.format('nullable=False, server_default=""'),
        'op.add_column("orders", sa.Column("at", Moment))',
        'op.create_table("new", sa.Column("id", LONG, primary_key=True))',
        'op.create_table("new", sa.Column("x", Moment)); op.create_index("ix", "new", ["x"])',
        'add_index("ix", "orders", ["x"], where="x IS NOT NULL")',
        'op.create_check_constraint("ck", "orders", "x > 0", postgresql_not_valid=True)',
        'op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck")',
    ],
)
def test_what_holds_up_nobody_is_let_pass(tmp_path: Path, change: str) -> None:
    assert rules(tmp_path, change) == set()


def test_a_step_may_say_why_it_does_so_all_the_same(tmp_path: Path) -> None:
    drop = 'op.drop_column("orders", "x"); op.drop_table("orders")'
    exceptions = '{"ban-drop-column": "the version before does not read it"}'
    assert rules(tmp_path, drop, exceptions) == {"ban-drop-table"}
