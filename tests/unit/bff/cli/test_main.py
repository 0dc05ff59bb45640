"""The command line as a whole: its help."""

import pytest

from bff.cli.environment import descriptions
from tests.support.command_line import run_command

COMMANDS = (
    *("serve", "import", "token", "policy", "outbox", "disputes", "decide", "settings", "schema"),
)


@pytest.mark.parametrize("arguments", [["serve", "--help"], ["--help"]], ids=" ".join)
def test_the_help_lists_every_variable_with_its_default(arguments: list[str]) -> None:
    result = run_command(*arguments)
    assert result.exit_code == 0
    listed = " ".join(result.stdout.split())
    for name, default, text in descriptions():
        assert name in listed
        assert text in listed
        assert not default or f"{name} (default: {default})" in listed


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help(command: str) -> None:
    assert run_command(command, "--help").exit_code == 0
    assert f" {command} " in run_command("--help").stdout


def test_a_command_that_is_not_there_is_refused() -> None:
    assert run_command("sevre").exit_code == 2
