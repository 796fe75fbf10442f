"""Who may see a notification: only users who may see its object at the desk."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser

_rights: dict[str, str] = {}


def require_permission(kind: str, right: str) -> None:
    """Require the permission ``right`` (``app.codename``) to see notifications about objects of this kind."""
    _rights[kind] = right


def may_see(person: AbstractUser, kind: str) -> bool:
    """Return whether the user may enter the desk and see objects of this kind there."""
    if not (person.is_active and person.is_staff):
        return False
    right = _rights.get(kind)
    return right is None or person.has_perm(right)


def hidden_kinds(person: AbstractUser) -> Iterable[str]:
    """Return the kinds of object that the user may not see."""
    return [kind for kind in _rights if not may_see(person, kind)]
