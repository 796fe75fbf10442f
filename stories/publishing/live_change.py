"""Editions made from the live document and one change, and never from the draft."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.documents import AnyDocument
from stories.documents.merge import merge
from stories.drafts import revisions
from stories.drafts.references import UnknownImageError
from stories.models import ChangeNote, Edition, EditionKind, Revision, Work
from stories.publishing import review
from stories.publishing.errors import InvalidStateError, NothingNewError
from stories.publishing.pipeline import PUBLISH_PERMISSION, ScheduleResolution, lock_work
from stories.publishing.publish import write_validated
from stories.publishing.request import Candidate, PublishRequest, validate
from stories.publishing.timeline import Timeline

NOT_LIVE = "Readers do not see this page. Change the draft instead."
NEEDS_APPROVAL = "This change needs approval before readers see it. Save it in the draft, and send that for review."


@dataclass(frozen=True, slots=True)
class LiveChange:
    """The new edition, and the labels of the places where the draft keeps its own text."""

    edition: Edition
    kept_in_draft: tuple[str, ...] = ()


@invalidation()
def publish_live_change(
    work: Work,
    make_change: Callable[[AnyDocument], AnyDocument],
    *,
    by: User,
    change: ChangeNote,
    reason: str,
    needs_approval: bool = True,
) -> LiveChange:
    """Publish what readers see of ``work`` with one change, immediately, and return the new edition.

    ``make_change`` takes the live document and returns the changed one. It is called once the work is locked, and may
    raise a RefusedError. The change is merged into the draft, whose unpublished edits stay unpublished, and into
    pending schedules. Where the draft has changed the same place, it keeps its own text. ``reason`` describes the
    change in the list of revisions.

    Checks apply to what the change does: an overridable blocker that the live document has as well stops nothing.
    Without ``needs_approval``, settings.REQUIRE_APPROVAL does not apply. A review of the draft continues.

    Raise NotAllowedError if the user may not publish. Raise InvalidStateError if readers do not see the work, or if the
    draft shows an image that is no longer in the library. Raise NotApprovedError if the change needs an approval. Raise
    NothingNewError if it changes nothing. Raise MergeConflictError if a pending schedule changes the same place. Raise
    NotReadyError, and the other errors of ``publish_locked``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can publish. Save it and send it for review.")
    locked = lock_work(work.pk)
    now = clock.now_for_publishing()
    timeline = Timeline.load(locked, now=now)
    live = timeline.in_force
    if live is None or live.kind != EditionKind.PAGE or live.document is None:
        raise InvalidStateError(NOT_LIVE)
    before = live.document.value()
    after = make_change(before)
    if after == before:
        raise NothingNewError
    if needs_approval and settings.REQUIRE_APPROVAL and not _may_approve_own(by):
        raise review.NotApprovedError(NEEDS_APPROVAL)
    draft, kept = _merge_into_draft(locked, before, after, by=by, reason=reason)
    is_newest = draft.document.digest == after.digest()
    revision = draft if is_newest else revisions.record_outside_draft(locked, after, by=by, reason=reason)
    place = timeline.find_place()
    pending = timeline.list_pending_pages_after(place.begin)
    # The headline or question was confirmed when the live edition was published.
    request = PublishRequest(locked, change, revision, changes=before)
    candidate = Candidate(request, revision, after, place, pending, is_newest, is_title_confirmed=True)
    (edition,) = write_validated(
        validate([candidate], by=by, published_works=[locked]),
        by=by,
        at=None,
        now=now,
        resolutions={each.pk: ScheduleResolution.CARRY for each in pending},
        needs_approval=needs_approval,
    )
    return LiveChange(edition, kept)


def _may_approve_own(user: User) -> bool:
    return settings.ALLOW_SELF_APPROVAL and user.has_perm(review.REVIEW_PERMISSION)


def _merge_into_draft(
    work: Work, before: AnyDocument, after: AnyDocument, *, by: User, reason: str
) -> tuple[Revision, tuple[str, ...]]:
    """Merge the change into the draft of the locked work, without changing what the draft has edited itself.

    Return the newest revision of the draft, and the labels of the places that both changed. A review of the draft, or
    an approval, goes over to the new revision: it adds only what readers see anyway.
    """
    newest = revisions.record_revision(work, by=by, reason="Names brought up to date", is_locked=True)
    merged = merge(before, newest.document.value(), after)
    kept = tuple(conflict.label for conflict in merged.conflicts)
    if merged.document.digest() == newest.document.digest:
        return newest, kept
    try:
        revision, _ = revisions.replace_draft(
            work, merged.document, articles=(), owner=work.owner, by=by, reason=reason
        )
    except UnknownImageError as error:
        raise InvalidStateError(f"The draft can’t be saved. {error}") from error
    if review.is_review_of(work, newest):
        work.reviewed_revision = revision
        work.save(update_fields=["reviewed_revision"])
    return revision, kept
