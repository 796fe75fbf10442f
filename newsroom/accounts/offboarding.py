"""Offboarding: a user loses all access immediately, and the name remains in the audit log."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts import sessions
from newsroom.accounts.models import Invitation, User, active_administrators
from newsroom.accounts.permissions import require_permission
from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.audit import track_changes
from newsroom.audit.models import Event

PERMISSION = "accounts.change_user"
LAST_ADMINISTRATOR = "This is the only administrator. Make someone else an administrator first."

# Called with the user who leaves, the user who acts (None for a command), and the time.
type Hook = Callable[[User, User | None, datetime], object]

_hooks: dict[str, Hook] = {}


def register_hook(name: str, hook: Hook) -> None:
    """Register ``hook(user, by, at)``, which ``end_access`` calls."""
    # Packages in higher layers register hooks that end the access that they grant.
    _hooks[name] = hook


@transaction.atomic
def offboard(user: User, *, by: User, at: datetime) -> None:
    """Remove all access of ``user``: sessions, invitations, and everything that registered hooks end.

    A request that is already running is completed; later requests are anonymous. All texts, including autosaved ones,
    remain available to colleagues. Do nothing if the user has already left.

    Raise NotAllowedError if ``by`` lacks the permission, and ValidationError if the user is the last administrator.
    """
    require_permission(by, PERMISSION, "Only administrators can remove access.")
    locked = lock_account(user.pk)
    if not locked.is_active:
        return
    locked.is_active = user.is_active = False
    locked.save(update_fields=["is_active"])
    end_access(locked, by=by, at=at)
    Event.objects.write(track_changes.kind_of(locked), track_changes.uid_of(locked), "left", by=by)


def lock_account(key: int) -> User:
    """Lock and return an account. Raise ValidationError if it belongs to the last administrator."""
    administrators = _lock_administrators()
    locked = User.objects.select_for_update().get(pk=key)
    if administrators == [locked]:
        raise ValidationError(LAST_ADMINISTRATOR, code="last")
    return locked


def end_access(user: User, *, by: User | None, at: datetime) -> None:
    """End the sessions of ``user``, withdraw open invitations that they sent, and call the registered hooks."""
    sessions.end_all_sessions(user, at=at)
    Invitation.objects.open(at).filter(invited_by=user).update(withdrawn_at=at)
    for hook in _hooks.values():
        hook(user, by, at)


def require_another_administrator(
    user: User, *, is_active: bool = False, is_staff: bool = False, groups: Iterable[Group] = ()
) -> None:
    """Raise ValidationError if this change would leave no active administrator.

    A transaction is required, because all administrators may be locked.
    """
    # The locks prevent two administrators from removing each other at the same time.
    has_role = user.is_superuser or any(group.name == ADMINISTRATOR for group in groups)
    remains_administrator = is_active and is_staff and has_role
    if not remains_administrator and _lock_administrators() == [user]:
        raise ValidationError(LAST_ADMINISTRATOR, code="last")


def _lock_administrators() -> list[User]:
    """Lock and return all active administrators."""
    # These locks are acquired before the lock of any other account, in primary key order, so that two verbs never
    # deadlock.
    return list(active_administrators().select_for_update().order_by("pk"))
