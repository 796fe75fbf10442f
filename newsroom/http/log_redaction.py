"""Log redaction: remove from logged addresses the secrets that give access to drafts and accounts."""

import logging
import re

_TOKEN = re.compile(r"(?:(?<=/preview/)|(?<=/invitation/)|(?<=/reset/key/))[^/\s\"'?#<>]+")


class RedactingFormatter(logging.Formatter):
    """Formatter that writes time, level, logger, message and traceback, without the secret parts of addresses."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text in which each secret is replaced by “…”."""
        return _TOKEN.sub("…", super().format(record))
