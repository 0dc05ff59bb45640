"""`bff token`: of a shopper who is there, by id or by number."""

from datetime import timedelta
from pathlib import Path

import pytest

from bff.core.ids import SHOPPER, external_id
from bff.http.auth import Tokens
from bff.settings import DEMO_SECRET
from tests.support.command_line import run_command
from tests.support.import_files import SAMPLE


@pytest.fixture
def database(db_folder: Path) -> str:
    path = str(db_folder / "bff.sqlite3")
    assert run_command("import", str(SAMPLE.orders), BFF_DATABASE=path).exit_code == 0
    return path


def test_a_token_is_the_shoppers_whether_named_by_number_or_by_id(database: str) -> None:
    shopper_id = external_id(SHOPPER, "88")
    for name in ("88", shopper_id):
        result = run_command("token", name, BFF_DATABASE=database)
        assert (result.exit_code, result.stderr) == (0, "")
        tokens = Tokens(DEMO_SECRET, timedelta(hours=1))
        assert tokens.shopper_of(result.stdout.strip()) == shopper_id


def test_nobody_elses_number_gets_one(database: str) -> None:
    result = run_command("token", "8", BFF_DATABASE=database)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "no shopper 8\n")
