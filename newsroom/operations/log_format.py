"""Log lines as JSON, one object for each line, for programs that collect them."""

import json
import logging
from datetime import UTC, datetime

from newsroom.http.log_redaction import redact
from newsroom.http.request_id import current_request_id


class JSONFormatter(logging.Formatter):
    """Formatter that writes a record as a JSON object on one line, without secrets.

    The object has the fields ``time`` (UTC, ISO 8601), ``level``, ``logger`` and ``message``, and ``request_id`` during
    a request or a task that a request enqueued. Further fields come from ``extra={"fields": …}``. A traceback is in the
    field ``exception``, and requested stack information in ``stack``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        # Redacted before encoding, so that a backslash that JSON adds is not taken for a part of an address.
        redacted = {name: redact(value) if isinstance(value, str) else value for name, value in line.items()}
        return json.dumps(redacted, default=str)
