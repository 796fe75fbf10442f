"""A handler that every test logs to, and a transport of Sentry, to verify that no line or event contains a secret."""

import json
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.signals import request_started
from django.http import HttpRequest, parse_cookie
from django.test import RequestFactory
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.logging import EventHandler
from sentry_sdk.transport import Transport

from newsroom.operations import sentry
from newsroom.operations.log_format import JSONFormatter

# The names of fields with secrets. JavaScript reads this expression too.
SECRET_FIELD = re.compile(r"pass(word|code)|token|^code$", re.IGNORECASE)
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

    Secrets are query strings, cookies, credentials in headers, the tokens that are generated, and the passwords,
    passcodes, codes and tokens in forms and in JSON. ``tests/browser`` adds those that are typed in Chromium.
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

        Also raise it if this handler was removed. Forget all lines, events and secrets.
        """
        assert self in logging.getLogger().handlers, "The test has configured logging anew."
        lines, events, hidden = self.lines, [*self.events], self.secrets
        self.lines, self.secrets = [], set()
        self.events.clear()
        for line in lines:
            assert isinstance(json.loads(line), dict), line
            assert "\n" not in line, line
        for text in [*lines, *map(str, events)]:
            leaked = [secret for secret in hidden if contains_secret(text, secret)]
            assert not leaked, f"{leaked} in {text}"


def contains_secret(text: str, secret: str) -> bool:
    """Return whether a secret occurs in the text; a number only if it is no part of a longer one, such as a time."""
    if secret.isdecimal():
        return re.search(rf"(?<!\d){secret}(?!\d)", text) is not None
    return secret in text


def iter_secret_values(content: Any) -> Iterator[object]:
    """Yield the values of all members with the name of a secret, at any depth of a JSON document."""
    if isinstance(content, list):
        for item in content:
            yield from iter_secret_values(item)
    elif isinstance(content, dict):
        for name, value in content.items():
            if SECRET_FIELD.search(name):
                yield value
            yield from iter_secret_values(value)


def iter_header_secrets(environ: dict[str, Any]) -> Iterator[str]:
    """Yield the query string, the credentials and the values of the cookies of a request."""
    yield environ.get("QUERY_STRING", "")
    yield environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
    yield from parse_cookie(environ.get("HTTP_COOKIE", "")).values()


@contextmanager
def checked_log_lines() -> Iterator[LogLines]:
    """Log to a handler within the block, and collect the secrets of requests, including those of browsers."""
    lines = LogLines()
    make_token, load_form, make_request = (
        secrets.token_urlsafe,
        HttpRequest._load_post_and_files,
        RequestFactory.generic,
    )

    def make_remembered_token(nbytes: int | None = None) -> str:
        token = make_token(nbytes)
        lines.add_secret(token)
        return token

    def load_remembered_form(self: HttpRequest) -> None:
        load_form(self)
        for name, values in self.POST.lists():
            for value in values if SECRET_FIELD.search(name) else ():
                lines.add_secret(value)

    def make_remembered_request(
        self: RequestFactory,
        method: str,
        path: str,
        data: Any = "",
        content_type: str | None = "application/octet-stream",  # None after a redirect
        *args: Any,
        **options: Any,
    ) -> Any:
        if content_type and "json" in content_type:
            with suppress(ValueError, RecursionError):
                for value in iter_secret_values(json.loads(data)):
                    lines.add_secret(value)
        return make_request(self, method, path, data, content_type, *args, **options)

    def remember_headers(environ: dict[str, Any], **_kwargs: object) -> None:
        for value in iter_header_secrets(environ):
            lines.add_secret(value)

    root = logging.getLogger()
    handlers = (lines, EventHandler(level=logging.ERROR))
    for handler in handlers:
        root.addHandler(handler)
    sentry.start(DSN, transport=EventTransport(lines.events))
    request_started.connect(remember_headers)
    replaced: list[tuple[Any, str, Callable[..., Any]]] = [
        (secrets, "token_urlsafe", make_remembered_token),
        (HttpRequest, "_load_post_and_files", load_remembered_form),
        (RequestFactory, "generic", make_remembered_request),
    ]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, function in replaced:
        setattr(owner, name, function)
    try:
        yield lines
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)
        request_started.disconnect(remember_headers)
        for handler in handlers:
            root.removeHandler(handler)
