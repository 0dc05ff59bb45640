"""Subscribers, and the audience for which their events are executed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bff.graphql.context import Context
from bff.locale.language import Language

P_contra = TypeVar("P_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Audience:
    """Subscribers of equal audiences may see the same. `base`: what links begin with."""

    shopper_id: str | None
    language: Language
    base: str
    make_context: Callable[[], Context] = field(compare=False)


class Subscriber(Protocol[P_contra]):
    """`cursor`: the last event that it was sent."""

    cursor: int

    def push(self, payload: P_contra) -> None:
        """Without waiting, for others are next. A subscriber that cannot take it leaves."""

    async def deliver(self, payload: P_contra) -> None:
        """As soon as there is room for it."""

    def end(self, payload: P_contra) -> None:
        """The last payload; the subscriber leaves."""
