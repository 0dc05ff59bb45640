"""Who is told what happens, and on whose behalf it is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bff.graphql.context import Context
from bff.locale.language import Language

P_contra = TypeVar("P_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Audience:
    """Those of equal audiences may see the same. `base`: what the links begin with."""

    shopper_id: str | None
    language: Language
    base: str
    make_context: Callable[[], Context] = field(compare=False)


class Subscriber(Protocol[P_contra]):
    """One who follows; `cursor` is the last event that it was told of."""

    cursor: int

    def push(self, payload: P_contra) -> None:
        """At once: others are waiting. Who cannot take it leaves."""

    async def deliver(self, payload: P_contra) -> None:
        """As soon as there is room for it."""

    def end(self, payload: P_contra) -> None:
        """With this it is over, and it leaves."""
