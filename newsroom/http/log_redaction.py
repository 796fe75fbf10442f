"""What the log may not say: the secret part of an address, which opens a draft or an account to whoever reads along."""

import logging
import re

_TOKEN = re.compile(r"(?:(?<=/preview/)|(?<=/invitation/)|(?<=/reset/key/))[^/\s\"'?#<>]+")


class DiscreetFormatter(logging.Formatter):
    """Writes when, how grave, where and what, its traceback too, with the secrets of addresses left out."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without tokens."""
        return _TOKEN.sub("…", super().format(record))
