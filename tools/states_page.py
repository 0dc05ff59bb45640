"""Prints docs/states.md: the code's own transition tables as diagrams."""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from bff.core.states import Transitions
from bff.domain.payments import model as payments
from bff.domain.pickups import model as pickups
from bff.domain.refunds import model as refunds
from bff.domain.returns import model as returns

HEAD = """# States

What may become what, and what causes it. `make docs` makes this page from the tables in the code.
A move that is not in its table cannot be made."""


class Diagram(NamedTuple):
    title: str
    source: str
    table: Transitions[Any]


DIAGRAMS = (
    Diagram("Return: `status`", "bff/domain/returns/model.py", returns.TRANSITIONS),
    Diagram("Pickup: `status`", "bff/domain/pickups/model.py", pickups.TRANSITIONS),
    Diagram("Pickup: the fee's `status`", "bff/domain/pickups/model.py", pickups.FEE_TRANSITIONS),
    Diagram("Refund: `advance`", "bff/domain/refunds/model.py", refunds.TRANSITIONS),
    Diagram("Payment: `status`", "bff/domain/payments/model.py", payments.TRANSITIONS),
)


def page() -> str:
    return "\n\n".join([HEAD, *map(_section, DIAGRAMS)]) + "\n"


def _section(diagram: Diagram) -> str:
    lines = "\n".join(f"    {line}" for line in mermaid_lines(diagram.table))
    block = f"```mermaid\nstateDiagram-v2\n{lines}\n```"
    return f"## {diagram.title}\n\nFrom `{diagram.source}`.\n\n{block}"


def mermaid_lines(table: Transitions[Any]) -> Iterator[str]:
    for state, why in table.starts.items():
        yield f"[*] --> {state}: {_label(why)}"
    for before, moves in table.moves.items():
        for after, why in moves.items():
            yield f"{before} --> {after}: {_label(why)}"
        if not moves:
            yield f"{before} --> [*]"


def _label(why: str) -> str:
    """A colon or a semicolon would end a label."""
    return why.replace(": ", " – ").replace("; ", "<br>")


if __name__ == "__main__":
    sys.stdout.write(page())
