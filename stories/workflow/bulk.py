"""Bulk actions: apply one verb to many works. The worker processes each work once, with permission checks."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, models, transaction
from django.tasks import task

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import NotAllowedError, require_permission, watch_refusals
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from newsroom.task_queue import enqueue, list_unfinished_arguments
from stories import publishing
from stories.drafts import revisions
from stories.models import IN_TRASH, BulkItem, BulkRun, BulkState, Change, ChangeNote, Edition, Work
from stories.publishing import review, review_dates
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.renew_answers import AnswerDates, renew_answers
from stories.workflow import trash

MAX_WORKS = 10_000
BATCH_SIZE = 50
FAILED = "Something went wrong and nothing was changed. Ask an administrator to check the worker’s log."

logger = logging.getLogger(__name__)


class Verb(models.TextChoices):
    """The verbs that can be applied to many works."""

    SUBMIT = "submit", "Send for review"
    PUBLISH = "publish", "Publish individually"
    OWNER = "owner", "Reassign"
    REVIEW_BY = "review_by", "Set review date"
    BIN = "bin", "Move to bin"
    TAKE_OUT = "take_out", "Restore"
    RENEW = "renew", "Still true"


_PERMISSIONS = {
    Verb.PUBLISH: PUBLISH_PERMISSION,
    Verb.RENEW: PUBLISH_PERMISSION,
    Verb.BIN: trash.TRASH_PERMISSION,
    Verb.TAKE_OUT: trash.TRASH_PERMISSION,
}
# What the user read is told by the options of the run, not by a revision of the draft.
_READ_IN_EDITIONS = {Verb.RENEW}


class ChangedSinceSelectionError(RefusedError):
    """Raised when the text of a work has changed since the user selected the work."""


def may_run(verb: Verb, person: User, work: Work) -> bool:
    """Return whether the user may apply this verb to works of the same kind as ``work``."""
    return person.has_perm(_PERMISSIONS.get(verb, revisions.get_edit_permission(work)))


@transaction.atomic
def prepare_run(verb: Verb, works: models.QuerySet[Any], *, by: User) -> BulkRun:
    """Create and return a run with the selected works and their current revision numbers; do not apply the verb yet.

    Runs that the user prepared earlier and never started are deleted. Raise NotAllowedError if the user may not apply
    the verb. Raise InvalidStateError if no works, or more than ``MAX_WORKS``, are selected.
    """
    if not may_run(verb, by, works.model()):
        raise NotAllowedError("You don’t have permission to do this.")
    selected = list(works.order_by("pk").values_list("pk", "saved_number")[: MAX_WORKS + 1])
    if not selected:
        raise InvalidStateError("No pages are selected.")
    if len(selected) > MAX_WORKS:
        raise InvalidStateError(f"More than {MAX_WORKS:,} pages match. Filter the list first.")
    BulkRun.objects.of_user(by).not_begun().delete()
    run = BulkRun.objects.create(verb=verb, by=by)
    items = (BulkItem(run=run, work_id=key, seen=number) for key, number in selected)
    BulkItem.objects.bulk_create(items, batch_size=500)
    return run


@transaction.atomic
def start_run(run: BulkRun, options: Mapping[str, object], *, by: User, at: datetime) -> None:
    """Enqueue the run with the options that the user chose; do nothing if it has already begun.

    Raise NotAllowedError for the run of another user.
    """
    if run.by_id != by.pk:
        raise NotAllowedError("Only the person who selected these pages can start this action.")
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if locked.begun_at is None:
        locked.said, locked.begun_at = dict(options), at
        locked.save(update_fields=["said", "begun_at"])
        enqueue(work_through, run.pk)


def run_at_once(
    verb: Verb, works: Sequence[int], options: Mapping[str, object], *, by: User, at: datetime, limit: int
) -> BulkRun:
    """Begin a run with the works with these keys, process up to ``limit`` of them immediately, and return the run.

    The rest is enqueued. Raise NotAllowedError if the user may not apply the verb, and InvalidStateError if no works,
    or more than ``MAX_WORKS``, are given.
    """
    if not by.has_perm(_PERMISSIONS[verb]):
        raise NotAllowedError("You don’t have permission to do this.")
    if not 0 < len(works) <= MAX_WORKS:
        raise InvalidStateError("No pages are selected." if not works else f"Select at most {MAX_WORKS:,} pages.")
    with transaction.atomic():
        run = BulkRun.objects.create(verb=verb, by=by, said=dict(options), begun_at=at)
        BulkItem.objects.bulk_create((BulkItem(run=run, work_id=key) for key in works), batch_size=500)
    _work_through(run.pk, limit)
    run.refresh_from_db()
    return run


@task
def work_through(run: int) -> int:
    """Process the next works of a run and enqueue the rest; return the number of works processed.

    The task may run repeatedly and concurrently; no work is processed twice.
    """
    return _work_through(run, BATCH_SIZE)


def _work_through(run: int, limit: int) -> int:
    """Process at most ``limit`` works of a run as ``work_through`` does."""
    begun_run = BulkRun.objects.filter(pk=run, begun_at__isnull=False).select_related("by").first()
    if begun_run is None or begun_run.ended_at is not None:
        return 0
    keys = list(BulkItem.objects.filter(run=run).unprocessed().values_list("pk", "work_id")[:limit])
    with watch_refusals() as watch:
        try:
            for key, work in keys:
                _process_item(begun_run, key, work)
        finally:  # also if the task ends here: works that were refused are not processed again
            if watch.has_refusal:  # once for all works of this task
                _record_refusal(begun_run)
    with transaction.atomic():
        if BulkItem.objects.filter(run=run).unprocessed().exists():
            enqueue(work_through, run)
        else:
            BulkRun.objects.filter(pk=run, ended_at=None).update(ended_at=clock.now())
    return len(keys)


def _record_refusal(run: BulkRun) -> None:
    """Record that the user lacks a permission that the run needs. Network address and browser are unknown here."""
    access.store(
        [
            access.build(
                AccessVerb.PERMISSION_REFUSED,
                account=run.by_id,
                network_address="",
                user_agent="",
                at=clock.now(),
            )
        ]
    )


def enqueue_lost_runs() -> int:
    """Enqueue a task for each run in progress that has no unfinished task; return the number of these runs.

    A run whose task has failed permanently is skipped while that task is listed. Several workers may call this at the
    same time.
    """
    if not BulkRun.objects.running().exists():
        return 0
    with transaction.atomic():
        runs = list(BulkRun.objects.running().select_for_update(skip_locked=True).values_list("pk", flat=True))
        # Read after the runs are locked, to include tasks that another worker enqueued in between.
        with_task = list_unfinished_arguments(work_through)
        lost = [run for run in runs if run not in with_task]
        for run in lost:
            enqueue(work_through, run)
    return len(lost)


def _process_item(run: BulkRun, key: int, work: int) -> None:
    """Apply the verb to one work and store its result, in one transaction.

    An unexpected error is logged, and stored as a refusal. If the database is unavailable, its error is raised instead.
    """
    try:
        with invalidation():
            # Lock the work first, as every verb does, so that two transactions never deadlock.
            locked = Work.objects.select_for_update().filter(pk=work).first()
            item = BulkItem.objects.lock(key)
            if locked is None or item is None or item.state != BulkState.WAITS:
                return
            state, words = _apply_verb(run, item, locked)
            BulkItem.objects.store_outcome(key, state, words)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Work %s of the run %s failed.", work, run.pk)
        BulkItem.objects.store_outcome(key, BulkState.REFUSED, FAILED)


def _apply_verb(run: BulkRun, item: BulkItem, work: Work) -> tuple[str, str]:
    """Apply the verb, and return the state of the item and the message for the user."""
    try:
        with transaction.atomic():
            require_permission(run.by, "stories.view_work", "You no longer have access to the desk.")
            if run.verb not in _READ_IN_EDITIONS:
                _require_unchanged(work, item.seen)
            return BulkState.DONE, _VERBS[Verb(run.verb)](work, run.by, run.said, item.seen)
    except NotAllowedError as refusal:
        return BulkState.REFUSED, str(refusal)
    except RefusedError as refusal:
        return BulkState.REFUSED, str(refusal)
    except ValidationError as refusal:
        return BulkState.REFUSED, " ".join(refusal.messages)


def _require_unchanged(work: Work, revision_number: int | None) -> None:
    """Raise ChangedSinceSelectionError if the text of the work has changed since the work was selected."""
    newest = revisions.get_newest_revision(work)
    if newest is not None and not revisions.is_same_text(newest, revision_number):
        raise ChangedSinceSelectionError(
            f"{newest.saved_by} saved revision {newest.number} after you selected this page. Read it first."
        )


def _submit(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    to = active_users().filter(pk=options["to"]).first() if options.get("to") else None
    review.send_for_review(work, by=by, to=to, revision_number=revision_number, note=str(options.get("note", "")))
    return f"Sent to {to} for review" if to else "Sent for review"


def _publish(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    note = str(options.get("note", ""))
    change = ChangeNote(Change(options.get("change") or Change.UPDATE), note) if note else None
    edition = publishing.publish(work, by=by, change=change, seen_revision_number=revision_number)
    return f"Published as edition {edition.label}"


def _change_owner(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    revisions.require_edit_permission(work, by=by)
    if work.binned_at:
        raise InvalidStateError(IN_TRASH)
    owner = active_users().filter(pk=options["owner"]).first()
    if owner is None:
        raise InvalidStateError("The new owner no longer has an account.")
    before = work.owner
    work.owner = owner
    work.save(update_fields=["owner"])
    revisions.write_owner_change(work, owner, before=before, by=by)
    return f"Assigned to {owner}" if before != owner else f"Already assigned to {owner}"


def _set_review_by(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    day = date.fromisoformat(options["day"]) if options.get("day") else None
    review_dates.set_review_by(work, day, by=by)
    return f"Review by {day:%-d %B %Y}" if day else "No review date"


def _move_to_trash(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    trash.move_to_trash(work, by=by)
    return "Moved to the bin"


def _restore_from_trash(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    trash.restore_from_trash(work, by=by)
    return "Restored"


def _renew(work: Work, by: User, options: Mapping[str, Any], revision_number: int | None) -> str:
    renewal = options[str(work.pk)]
    dates = {UUID(uid): AnswerDates(*map(date.fromisoformat, days)) for uid, days in renewal["dates"].items()}
    seen = Edition.objects.select_related("document").filter(pk=renewal["seen"]).first()
    if seen is None:
        raise InvalidStateError("The edition that you read has been erased.")
    changed = renew_answers(work, dates, seen=seen, by=by, at=clock.now())
    kept = f" The draft keeps its own dates: {', '.join(changed.kept_in_draft)}." if changed.kept_in_draft else ""
    return f"{len(dates)} {'answer' if len(dates) == 1 else 'answers'} renewed.{kept}"


_VERBS: dict[Verb, Callable[[Work, User, Mapping[str, Any], int | None], str]] = {
    Verb.SUBMIT: _submit,
    Verb.PUBLISH: _publish,
    Verb.OWNER: _change_owner,
    Verb.REVIEW_BY: _set_review_by,
    Verb.BIN: _move_to_trash,
    Verb.TAKE_OUT: _restore_from_trash,
    Verb.RENEW: _renew,
}
