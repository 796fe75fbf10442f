"""Permission checks, which each verb calls first."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from newsroom.accounts.models import User


@dataclass(slots=True)
class RefusalWatch:
    """Whether a verb was refused in the block of ``watch_refusals``."""

    has_refusal: bool = False


_watch: ContextVar[RefusalWatch | None] = ContextVar("newsroom.accounts.refusals", default=None)


@contextmanager
def watch_refusals() -> Iterator[RefusalWatch]:
    """Notice each NotAllowedError that is made in the block, even if a view catches it."""
    watch = RefusalWatch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


class NotAllowedError(PermissionDenied):
    """Raised if a user lacks a permission. The message is for that user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        if watch := _watch.get():
            watch.has_refusal = True


def signed_in_user(request: HttpRequest) -> User:
    """Return the user of the request. Raise PermissionDenied if no user is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def require_permission(user: User, permission: str, message: str) -> None:
    """Raise NotAllowedError with ``message`` unless the user is active and has ``permission`` (``app.codename``)."""
    if not (user.is_active and user.has_perm(permission)):
        raise NotAllowedError(message)
