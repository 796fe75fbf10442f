"""What the log may not say: the secret part of an address, with which anybody who reads along could open a draft."""

import logging
import re

_TOKEN = re.compile(r"(?<=/preview/)[^/\s\"'?#<>]+")


class DiscreetFormatter(logging.Formatter):
    """Writes a record as usual, its traceback too, with the tokens of shared previews left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without tokens."""
        return _TOKEN.sub("…", super().format(record))
