"""Bars: a terminal sees them, and nobody else."""

from io import StringIO

from rich.console import Console

from bff.cli.progress import StageBars, open_bars


def test_a_terminal_sees_a_bar_a_stage() -> None:
    file = StringIO()
    with open_bars(console=Console(file=file, force_terminal=True, width=80)) as bars:
        progress = StageBars(bars)
        progress.advance(1)  # before any stage: nothing to advance
        progress.start("reading", 2)
        progress.advance(2)
        progress.start("writing", 4)
        progress.advance(1)
    assert "reading" in file.getvalue()
    assert "100%" in file.getvalue()
    assert "25%" in file.getvalue()


def test_a_file_gets_no_bars() -> None:
    file = StringIO()
    with open_bars(console=Console(file=file)) as bars:
        progress = StageBars(bars)
        progress.start("reading", 2)
        progress.advance(2)
    assert file.getvalue().strip() == ""
