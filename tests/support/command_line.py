"""The command line in this process, with no settings but a test's own."""

import os

from typer.testing import CliRunner, Result

from bff.cli.main import cli
from bff.settings import PREFIX

# Narrow, and without colours
TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}


def run_command(*arguments: str, **environment: str) -> Result:
    cleared = dict.fromkeys(name for name in os.environ if name.startswith(PREFIX))
    return CliRunner().invoke(cli, arguments, env={**cleared, **TERMINAL, **environment})
