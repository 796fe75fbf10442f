"""Asks whether somebody may do something, at the door of each verb."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from newsroom.accounts.models import User


class NotAllowedError(PermissionDenied):
    """This account may not do this; the message is for the person who tried."""


def signed_in_user(request: HttpRequest) -> User:
    """Return who sent the request; raise PermissionDenied when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def require(user: User, permission: str, sentence: str) -> None:
    """Let the user pass who has ``permission`` (``app.code``); raise NotAllowedError with ``sentence`` otherwise."""
    if not (user.is_active and user.has_perm(permission)):
        raise NotAllowedError(sentence)
