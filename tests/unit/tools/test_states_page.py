"""docs/states.md shows the code's own transition tables."""

from pathlib import Path

import pytest

from bff.core.states import Transitions
from bff.domain.pickups.model import PickupStatus
from tools.states_page import DIAGRAMS, Diagram, mermaid_lines, page

PAGE = Path(__file__).parents[3] / "docs" / "states.md"


def test_the_page_is_made_from_the_code() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"


def test_a_table_is_drawn_from_its_starts_to_its_ends() -> None:
    awaiting, collected = PickupStatus.AWAITING_COURIER, PickupStatus.COLLECTED
    table = Transitions(
        {awaiting: {collected: "late: by day; or night"}, collected: {}}, starts={awaiting: "now"}
    )
    assert list(mermaid_lines(table)) == [
        "[*] --> AWAITING_COURIER: now",
        "AWAITING_COURIER --> COLLECTED: late – by day<br>or night",
        "COLLECTED --> [*]",
    ]


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.title)
def test_every_state_is_reached_from_a_start(diagram: Diagram) -> None:
    table = diagram.table
    reached = set(table.starts)
    for _ in table.moves:
        reached |= {after for before in reached for after in table.moves[before]}
    assert reached == set(table.states) == set(table.moves)


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.title)
def test_every_arrow_says_what_causes_it(diagram: Diagram) -> None:
    table = diagram.table
    whys = [why for moves in [table.starts, *table.moves.values()] for why in moves.values()]
    assert all(why.strip() for why in whys)
    # What would end a label early, or begin a comment.
    assert not [line for line in mermaid_lines(table) for mark in ";#%\n" if mark in line]
