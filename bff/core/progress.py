"""How far something long has come, for whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """`start` begins the next stage, of `total` steps; `advance` counts steps done."""

    def start(self, description: str, total: int) -> None: ...

    def advance(self, steps: int) -> None: ...


class NoProgress:
    def start(self, description: str, total: int) -> None:
        """Nobody watches."""

    def advance(self, steps: int) -> None:
        """Nobody watches."""
