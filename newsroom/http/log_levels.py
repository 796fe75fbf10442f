"""The levels of log lines about responses."""

import logging

# Readers and crawlers request missing pages all the time. Logged as warnings, these requests would hide real problems.
_MISSING = frozenset({404, 410})


class MissingPagesFilter(logging.Filter):
    """Filter that lowers the level of Django's lines about missing pages to INFO. It removes no lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) in _MISSING:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True


class RefusedRequestsFilter(logging.Filter):
    """Filter that lowers the level of Django's lines about refused requests to WARNING, and removes their tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.exc_info = None
        return True
