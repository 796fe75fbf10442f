"""Log redaction: remove from log lines the secrets that give access to drafts, accounts and services."""

import logging
import re

from newsroom.http.request_id import current_request_id

# The part of an address after one of these prefixes gives anybody who knows it access to a draft or an account.
_TOKEN = re.compile(r"(?:(?<=/preview/)|(?<=/invitation/)|(?<=/reset/key/))[^/\s\"'?#<>]+")
# The query string of an address. It may contain a reader's search, or a secret of another service. This expression and
# the previous one must take linear time, because a client chooses the address.
_QUERY = re.compile(r"(?<=[\w/.…-])\?[^\s\"'<>]+")
# The name and password in the address of a database, a cache or a mail server.
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@:\"'<>]*:[^\s/@\"'<>]*(?=@)")


def redact(text: str) -> str:
    """Return the text with “…” in place of the tokens, query strings, user names and passwords in addresses."""
    return _QUERY.sub("?…", _CREDENTIALS.sub("…", _TOKEN.sub("…", text)))


class RedactingFormatter(logging.Formatter):
    """Formatter that writes time, level, logger, request id, message and traceback, without secrets."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}{request}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text in which each secret is replaced by “…”."""
        request_id = current_request_id()
        record.request = f" [{request_id}]" if request_id else ""
        return redact(super().format(record))
