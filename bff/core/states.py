"""Transition tables: a move that is not in the table cannot be made."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)


class Transitions(Generic[State]):
    """`moves[before][after]` and `starts[state]` say in a few words what causes it."""

    def __init__(
        self,
        moves: Mapping[State, Mapping[State, str]],
        starts: Mapping[State, str] = MappingProxyType({}),
    ) -> None:
        self.moves = moves
        self.starts = starts
        self._sources = {
            after: tuple(before for before in moves if self.allows(before, after))
            for after in self.states
        }

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(type(next(iter(self.moves))))

    def allows(self, before: State, after: State) -> bool:
        return after in self.moves.get(before, {})

    def sources(self, after: State) -> tuple[State, ...]:
        """The states from which `after` can be reached in one move."""
        return self._sources[after]
