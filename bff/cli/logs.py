"""Logs of all parts in one form: an event a line, with what it belongs to, and nothing personal.

JSON, or text for a person at a terminal.
"""

import logging
import sys
import threading
from types import TracebackType

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from bff.core.masks import Masker
from bff.http.request_ids import SHOPPER, add_request
from bff.settings import Settings

# What is made here, and could only look personal
OWN_KEYS = frozenset({"timestamp", "level", "request_id", "trace_id", "fault_id"})
# Which tell of each migration, each request, or each connection
TALKATIVE = ("alembic", "httpx", "httpcore")


def set_up(settings: Settings) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering: list[Processor] = [
        structlog.processors.format_exc_info,
        Masking(settings.token_secret),
        _renderer(settings),
    ]
    structlog.configure(
        processors=[*shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # What libraries log: uvicorn, asyncio, SQLAlchemy, warnings
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_end
    threading.excepthook = lambda end: _log_end(end.exc_type, end.exc_value, end.exc_traceback)


def _renderer(settings: Settings) -> Processor:
    default = "text" if sys.stderr.isatty() else "json"
    if (settings.log_format or default) == "text":
        return ConsoleRenderer(exception_formatter=plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


class Masking:
    """A processor of structlog's: every text of an event, its traceback among them."""

    def __init__(self, secret: str) -> None:
        self._masker = Masker(secret)

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        shopper_id = event.pop(SHOPPER, None)
        masked = {
            key: value if key in OWN_KEYS else self._masker.value({key: value})[key]
            for key, value in event.items()
        }
        if shopper_id:
            masked["shopper"] = self._masker.pseudonym(shopper_id)
        return masked


def _log_end(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Of the program, or of a thread of it."""
    if error and not issubclass(kind, KeyboardInterrupt):
        structlog.get_logger("bff").critical("crash", exc_info=(kind, error, trace))
