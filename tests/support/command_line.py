"""The command line in this process, with no settings but a test's own."""

import os
from pathlib import Path

from typer.testing import CliRunner, Result

from bff.cli.main import cli
from bff.settings import PREFIX
from tests.support.engines import database_environment, runs_on_either

DATABASE = "BFF_DATABASE"
# Narrow, and without colours
TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}


def run_command(*arguments: str, **environment: str) -> Result:
    """BFF_DATABASE may be the path of either database, in a test that runs on both."""
    if DATABASE in environment and runs_on_either():
        environment |= database_environment(Path(environment[DATABASE]))
    cleared = dict.fromkeys(name for name in os.environ if name.startswith(PREFIX))
    return CliRunner().invoke(cli, arguments, env={**cleared, **TERMINAL, **environment})
