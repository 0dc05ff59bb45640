"""What may be wrong with a partner's report, in English, for the partner's developers."""

from collections.abc import Awaitable, Callable
from typing import Any


class TooEarlyError(Exception):
    """The report makes sense once `awaited` has happened: it may wait."""

    def __init__(self, awaited: str) -> None:
        super().__init__(f"waits for: {awaited}")
        self.awaited = awaited


class ImpossibleReportError(Exception):
    """The report can never make sense, for `reason`: it changed nothing.

    `then` is given the write, for what is to be done about it all the same.
    """

    def __init__(self, reason: str, then: Callable[[Any], Awaitable[None]] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.then = then


class ErasedPersonError(ImpossibleReportError):
    """It is about a person who was erased: nothing that it says is stored."""


class UnknownSubjectError(ImpossibleReportError):
    """What the report is about is not there."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"there is no {kind} {identifier}")
