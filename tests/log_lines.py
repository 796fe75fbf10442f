"""A handler that every test logs to, and a transport of Sentry, to verify that no line or event contains a secret."""

import json
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_started
from django.test import RequestFactory
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.logging import EventHandler
from sentry_sdk.transport import Transport

from newsroom.operations import sentry
from newsroom.operations.log_format import JSONFormatter

_SECRET_FIELD = re.compile(r"pass(word|code)|token", re.IGNORECASE)
DSN = "https://key@sentry.example/1"
_MIN_LENGTH = 6  # a shorter value may occur in a line by chance


class EventTransport(Transport):
    """A transport that stores the events in a list."""

    def __init__(self, events: list[Any]) -> None:
        super().__init__()
        self._events = events

    def capture_envelope(self, envelope: Envelope) -> None:
        """Store the event of the envelope."""
        self._events.append(envelope.get_event())


class LogLines(logging.Handler):
    """The lines that a test logs, the events that go to Sentry, and what must not be in them.

    Secrets are query strings, the tokens that are generated, and the passwords, passcodes and tokens in forms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JSONFormatter())
        self.lines: list[str] = []
        self.events: list[Any] = []
        self.secrets: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Store the record as a line."""
        self.lines.append(self.format(record))

    def add_secret(self, value: object) -> None:
        """Remember a value that no line may contain."""
        if isinstance(value, str) and len(value) >= _MIN_LENGTH:
            self.secrets.add(value)

    def check(self) -> None:
        """Raise AssertionError if a line is not a JSON object of one line, or if a line or an event contains a secret.

        Forget all lines, events and secrets.
        """
        lines, events, hidden = self.lines, [*self.events], self.secrets
        self.lines, self.secrets = [], set()
        self.events.clear()
        for line in lines:
            assert isinstance(json.loads(line), dict), line
            assert "\n" not in line, line
        for text in [*lines, *map(str, events)]:
            leaked = [secret for secret in hidden if secret in text]
            assert not leaked, f"{leaked} in {text}"


@contextmanager
def checked_log_lines() -> Iterator[LogLines]:
    """Log to a handler within the block, and collect the secrets of the requests that tests make."""
    lines = LogLines()
    make_token, post = secrets.token_urlsafe, RequestFactory.post

    def make_remembered_token(nbytes: int | None = None) -> str:
        token = make_token(nbytes)
        lines.add_secret(token)
        return token

    def post_remembered(self: RequestFactory, path: str, data: Any = None, *args: Any, **options: Any) -> Any:
        for name, value in data.items() if isinstance(data, dict) else ():
            if _SECRET_FIELD.search(name):
                lines.add_secret(value)
        return post(self, path, data, *args, **options)

    def remember_query(environ: dict[str, Any], **_kwargs: object) -> None:
        lines.add_secret(environ.get("QUERY_STRING"))

    root = logging.getLogger()
    root.addHandler(lines)
    root.addHandler(EventHandler(level=logging.ERROR))
    sentry.start(DSN, transport=EventTransport(lines.events))
    request_started.connect(remember_query)
    replaced: list[tuple[Any, str, Callable[..., Any]]] = [
        (secrets, "token_urlsafe", make_remembered_token),
        (RequestFactory, "post", post_remembered),
    ]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, function in replaced:
        setattr(owner, name, function)
    try:
        yield lines
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)
        request_started.disconnect(remember_query)
        root.removeHandler(lines)
