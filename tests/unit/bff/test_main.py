"""The command line's start: the help is shown, and garbage is looked for once all is read in."""

import gc
import sys

import pytest

from bff.__main__ import main


def test_the_help_is_shown_and_garbage_is_collected_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bff", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "BFF_DATABASE" in capsys.readouterr().out
    assert gc.isenabled()
