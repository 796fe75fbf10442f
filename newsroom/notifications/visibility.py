"""Visibility of notifications: a user may see a notification only if they may see its object at the desk."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser

_permissions: dict[str, str] = {}


def register_permission(kind: str, permission: str) -> None:
    """Require ``permission`` (``app.codename``) to see notifications about objects of this kind."""
    _permissions[kind] = permission


def may_see(person: AbstractUser, kind: str) -> bool:
    """Return whether the user may enter the desk and see objects of this kind there."""
    if not (person.is_active and person.is_staff):
        return False
    permission = _permissions.get(kind)
    return permission is None or person.has_perm(permission)


def hidden_kinds(person: AbstractUser) -> Iterable[str]:
    """Return the kinds of objects that the user may not see."""
    return [kind for kind in _permissions if not may_see(person, kind)]
