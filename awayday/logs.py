"""Logging of the commands: structured lines on stderr, set up once by whoever runs them."""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure_logging(level: str, *, libraries: bool = False) -> None:
    """Log from `level` (debug, info, warning, error) on: readable on a terminal, a JSON object a line elsewhere.

    With `libraries`, what they log by Python's own means comes out in the same form.
    """
    on_terminal = sys.stderr.isatty()
    number = getattr(logging, level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([] if on_terminal else [structlog.processors.format_exc_info]),
    ]
    renderer: Processor = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    if not libraries:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Their small talk is not ours; a logger with a level of its own, as the server's, is not bound by this.
    root.setLevel(max(number, logging.WARNING))
