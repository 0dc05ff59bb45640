"""What may be wrong with a partner's report, in English, for the partner's developers."""


class TooEarlyError(Exception):
    """The report makes sense once `awaited` has happened: it may wait."""

    def __init__(self, awaited: str) -> None:
        super().__init__(f"waits for: {awaited}")
        self.awaited = awaited


class ImpossibleReportError(Exception):
    """The report can never make sense, for `reason`: it changed nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownSubjectError(ImpossibleReportError):
    """What the report is about is not there."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"there is no {kind} {identifier}")
