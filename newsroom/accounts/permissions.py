"""Permission checks, which each verb calls first."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from newsroom.accounts.models import User


class NotAllowedError(PermissionDenied):
    """Raised if a user lacks a permission. The message is for that user."""


def signed_in_user(request: HttpRequest) -> User:
    """Return the user of the request. Raise PermissionDenied if no user is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def require_permission(user: User, permission: str, message: str) -> None:
    """Raise NotAllowedError with ``message`` unless the user is active and has ``permission`` (``app.codename``)."""
    if not (user.is_active and user.has_perm(permission)):
        raise NotAllowedError(message)
