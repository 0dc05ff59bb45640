"""`bff settings` and `bff schema`."""

import json
import re

from bff.graphql.schema import printed
from bff.settings import DEMO_SECRET, SECRETS, Settings
from tests.support.command_line import run_command
from tests.support.program import in_environment, production

PRODUCTION = in_environment(production())
NAMES = {f"BFF_{name.upper()}" for name in Settings.model_fields}


def test_the_settings_are_listed_and_the_secret_is_not() -> None:
    origins = json.dumps(["https://a.example"])
    result = run_command("settings", **PRODUCTION, BFF_PORT="8123", BFF_ALLOWED_ORIGINS=origins)
    assert result.exit_code == 0
    assert set(re.findall(r"BFF_[A-Z_]+", result.stdout)) == NAMES
    assert not [name for name in SECRETS if PRODUCTION[f"BFF_{name.upper()}"] in result.stdout]
    assert DEMO_SECRET not in result.stdout
    assert "8123" in result.stdout


def test_a_setting_is_one_line_in_a_pipe_with_its_default_where_that_differs() -> None:
    lines = run_command("settings", BFF_PORT="8123").stdout.splitlines()
    [port] = [line for line in lines if line.startswith("BFF_PORT ")]
    assert port.split(maxsplit=1)[1].split("  ")[0] == "8123 (default: 8000)"
    assert port.endswith("port to serve on")
    assert len(lines) == 1 + len(NAMES)


def test_the_schema_is_printed() -> None:
    assert run_command("schema").stdout == printed()
