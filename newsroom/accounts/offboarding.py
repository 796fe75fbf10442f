"""How somebody leaves: their name stays in the record, and all their access ends at once."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts import sessions
from newsroom.accounts.models import Invitation, User, administrators
from newsroom.accounts.permissions import require
from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.audit import track_changes
from newsroom.audit.models import Event

RIGHT = "accounts.change_user"
LAST = "This is the last administrator who can sign in. Make somebody else one first."

type Hook = Callable[[User, User, datetime], object]

_hooks: dict[str, Hook] = {}


def register(name: str, hook: Hook) -> None:
    """Have ``hook(user, by, at)`` called in the transaction in which somebody leaves: rooms above end what is theirs."""
    _hooks[name] = hook


@transaction.atomic
def leave(user: User, *, by: User, at: datetime) -> None:
    """Take all access from ``user``: sessions end, links to drafts and invitations that they made open nothing more.

    What is under way at this moment ends as it began; the next request finds nobody signed in. Their texts, also those
    that were typed and not saved, stay for colleagues. Nothing happens to somebody who has left.

    Raises NotAllowedError without the right, ValidationError for the last administrator.
    """
    require(by, RIGHT, "Only administrators take somebody's access away.")
    standing = _locked_administrators()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        return
    if standing == [locked]:
        raise ValidationError(LAST, code="last")
    locked.is_active = user.is_active = False
    locked.save(update_fields=["is_active"])
    sessions.end_all(locked)
    Invitation.objects.still_open(at).filter(invited_by=locked).update(withdrawn_at=at)
    for hook in _hooks.values():
        hook(locked, by, at)
    Event.objects.write(track_changes.kind_of(locked), track_changes.uid_of(locked), "left", by=by)


def require_another_administrator(
    user: User, *, is_active: bool = False, is_staff: bool = False, groups: Iterable[Group] = ()
) -> None:
    """Let pass who is no administrator, stays one under these conditions, or is not the only one.

    Locks all administrators, so that two do not send each other away at the same moment; within a transaction. Raises
    ValidationError.
    """
    stays = is_active and is_staff and (user.is_superuser or any(each.name == ADMINISTRATOR for each in groups))
    if not stays and _locked_administrators() == [user]:
        raise ValidationError(LAST, code="last")


def _locked_administrators() -> list[User]:
    """Return all administrators, locked; always before any other account, so that two verbs never wait for each other."""
    return list(administrators().select_for_update().order_by("pk"))
