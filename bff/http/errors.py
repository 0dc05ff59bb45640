"""Why a request is answered with an error before any of it is run, and the JSON of that."""

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse

from bff.core.faults import CODE as FAULT
from bff.core.faults import (
    UNAVAILABLE,
    UNAVAILABLE_MESSAGE,
    fault_message,
    is_unavailable,
    log_fault,
    retry_headers,
)
from bff.core.validation import FieldError

BAD_REQUEST = "BAD_REQUEST"
UNAUTHENTICATED = "UNAUTHENTICATED"


class RequestError(Exception):
    """`status` is HTTP's. GraphQL has `code` in the error's extensions."""

    def __init__(
        self,
        message: str,
        code: str = BAD_REQUEST,
        status: int = 400,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.errors = errors
        self.headers = headers


class BodyTooLargeError(RequestError):
    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The body is too large: at most {max_bytes} bytes", status=413)


def failure_of(error: Exception, path: str) -> RequestError:
    """Of what is no matter of the request: logged with its path, and masked."""
    fault_id = log_fault(error, path=path)
    if is_unavailable(error):
        return RequestError(UNAVAILABLE_MESSAGE, UNAVAILABLE, 503, headers=retry_headers())
    return RequestError(fault_message(fault_id), FAULT, 500)


def json_error_response(error: RequestError) -> JSONResponse:
    """`code`, `message`, and `errors` where fields are at fault."""
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if error.errors:
        body["errors"] = [{"field": each.field, "expected": each.expected} for each in error.errors]
    return JSONResponse(body, error.status, error.headers)
