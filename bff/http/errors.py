"""What stands against a request before any of it is run."""

BAD_REQUEST = "BAD_REQUEST"
UNAUTHENTICATED = "UNAUTHENTICATED"


class RequestError(Exception):
    """Told to the client: `status` is HTTP's, `code` stands in the error's extensions."""

    def __init__(self, message: str, code: str = BAD_REQUEST, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
