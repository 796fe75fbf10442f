"""The trash: drafts can be moved there and restored.

A work that has ever been public cannot be moved there. Each move gets an audit entry.
"""

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Edition, Work
from stories.publishing import InvalidStateError, cancel_all_schedules

TRASH_PERMISSION = "stories.bin_work"


@invalidation()
def move_to_trash(work: Work, *, by: User) -> None:
    """Move a draft to the trash and cancel its pending schedules.

    Raise NotAllowedError if the user may not use the trash. Raise InvalidStateError if readers have ever seen the work.
    Raise WorkErasedError if the work has been erased. Raise the errors of ``publishing.timeline.empty_span``.
    """
    require_permission(by, TRASH_PERMISSION, "You don’t have permission to move this page to the bin.")
    locked = Work.objects.lock_existing(work.pk)
    now = clock.now()
    if Edition.objects.filter(work=locked).once_public(now).exists():
        raise InvalidStateError("This page has been published, so it can’t be moved to the bin. Withdraw it instead.")
    if locked.binned_at is None:
        cancel_all_schedules(locked, by=by, now=now, reason="It was moved to the bin")
        locked.binned_at = now
        locked.binned_by = by
        locked.save(update_fields=["binned_at", "binned_by"])
        Event.objects.write(locked.kind, locked.uid, "binned", by=by)


@transaction.atomic
def restore_from_trash(work: Work, *, by: User) -> None:
    """Restore a draft from the trash.

    Raise NotAllowedError if the user may not use the trash, and WorkErasedError if the work has been erased.
    """
    require_permission(by, TRASH_PERMISSION, "You don’t have permission to restore this page.")
    locked = Work.objects.lock_existing(work.pk)
    if locked.binned_at is not None:
        locked.binned_at = None
        locked.binned_by = None
        locked.save(update_fields=["binned_at", "binned_by"])
        Event.objects.write(locked.kind, locked.uid, "taken out of the bin", by=by)
