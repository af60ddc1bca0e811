"""One log for the whole house: structlog over the standard root, redacted at the last moment.

Redaction works on the finished text of a line, after arguments, fields, causes and tracebacks
have been rendered, so nothing can slip past it by being nested.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

import structlog

from config.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from structlog.typing import Processor

# httpx writes the bot's token into every INFO line; the others only repeat what walks report
_QUIET = ("httpx", "httpcore", "aiohttp.access", "apscheduler", "matplotlib", "PIL", "asyncio")

_LAST: Final = 1_000
_LONGEST: Final = 2_000
"""Characters of a line that are kept; a traceback's end is in the log itself."""
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def configure_logging(
    level: str,
    log_format: Literal["console", "json"],
    secrets: Iterable[str],
    *,
    stream: TextIO | None = None,
    last: LastLines | None = None,
) -> Redactor:
    """Send every logger, warning and uncaught exception to `stream`, redacted.

    `last` keeps the last lines as they were written. Returns the redactor, for texts that leave by
    another door (stored errors, admin alerts).
    """
    redactor = Redactor(secrets)
    handler = _RedactingHandler(
        sys.stderr if stream is None else stream, redactor, LastLines() if last is None else last
    )
    handler.setFormatter(_formatter(log_format, handler.stream))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # each retry names only "<context block>"; what an ask came to is in the run's own line
    logging.getLogger("stamina").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _log_what_nobody_caught()
    return redactor


class LastLines:
    """The last lines of the log with their levels, redacted, in their order; bounded."""

    def __init__(self, most: int = _LAST) -> None:
        self._lines: deque[tuple[int, str]] = deque(maxlen=most)

    def __call__(self) -> tuple[tuple[int, str], ...]:
        return tuple(self._lines)

    def add(self, level: int, text: str) -> None:
        self._lines.append((level, text[:_LONGEST]))


class _RedactingHandler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, redactor: Redactor, last: LastLines) -> None:
        super().__init__(stream)
        self._redactor = redactor
        self._last = last

    def format(self, record: logging.LogRecord) -> str:
        text = self._redactor(super().format(record))
        self._last.add(record.levelno, text)
        return text

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Say that a line was lost; the library's own version prints its raw arguments."""
        fault = sys.exception()
        kind = type(fault).__name__ if fault else "unknown"
        sys.stderr.write(f"log line lost ({kind}) at {record.pathname}:{record.lineno}\n")


def _formatter(log_format: str, stream: TextIO) -> logging.Formatter:
    ending: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        ending += [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        # the plain traceback: the pretty ones print local variables
        ending.append(
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        )
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=ending)


def _log_what_nobody_caught() -> None:
    log = logging.getLogger("uncaught")

    def in_main(
        kind: type[BaseException], fault: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("uncaught_exception", exc_info=(kind, fault, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            in_main(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: Any) -> None:
        if args.exc_value is not None:
            in_main(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = in_main
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
