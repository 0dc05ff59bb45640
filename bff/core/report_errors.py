"""What may be wrong with a partner's report. Told to the partner's developers, in English."""


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
