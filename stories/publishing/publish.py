"""Publish, schedule, correct and republish works; each verb writes everything or nothing."""

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
    """Publish works together, all or none, at once or at ``at``, and return the new editions.

    Pass a bare Work when no options are needed. If a work is passed twice, the first request counts. ``resolutions`` holds
    the resolution of each pending schedule by its primary key.

    Works whose live edition already shows the revision get no new edition. Raise NothingNewError if this is true of all
    works. Raise NotAllowedError if the user may not publish, and the errors of ``pipeline.prepare`` and
    ``pending_schedules.settle``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors publish. Save it, and ask one of them.")
    once: dict[int, PublishRequest] = {}
    for each in works:
        going = each if isinstance(each, PublishRequest) else PublishRequest(each)
        once.setdefault(going.work.pk, going)
    locked = lock_works(once)
    here = [replace(going, work=locked[key]) for key, going in once.items()]
    return publish_locked(here, by=by, at=at, now=clock.now_for_verb(), resolutions=resolutions or {}, bundle=bundle)


def publish(
    work: Work,
    *,
    by: User,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Edition:
    """Publish the current draft of ``work`` at once, together with ``with_questions``: all or none.

    ``change`` is the change note. It is required once readers have seen the work. Pass a question that readers have
    seen as a PublishRequest with its own change note. ``overrides`` maps keys of findings to reasons for publishing
    against these blockers. ``seen`` is the number of the revision that the user read. Raise the errors of
    ``publish_many``.
    """
    return _publish_with_questions(
        work,
        by=by,
        at=None,
        change=change,
        questions=with_questions,
        resolutions=resolutions,
        overrides=overrides,
        seen=seen,
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
    seen: int | None = None,
) -> Edition:
    """Schedule the current draft to go live at ``at``; the live edition remains until then.

    Raise the errors of ``publish_many``.
    """
    return _publish_with_questions(
        work,
        by=by,
        at=at,
        change=change,
        questions=with_questions,
        resolutions=resolutions,
        overrides=overrides,
        seen=seen,
    )


def correct(
    work: Work, *, by: User, was_wrong: str, is_right: str, note: str = "", resolutions: Resolutions | None = None
) -> Edition:
    """Publish at once with a correction as change note; raise the errors of ``publish_many``."""
    return publish(
        work, by=by, change=ChangeNote(Change.CORRECTION, note, was_wrong, is_right), resolutions=resolutions
    )


@invalidation()
def republish(work: Work, *, by: User, note: str, resolutions: Resolutions | None = None) -> Edition:
    """Publish a withdrawn page again, with ``note`` telling readers why.

    Raise InvalidStateError if no notice is in force, and the errors of ``publish_many``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors publish. Save it, and ask one of them.")
    locked = lock_work(work.pk)
    now = clock.now_for_verb()
    standing = Timeline.load(locked, now=now).in_force
    if standing is None or standing.kind != EditionKind.NOTICE:
        raise InvalidStateError("This page is not withdrawn.")
    going = PublishRequest(locked, ChangeNote(Change.RETURN, note))
    return publish_locked([going], by=by, at=None, now=now, resolutions=resolutions or {})[0]


def list_changed_questions(story: Story, *, at: datetime) -> list[FAQ]:
    """Return the questions of ``story`` whose newest revision is not live at ``at``, in the story's order."""
    asked = [row.faq for row in story.story_questions.select_related("faq") if row.faq.binned_at is None]
    live = dict(
        Edition.objects.live(at).filter(work__in=[faq.pk for faq in asked]).values_list("work_id", "document_id")
    )
    newest = revisions.get_newest_revisions(asked)
    return [faq for faq in asked if faq.pk not in newest or live.get(faq.pk) != newest[faq.pk].document_id]


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
    """Publish works that are locked; ``now`` was read after locking.

    ``instead_of`` is a schedule whose place the new edition takes. Pending schedules are settled one work at a time.
    The number of all other queries does not depend on the number of works.
    """
    ready = [
        _clear_schedules(one, at=at, now=now)
        for one in prepare_works(requests, by=by, at=at, now=now, resolutions=resolutions)
    ]
    made = write_editions(ready, by=by, at=at, bundle=bundle)
    notifications.notify_published(
        [(one.work, edition) for one, edition in zip(ready, made, strict=True)], by=by, at=now
    )
    for one in ready:
        if one.pending:
            base = instead_of.document.value() if instead_of and instead_of.document else one.previous_document
            resolve_schedules(one, base=base, by=by, now=now, resolutions=resolutions)
    # If an earlier revision is published again, the review of a newer one continues.
    review.reset_reviews(one.work for one in ready if one.is_newest)
    return made


def _clear_schedules(one: Validated, *, at: datetime | None, now: datetime) -> Validated:
    """Cancel the pending schedules of the work, and return it with its place on the changed timeline."""
    if not one.pending:
        return one
    empty_spans(one.pending)
    return replace(one, place=Timeline.load(one.work, now=now).place(at))


def _publish_with_questions(
    work: Work,
    *,
    by: User,
    at: datetime | None,
    change: ChangeNote | None,
    questions: Iterable[FAQ | PublishRequest],
    resolutions: Resolutions | None,
    overrides: Mapping[str, str] | None,
    seen: int | None,
) -> Edition:
    own = PublishRequest(work, change, overrides=overrides or {}, seen_revision_number=seen)
    made = publish_many([own, *questions], by=by, at=at, resolutions=resolutions)
    shown = [edition for edition in made if edition.work_id == work.pk]
    return shown[0] if shown else Edition.objects.live(at or made[0].live_from).get(work=work)
