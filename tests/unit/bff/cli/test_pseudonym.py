"""What the command prints is what a line of the log says."""

import pytest
from typer.testing import CliRunner

from bff.cli.main import cli
from bff.core.masks import Masker
from bff.settings import Settings


@pytest.mark.parametrize("shopper", ["sho_13085", "13085"])
def test_a_shopper_is_named_as_in_the_logs(shopper: str) -> None:
    result = CliRunner().invoke(cli, ["pseudonym", shopper])
    pseudonym = Masker(Settings().token_secret).pseudonym("sho_13085")
    assert (result.exit_code, result.output) == (0, f"{pseudonym}\n")
