"""Who may read what a notice says: nobody hears of a thing that they may not see at the desk."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser

_rights: dict[str, str] = {}


def needs(kind: str, right: str) -> None:
    """Let notices about things of this kind reach only those who have ``right`` (``app.code``)."""
    _rights[kind] = right


def may_see(person: AbstractUser, kind: str) -> bool:
    """Say whether the person may enter the desk, and see things of this kind there."""
    if not (person.is_active and person.is_staff):
        return False
    right = _rights.get(kind)
    return right is None or person.has_perm(right)


def hidden_from(person: AbstractUser) -> Iterable[str]:
    """Return the kinds of things that the person may not see."""
    return [kind for kind in _rights if not may_see(person, kind)]
