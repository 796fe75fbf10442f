"""The id of a request. Log lines carry it, the response names it, and tasks enqueued by the request store it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest

HEADER = "X-Request-Id"
_VALID = re.compile(r"[A-Za-z0-9-]{8,64}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of the request or task that this thread handles, or an empty string if there is none."""
    return _current.get()


def set_request_id(request_id: str) -> None:
    """Set the id for this thread until it is set again. An empty string means that no request is handled."""
    _current.set(request_id)


@contextmanager
def use_request_id(request_id: str) -> Iterator[None]:
    """Set the id within the block."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def get_request_id(request: HttpRequest) -> str:
    """Return the id that a trusted proxy sent in ``X-Request-Id``, or a new one if there is no valid id."""
    # Without a proxy, the header comes from the client, who could use the ids of other requests.
    sent = request.headers.get(HEADER, "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return sent if _VALID.fullmatch(sent) else make_request_id()


def make_request_id() -> str:
    """Return a new id of 32 hexadecimal digits."""
    return secrets.token_hex(16)
