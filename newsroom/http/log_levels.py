"""The levels of log lines about responses."""

import logging

# Readers and crawlers ask for pages that are gone all day. At the level of warnings, that would hide real ones.
_MISSING = frozenset({404, 410})


class MissingPagesFilter(logging.Filter):
    """Filter that gives the lines of Django about missing pages the level INFO, and removes no line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) in _MISSING:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True
