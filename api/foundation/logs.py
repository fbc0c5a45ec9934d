"""Logs: one JSON object a line, without personal data.

An exception is logged by its type and the places it passed, never by its message: messages quote
what people typed, and a database error quotes the whole row.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO, TypeAlias

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_QUIET = ("uvicorn.access", "aiosqlite", "asyncio", "httpx", "sqlalchemy.pool")

_HOUSE = f"{Path(__file__).parents[2]}/"

_ExcInfo: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None]"


def _short(filename: str) -> str:
    """From the top of the house or of the package: a machine's folders are nobody's business."""
    return filename.rpartition("site-packages/")[2].removeprefix(_HOUSE)


def _places(info: _ExcInfo) -> list[str]:
    """file:line function, outermost first."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(info[2])
    ]


def _without_message(_logger: WrappedLogger, _name: str, entry: EventDict) -> EventDict:
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        entry["exception"] = f"{info[0].__module__}.{info[0].__qualname__}"
        entry["places"] = _places(info)
    entry.pop("exc_text", None)
    entry.pop("stack_info", None)
    return entry


def _dumps(entry: EventDict, **_: object) -> str:
    return json.dumps(entry, ensure_ascii=False, default=lambda value: type(value).__name__)


class _Lines(structlog.stdlib.ProcessorFormatter):
    """Nothing after the JSON: the standard formatter would add the trace with its message."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        del ei
        return ""

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - as above
        del stack_info
        return ""


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # read-only on purpose
        return sys.stderr


def set_up_logs(level: str) -> None:
    """Send structlog's and the standard library's records to stderr as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_message,
    ]
    handler = _Stderr()
    handler.setFormatter(
        _Lines(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(h for h in root.handlers if not isinstance(h, _Stderr)), handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a log line that fails would be shown with all it was told
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
