"""Checks migrations: `python -m tools.migration_lint` prints what would stop those who use a table
while a step runs on PostgreSQL, and exits 1 if there is any.

squawk reads the SQL of each step: an index that is not built concurrently, a column that is
retyped, renamed, dropped or required, a constraint that looks at every row. And a step neither
reads nor changes rows that are there: a job does, some rows at a time.

A step that may do so all the same says why: `EXCEPTIONS = {"ban-drop-column": "nobody reads it"}`.
"""

import io
import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import NoInspectionAvailable

from bff.db.schema import MIGRATIONS

# The last that no database in use of PostgreSQL will have to run
BASELINE = "0033"
SQUAWK = Path(sysconfig.get_path("scripts")) / "squawk"
OLDEST_POSTGRESQL = "14"
# `bff migrate` sees to timeouts and to steps that run again; tables say how ids are numbered, and
# how large numbers get.
NOT_OURS = {
    "prefer-bigint-over-int",
    "prefer-identity",
    "prefer-robust-stmts",
    "require-lock-timeout",
    "require-statement-timeout",
}
CHANGES_ROWS = re.compile(
    r"^(?:UPDATE|DELETE|MERGE)\b(?! alembic_version)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Finding:
    """`rule`: squawk's name of it, or ours."""

    step: str
    rule: str
    message: str


def findings(folder: Path = MIGRATIONS, baseline: str = BASELINE) -> Iterator[Finding]:
    """In the steps of a folder that come after one of them."""
    directory = ScriptDirectory(str(folder))
    for step in reversed(list(directory.iterate_revisions("head", baseline))):
        excepted = getattr(step.module, "EXCEPTIONS", {})
        for finding in _of_step(folder, step):
            if finding.rule not in excepted:
                yield finding


def _of_step(folder: Path, step: Script) -> Iterator[Finding]:
    name = Path(step.path).stem
    try:
        sql = _sql(folder, step)
    except (AttributeError, TypeError, NoInspectionAvailable) as error:  # nothing is connected
        yield Finding(name, "rows-read", f"A step reads no rows, and its SQL is printed: {error}")
        return
    if CHANGES_ROWS.search(sql):
        yield Finding(
            name, "rows-changed", "Rows of a large table stay locked: a job changes them."
        )
    for problem in _squawk(sql):
        yield Finding(name, problem["rule_name"], problem["message"])


def _sql(folder: Path, step: Script) -> str:
    printed = io.StringIO()
    config = Config(output_buffer=printed)
    config.set_main_option("script_location", str(folder))
    command.upgrade(config, f"{step.down_revision}:{step.revision}", sql=True)
    return printed.getvalue()


def _squawk(sql: str) -> list[dict[str, str]]:
    options = [f"--pg-version={OLDEST_POSTGRESQL}", "--reporter=json"]
    options += [f"--exclude={rule}" for rule in sorted(NOT_OURS)]
    done = subprocess.run(
        [SQUAWK, *options], input=sql, capture_output=True, text=True, check=False
    )
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def main() -> int:
    """The exit code: 1 if there is any finding."""
    found = list(findings())
    for finding in found:
        sys.stdout.write(f"{finding.step}: {finding.rule}: {finding.message}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
