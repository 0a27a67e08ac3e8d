"""structlog, set up once, to stderr: results belong to stdout."""

from __future__ import annotations

import logging
import sys
from typing import Any


def configure(verbosity: int) -> None:
    """Send log events to stderr.

    Args:
        verbosity: -1 errors only, 0 warnings, 1 info, 2 and more debug.
    """
    import structlog

    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> Any:
    """Return a logger that names its module in every event."""
    import structlog

    return structlog.get_logger(module=name)
