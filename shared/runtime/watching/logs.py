"""Log lines as JSON, one a line. What may be in them is listed; everything else is dropped before it is written.

A list of what is forbidden would always lack the next name somebody invents for personal data.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog
from opentelemetry import trace
from structlog.typing import Processor

ALLOWED: Final = frozenset(
    {
        *("event", "level", "timestamp", "logger", "service", "trace_id"),
        *("error", "frames", "reason", "attempt", "failures", "seconds", "count"),
        *("command", "slug", "route", "method", "status", "issuer", "task", "check"),
        *("topic", "partition", "offset", "stream", "version", "type", "id", "subscription", "view", "timer"),
        *("environment", "host", "port", "migration"),
    }
)
"""Numbers and names of our own making; ids are opaque. No body, no text of a caller, no exception's message."""
LONGEST: Final = 500
MOST_FRAMES: Final = 12

Event = MutableMapping[str, Any]


def install_logs(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Write our lines, and the warnings of every library, to `stream` (standard output)."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Identified(service),
        without_message,
        allow,
        as_json,
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))


def frames(error: BaseException) -> list[str]:
    """Where it happened, as `file:line:function`, innermost last. The message is left out: drivers quote rows in it."""
    found, step = [], error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        found.append(f"{code.co_filename}:{step.tb_lineno}:{code.co_name}")
        step = step.tb_next
    return found[-MOST_FRAMES:]


def without_message(_: Any, __: str, event: Event) -> Event:
    """Of an exception, its kind and its place."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    if isinstance(failure, tuple):
        failure = failure[1]
    if isinstance(failure, BaseException):
        event.setdefault("error", type(failure).__qualname__)
        event["frames"] = frames(failure)
    return event


def allow(_: Any, __: str, event: Event) -> Event:
    return {name: _plain(value) for name, value in event.items() if name in ALLOWED}


def as_json(_: Any, __: str, event: Event) -> str:
    """ASCII only: control characters and the like are escaped, so that no text can begin a line of its own."""
    return json.dumps(event).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value[:MOST_FRAMES]]
    return value[:LONGEST] if isinstance(value, str) else type(value).__qualname__


class _Identified:
    """Whose line it is, and of which trace."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: Any, __: str, event: Event) -> Event:
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            event["trace_id"] = trace.format_trace_id(context.trace_id)
        return {"service": self._service, **event}


class _Libraries(logging.Handler):
    """A library's line without what it filled in: that may be anything, also a row or an address."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, str(record.msg), logger=record.name, exc_info=record.exc_info)
