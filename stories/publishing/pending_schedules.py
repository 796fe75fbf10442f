"""Cancel pending schedules, plan them again, or carry a change over, when another edition comes before them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from django.conf import settings

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from stories.documents import AnyDocument
from stories.documents.merge import merge
from stories.drafts import revisions
from stories.models import Edition, EditionKind, Override, Revision, Work
from stories.publishing import review
from stories.publishing.errors import MergeConflictError, NotReadyError, ScheduleConflictError
from stories.publishing.pipeline import ScheduleResolution, write_editions
from stories.publishing.request import Candidate, PublishRequest, Validated, get_change_note, validate
from stories.publishing.timeline import Timeline, empty_span


def empty_spans(editions: Iterable[Edition]) -> None:
    """Cancel pending schedules, the last one first, so that each still finds the edition before it."""
    for edition in sorted(editions, key=lambda each: each.live_from, reverse=True):
        empty_span(edition)


def resolve_schedules(
    one: Validated, *, base: AnyDocument | None, by: User, now: datetime, resolutions: Mapping[int, ScheduleResolution]
) -> None:
    """Apply the resolution of each pending schedule, after ``one`` is written and the schedules are cancelled.

    ``resolutions`` holds the resolutions by primary key. ``base`` is the document that readers saw before, or would have
    seen. Raise MergeConflictError if both changed the same place. Raise NotReadyError if checks refuse a merged
    document. Raise OwnWorkError if it needs an approval that this user may not give.
    """
    for edition in one.pending:
        if resolutions[edition.pk] == ScheduleResolution.CANCEL:
            write_cancellation(edition, by=by, reason="Something else went out before it")
        else:
            _carry_over(edition, one, base=base, by=by, now=now)
    cancel_idle_notices(one.work, by=by, now=now)


def schedule_unchanged(work: Work, editions: Sequence[Edition], *, by: User, now: datetime, reason: str) -> None:
    """Schedule cancelled editions again as they were, because the edition before them has changed.

    Raise ScheduleConflictError if a check refuses one of them now.
    """
    for edition in editions:
        if edition.revision is not None:
            try:
                schedule_again(work, edition, edition.revision, by=by, now=now, verb="scheduled", reason=reason)
            except NotReadyError as refusal:
                raise ScheduleConflictError(edition, refusal) from refusal


def cancel_idle_notices(work: Work, *, by: User, now: datetime) -> None:
    """Cancel each pending notice that no page would precede, because it would end nothing."""
    timeline = Timeline.load(work, now=now)
    pairs = pairwise((None, *timeline.editions))
    follows = {each.pk: before for before, each in pairs if each is not None}
    for edition in timeline.pending:
        before = follows[edition.pk]
        if edition.kind == EditionKind.NOTICE and (before is None or before.kind != EditionKind.PAGE):
            empty_spans([edition])
            write_cancellation(edition, by=by, reason="Readers would see no page that could end")


def write_cancellation(edition: Edition, *, by: User, reason: str = "") -> None:
    """Write an audit entry that a schedule was cancelled."""
    after = {"edition": edition.number, "label": edition.label, "live_from": edition.live_from.isoformat()}
    Event.objects.write(edition.work_kind, edition.uid, "cancelled", by=by, after=after, reason=reason)


def _carry_over(edition: Edition, one: Validated, *, base: AnyDocument | None, by: User, now: datetime) -> None:
    assert edition.document is not None, "a page has a document"  # noqa: S101
    scheduled, new = edition.document.value(), one.document
    # If readers saw nothing before, the draft was developed from the scheduled document.
    merged = merge(base or scheduled, scheduled, new)
    if merged.conflicts:
        raise MergeConflictError(edition, [conflict.label for conflict in merged.conflicts])
    if merged.document == new:
        write_cancellation(edition, by=by, reason="All that it says went out before it")
        return
    may_approve = review.may_approve(one.work, by, up_to=one.revision, at=now)
    if settings.REQUIRE_APPROVAL and not may_approve:
        raise review.OwnWorkError(
            f"What edition {edition.label} would say with this change needs an approval, and you wrote part of it. "
            "Cancel that schedule, or let somebody else publish."
        )
    revision = revisions.record_outside_draft(
        one.work,
        merged.document,
        by=by,
        reason=f"Revision {one.revision.number} carried over into edition {edition.label}",
    )
    if may_approve:
        Event.objects.write(one.work.kind, one.work.uid, "approved", by=by, after={"revision": revision.number})
    schedule_again(one.work, edition, revision, by=by, now=now, verb="carried over", reason="")


def schedule_again(
    work: Work,
    edition: Edition,
    revision: Revision,
    *,
    by: User,
    now: datetime,
    verb: str,
    reason: str,
    at: datetime | None = None,
) -> Edition:
    """Schedule ``revision`` in place of a cancelled edition, with its change note and overrides.

    It begins at the time of that edition, or at ``at``. Raise NotReadyError if a check refuses it now.
    """
    begin = at or edition.live_from
    place = Timeline.load(work, now=now).place(begin)
    change = get_change_note(edition)
    kept = {
        f"{each.code} {each.anchor}": each for each in Override.objects.filter(edition=edition).select_related("by")
    }
    overrides = {key: each.reason for key, each in kept.items()}
    going = PublishRequest(work, change, revision, overrides)
    (ready,) = validate([Candidate(going, revision, revision.document.value(), place)], by=by)
    # Findings that came up since it was first scheduled are still new to the editor.
    ready = replace(ready, known_findings=edition.known_findings)
    # An override stays that of the user who gave the reason, who may not review it, whoever schedules it again.
    theirs = {key: each.by for key, each in kept.items()}
    (made,) = write_editions(
        [ready], by=by, at=begin, bundle=edition.bundle, verb=verb, reason=reason, overridden_by=theirs
    )  # fmt: skip
    return made
