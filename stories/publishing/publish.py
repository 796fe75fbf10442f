"""Publish, schedule, correct and republish works. Each verb runs in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.drafts import revisions
from stories.models import FAQ, Bundle, Change, ChangeNote, Edition, EditionKind, Story, Work
from stories.publishing import notifications, review
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import empty_spans, resolve_schedules
from stories.publishing.pipeline import (
    PUBLISH_PERMISSION,
    ScheduleResolution,
    lock_work,
    lock_works,
    prepare_works,
    write_editions,
)
from stories.publishing.request import PublishRequest, Validated
from stories.publishing.timeline import Timeline

type Resolutions = Mapping[int, ScheduleResolution]


@invalidation()
def publish_many(
    works: Iterable[Work | PublishRequest],
    *,
    by: User,
    at: datetime | None = None,
    resolutions: Resolutions | None = None,
    bundle: Bundle | None = None,
) -> list[Edition]:
    """Publish works together, all or none, immediately or at ``at``, and return the new editions.

    Pass a bare Work when no options are needed. If a work is passed twice, the first request is used. The editions
    belong to ``bundle``, if given. ``resolutions`` maps the primary key of each pending schedule to its resolution.

    A work gets no new edition if the edition that would be replaced already shows the revision. Raise NothingNewError
    if this is true of all works. Raise NotAllowedError if the user may not publish. Raise the errors of
    ``clock.now_for_publishing``, of ``pipeline.lock_works`` and of ``publish_locked``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can publish. Save it and send it for review.")
    requests: dict[int, PublishRequest] = {}
    for each in works:
        request = each if isinstance(each, PublishRequest) else PublishRequest(each)
        requests.setdefault(request.work.pk, request)
    locked = lock_works(requests)
    return publish_locked(
        [replace(request, work=locked[key]) for key, request in requests.items()],
        by=by,
        at=at,
        now=clock.now_for_publishing(),
        resolutions=resolutions or {},
        bundle=bundle,
    )


def publish(
    work: Work,
    *,
    by: User,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
    seen_revision_number: int | None = None,
) -> Edition:
    """Publish the current draft of ``work`` immediately, together with ``with_questions``: all or none.

    The change note ``change`` is required if the new edition follows a page. A question that also needs one must be
    passed as a PublishRequest. ``overrides`` maps keys of findings to reasons for publishing against these blockers.
    ``seen_revision_number`` is the number of the revision that the user read. Return the new edition of ``work``, or
    its live edition if only questions got new editions. Raise the errors of ``publish_many``.
    """
    return _publish_with_questions(
        work,
        by=by,
        at=None,
        change=change,
        questions=with_questions,
        resolutions=resolutions,
        overrides=overrides,
        seen_revision_number=seen_revision_number,
    )


def schedule(
    work: Work,
    *,
    by: User,
    at: datetime,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
    seen_revision_number: int | None = None,
) -> Edition:
    """Schedule the current draft to go live at ``at``, with the other arguments as in ``publish``.

    The live edition remains until then. Return an edition as ``publish`` does. Raise the errors of ``publish_many``.
    """
    return _publish_with_questions(
        work,
        by=by,
        at=at,
        change=change,
        questions=with_questions,
        resolutions=resolutions,
        overrides=overrides,
        seen_revision_number=seen_revision_number,
    )


@invalidation()
def approve_and_publish(
    work: Work,
    *,
    by: User,
    seen_revision_number: int,
    at: datetime | None = None,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Edition:
    """Approve the revision that the user read and publish it, immediately or at ``at``: both or neither.

    Questions that are published with it are approved too. The other arguments are as in ``publish``. Return an edition
    as ``publish`` does. Raise the errors of ``review.approve`` and ``publish_many``.
    """
    requests = [each if isinstance(each, PublishRequest) else PublishRequest(each) for each in with_questions]
    lock_works([work.pk, *(each.work.pk for each in requests)])  # in the order in which other verbs lock them
    review.approve_to_publish(work, by=by, revision_number=seen_revision_number)
    for each in requests:
        review.approve_to_publish(each.work, by=by, revision_number=each.seen_revision_number, asked_by=work)
    return _publish_with_questions(
        work,
        by=by,
        at=at,
        change=change,
        questions=requests,
        resolutions=resolutions,
        overrides=overrides,
        seen_revision_number=seen_revision_number,
    )


def correct(
    work: Work, *, by: User, was_wrong: str, is_right: str, note: str = "", resolutions: Resolutions | None = None
) -> Edition:
    """Publish ``work`` immediately, with a correction as the change note; return the new edition.

    Raise the errors of ``publish_many``.
    """
    change = ChangeNote(Change.CORRECTION, note, was_wrong, is_right)
    return publish(work, by=by, change=change, resolutions=resolutions)


@invalidation()
def republish(work: Work, *, by: User, note: str, resolutions: Resolutions | None = None) -> Edition:
    """Publish a withdrawn page again, and return the new edition; ``note`` tells readers why.

    Raise InvalidStateError if no notice is in force, and the errors of ``publish_many``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can publish. Save it and send it for review.")
    locked = lock_work(work.pk)
    now = clock.now_for_publishing()
    in_force = Timeline.load(locked, now=now).in_force
    if in_force is None or in_force.kind != EditionKind.NOTICE:
        raise InvalidStateError("This page is not withdrawn.")
    request = PublishRequest(locked, ChangeNote(Change.RETURN, note))
    return publish_locked([request], by=by, at=None, now=now, resolutions=resolutions or {})[0]


def list_changed_questions(story: Story, *, at: datetime) -> list[FAQ]:
    """Return, in order, the questions of ``story`` that have no revision or whose newest one is not live at ``at``.

    Questions in the trash are left out.
    """
    questions = [row.faq for row in story.story_questions.select_related("faq") if row.faq.binned_at is None]
    live = dict(
        Edition.objects.live(at).filter(work__in=[faq.pk for faq in questions]).values_list("work_id", "document_id")
    )
    newest = revisions.get_newest_revisions(questions)
    return [faq for faq in questions if faq.pk not in newest or live.get(faq.pk) != newest[faq.pk].document_id]


def publish_locked(
    requests: Sequence[PublishRequest],
    *,
    by: User,
    at: datetime | None,
    now: datetime,
    resolutions: Resolutions,
    bundle: Bundle | None = None,
    instead_of: Edition | None = None,
) -> list[Edition]:
    """Publish works that are already locked, and return the new editions.

    ``at`` is None for immediate publication. ``now`` must have been read after locking. ``instead_of`` is a cancelled
    schedule that the new edition replaces. Later pending schedules are cancelled first, and resolved after the new
    editions have been written. Owners are notified, and the reviews of the published texts are reset. Raise the errors
    of ``prepare_works`` and ``write_editions`` in ``pipeline``, and of ``pending_schedules.resolve_schedules``.
    """
    works = prepare_works(requests, by=by, at=at, now=now, resolutions=resolutions)
    return write_validated(works, by=by, at=at, now=now, resolutions=resolutions, bundle=bundle, instead_of=instead_of)


def write_validated(
    validated_works: Sequence[Validated],
    *,
    by: User,
    at: datetime | None,
    now: datetime,
    resolutions: Resolutions,
    bundle: Bundle | None = None,
    instead_of: Edition | None = None,
    needs_approval: bool = True,
) -> list[Edition]:
    """Publish locked works that have passed their checks, as ``publish_locked`` does, and return the new editions.

    Pass ``needs_approval=False`` if the change needs no approval, not even in a schedule that it is carried over into.
    """
    works = [_cancel_pending(validated, at=at, now=now) for validated in validated_works]
    editions = write_editions(works, by=by, at=at, bundle=bundle)
    notifications.notify_published(
        [(validated.work, edition) for validated, edition in zip(works, editions, strict=True)], by=by, at=now
    )
    for validated in works:
        if validated.pending:
            base = instead_of.document.value() if instead_of and instead_of.document else validated.previous_document
            if instead_of:
                for edition in validated.pending:
                    edition.ordinal += 1  # as the editor saw it, while the cancelled schedule was before it
            resolve_schedules(
                validated, base=base, by=by, now=now, resolutions=resolutions, needs_approval=needs_approval
            )
    # If an earlier revision is published again, the review of a newer one continues.
    review.reset_reviews(validated.work for validated in works if validated.is_newest)
    return editions


def _cancel_pending(validated: Validated, *, at: datetime | None, now: datetime) -> Validated:
    """Cancel the pending schedules of the work, and return it with its place on the changed timeline."""
    if not validated.pending:
        return validated
    empty_spans(validated.pending)
    return replace(validated, place=Timeline.load(validated.work, now=now).find_place(at))


def _publish_with_questions(
    work: Work,
    *,
    by: User,
    at: datetime | None,
    change: ChangeNote | None,
    questions: Iterable[FAQ | PublishRequest],
    resolutions: Resolutions | None,
    overrides: Mapping[str, str] | None,
    seen_revision_number: int | None,
) -> Edition:
    """Publish ``work`` with ``questions``, and return an edition as ``publish`` does."""
    request = PublishRequest(work, change, overrides=overrides or {}, seen_revision_number=seen_revision_number)
    editions = publish_many([request, *questions], by=by, at=at, resolutions=resolutions)
    own = [edition for edition in editions if edition.work_id == work.pk]
    return own[0] if own else Edition.objects.live(at or editions[0].live_from).get(work=work)
