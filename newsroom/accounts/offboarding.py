"""Offboarding: all access of a user ends at once, and the name stays in the audit log."""

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
LAST_ADMINISTRATOR = "This is the last administrator who can sign in. Make somebody else one first."

type Hook = Callable[[User, User, datetime], object]

_hooks: dict[str, Hook] = {}


def register_hook(name: str, hook: Hook) -> None:
    """Register ``hook(user, by, at)``, which is called in the transaction of ``leave``."""
    # Packages in higher layers register hooks to end the access that they grant.
    _hooks[name] = hook


@transaction.atomic
def offboard(user: User, *, by: User, at: datetime) -> None:
    """Remove all access of ``user``: sessions, invitations, and whatever the registered hooks end.

    A request that is running now ends as it began; the next one finds no user. All texts, including autosaved ones,
    stay for colleagues. Do nothing if the user has already left.

    Raise NotAllowedError without the permission, and ValidationError for the last administrator.
    """
    require_permission(by, PERMISSION, "Only administrators take somebody's access away.")
    standing = _locked_administrators()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        return
    if standing == [locked]:
        raise ValidationError(LAST_ADMINISTRATOR, code="last")
    locked.is_active = user.is_active = False
    locked.save(update_fields=["is_active"])
    sessions.end_all_sessions(locked)
    Invitation.objects.open(at).filter(invited_by=locked).update(withdrawn_at=at)
    for hook in _hooks.values():
        hook(locked, by, at)
    Event.objects.write(track_changes.kind_of(locked), track_changes.uid_of(locked), "left", by=by)


def require_another_administrator(
    user: User, *, is_active: bool = False, is_staff: bool = False, groups: Iterable[Group] = ()
) -> None:
    """Raise ValidationError if this change would leave no active administrator.

    Call it in a transaction: it locks all administrators.
    """
    # The locks prevent two administrators from removing each other at the same moment.
    stays = is_active and is_staff and (user.is_superuser or any(each.name == ADMINISTRATOR for each in groups))
    if not stays and _locked_administrators() == [user]:
        raise ValidationError(LAST_ADMINISTRATOR, code="last")


def _locked_administrators() -> list[User]:
    """Lock and return all administrators."""
    # Take these locks before that of any other account, always by primary key: two verbs then never deadlock.
    return list(active_administrators().select_for_update().order_by("pk"))
