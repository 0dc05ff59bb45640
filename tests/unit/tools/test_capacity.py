"""What docs/operations.md says of sizes is what the command prints, of every table."""

from pathlib import Path

from bff.db.tables import metadata
from tools.capacity import SIZES, page, peak_day

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"


def test_the_docs_have_what_the_command_prints() -> None:
    assert page() in OPERATIONS.read_text("utf-8"), "python -m tools.capacity"


def test_every_table_has_a_size() -> None:
    assert SIZES.keys() == metadata.tables.keys()


def test_every_figure_says_how_it_is_made() -> None:
    figures = list(peak_day())
    assert all(one.value > 0 for one in figures)
    assert all(one.why.startswith("assumed: ") or " a return" in one.why for one in figures)
