"""Cancel pending schedules, or schedule them again, when the timeline of their work changes."""

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
    """Cancel pending schedules, latest first, because each cancellation extends the edition before it.

    Raise the same error as ``timeline.empty_span``.
    """
    for edition in sorted(editions, key=lambda each: each.live_from, reverse=True):
        empty_span(edition)


def resolve_schedules(
    validated: Validated,
    *,
    base: AnyDocument | None,
    by: User,
    now: datetime,
    resolutions: Mapping[int, ScheduleResolution],
    needs_approval: bool = True,
) -> None:
    """Apply the resolution of each pending schedule of ``validated``, and cancel notices that no longer follow a page.

    The new edition must already be written and the schedules cancelled. ``resolutions`` maps the primary key of each
    schedule to its resolution. ``base`` is the document that the new edition replaces: that of the page before it, or
    that of the cancelled schedule whose place it takes; None if there is none. Pass ``needs_approval=False`` if the
    change of the new edition needs no approval. Raise MergeConflictError if the new edition and a schedule change the
    same place. Raise OwnWorkError if a merged document needs an approval that this user may not give. Raise the errors
    of ``schedule_again``.
    """
    for edition in validated.pending:
        if resolutions[edition.pk] == ScheduleResolution.CANCEL:
            write_cancellation(edition, by=by, reason="Another edition was published first")
        else:
            _carry_over(edition, validated, base=base, by=by, now=now, needs_approval=needs_approval)
    cancel_idle_notices(validated.work, by=by, now=now)


def schedule_unchanged(work: Work, editions: Sequence[Edition], *, by: User, now: datetime, reason: str) -> None:
    """Schedule cancelled editions again without changes, because the edition before them has changed.

    Raise ScheduleConflictError if one of them now fails a check. Raise the other errors of ``schedule_again``.
    """
    for edition in editions:
        if edition.revision is not None:
            try:
                schedule_again(work, edition, edition.revision, by=by, now=now, verb="scheduled", reason=reason)
            except NotReadyError as refusal:
                raise ScheduleConflictError(edition, refusal) from refusal


def cancel_idle_notices(work: Work, *, by: User, now: datetime) -> None:
    """Cancel each pending notice that does not follow a page, because there would be no page to withdraw."""
    timeline = Timeline.load(work, now=now)
    pairs = pairwise((None, *timeline.editions))
    predecessors = {each.pk: previous for previous, each in pairs if each is not None}
    for edition in timeline.pending:
        previous = predecessors[edition.pk]
        if edition.kind == EditionKind.NOTICE and (previous is None or previous.kind != EditionKind.PAGE):
            empty_spans([edition])
            write_cancellation(edition, by=by, reason="There would be no page to end")


def write_cancellation(edition: Edition, *, by: User | None, reason: str = "") -> None:
    """Write the audit entry for a cancelled schedule."""
    after = {"edition": edition.number, "label": edition.label, "live_from": edition.live_from.isoformat()}
    Event.objects.write(edition.work_kind, edition.uid, "cancelled", by=by, after=after, reason=reason)


def _carry_over(
    edition: Edition,
    validated: Validated,
    *,
    base: AnyDocument | None,
    by: User,
    now: datetime,
    needs_approval: bool,
) -> None:
    """Merge the change of ``validated`` into the cancelled edition, and schedule the result in its place.

    If the result equals the new edition, only write the audit entry for the cancellation.

    Raise the errors of ``resolve_schedules``.
    """
    assert edition.document is not None, "a page has a document"  # noqa: S101
    scheduled, new = edition.document.value(), validated.document
    # If no page precedes the new edition, the draft was developed from the scheduled document.
    merged = merge(base or scheduled, scheduled, new)
    if merged.conflicts:
        raise MergeConflictError(edition, [conflict.label for conflict in merged.conflicts])
    if merged.document == new:
        write_cancellation(edition, by=by, reason="All its changes were published first")
        return
    may_approve = needs_approval and review.may_approve(validated.work, by, up_to=validated.revision, at=now)
    if settings.REQUIRE_APPROVAL and needs_approval and not may_approve:
        raise review.OwnWorkError(
            f"With this change, edition {edition.label} needs a new approval, and you wrote part of it. "
            "Cancel that schedule, or let someone else publish."
        )
    revision = revisions.record_outside_draft(
        validated.work,
        merged.document,
        by=by,
        reason=f"Revision {validated.revision.number} included in edition {edition.label}",
    )
    if may_approve:
        Event.objects.write(
            validated.work.kind, validated.work.uid, "approved", by=by, after={"revision": revision.number}
        )
    schedule_again(validated.work, edition, revision, by=by, now=now, verb="carried over", reason="")


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
    """Schedule ``revision`` in place of a cancelled edition, with the change note and the overrides of that edition.

    Return the new edition, which begins at ``at``, by default at the time of the cancelled one. Raise TimeError if it
    cannot begin then. Raise the errors of ``request.validate`` and ``pipeline.write_editions``.
    """
    begin = at or edition.live_from
    place = Timeline.load(work, now=now).find_place(begin)
    change = get_change_note(edition)
    overrides = {
        f"{each.code} {each.anchor}": each for each in Override.objects.filter(edition=edition).select_related("by")
    }
    override_reasons = {key: override.reason for key, override in overrides.items()}
    request = PublishRequest(work, change, revision, override_reasons)
    # The headline or question was confirmed, or the check overridden, when the edition was first scheduled.
    candidate = Candidate(request, revision, revision.document.value(), place, is_title_confirmed=True)
    (validated,) = validate([candidate], by=by)
    # Findings that are new since the edition was first scheduled remain new to the editor.
    validated = replace(validated, known_findings=edition.known_findings)
    # An override still belongs to the user who gave the reason, so that this user may not review it.
    overridden_by = {key: override.by for key, override in overrides.items()}
    (scheduled,) = write_editions(
        [validated],
        by=by,
        at=begin,
        bundle=edition.bundle,
        verb=verb,
        reason=reason,
        overridden_by=overridden_by,
    )
    return scheduled
