"""The verbs of one work: each locks, reads the clock once, asks everything, and writes all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.drafts import revisions
from stories.models import FAQ, Bundle, Change, ChangeNote, Edition, EditionKind, Story, Work
from stories.publishing import notifications, review
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import cancel_pending, settle
from stories.publishing.pipeline import PUBLISH_PERMISSION, ScheduleResolution, lock, lock_one, prepare, write
from stories.publishing.request import PublishRequest, Validated
from stories.publishing.timeline import Timeline

type Answers = Mapping[int, ScheduleResolution]


@invalidation()
def publish_many(
    works: Iterable[Work | PublishRequest],
    *,
    by: User,
    at: datetime | None = None,
    answers: Answers | None = None,
    bundle: Bundle | None = None,
) -> list[Edition]:
    """Send works out together, all or none, at once or at ``at``; return the editions that were made.

    A work of which there is nothing to say but that it goes out needs no Going. ``answers`` says by its key what becomes of each edition that waits for a later time. A work that is named twice
    goes out once, as it is named first. Works that readers see unchanged already make none; NothingNewError when that
    is so of all. Raises as ``sending.prepare`` and ``waiting.settle`` do, NotAllowedError without the right.
    """
    require(by, PUBLISH_PERMISSION, "Only editors publish. Save it, and ask one of them.")
    once: dict[int, PublishRequest] = {}
    for each in works:
        going = each if isinstance(each, PublishRequest) else PublishRequest(each)
        once.setdefault(going.work.pk, going)
    locked = lock(once)
    here = [replace(going, work=locked[key]) for key, going in once.items()]
    return send_locked(here, by=by, at=at, now=clock.now_for_verb(), answers=answers or {}, bundle=bundle)


def publish(
    work: Work,
    *,
    by: User,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    answers: Answers | None = None,
    overrides: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Edition:
    """Show readers at once what the desk says of ``work`` and of the questions named with it: all or none.

    ``change`` is what readers are told of the change, needed once they have seen the work; a question that they have
    seen comes as a Going with words of its own. ``overrides`` are reasons
    for publishing against blockers, by the keys of the findings; ``seen`` is the number of the revision that was read.
    Raises as ``publish_many`` does.
    """
    return _out(
        work, by=by, at=None, change=change, questions=with_questions, answers=answers, overrides=overrides, seen=seen
    )


def schedule(
    work: Work,
    *,
    by: User,
    at: datetime,
    change: ChangeNote | None = None,
    with_questions: Iterable[FAQ | PublishRequest] = (),
    answers: Answers | None = None,
    overrides: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Edition:
    """Freeze what the desk says now, to be seen from ``at`` on; what is live stays until then. Raises as ``publish_many`` does."""
    return _out(
        work, by=by, at=at, change=change, questions=with_questions, answers=answers, overrides=overrides, seen=seen
    )


def correct(
    work: Work, *, by: User, was_wrong: str, is_right: str, note: str = "", answers: Answers | None = None
) -> Edition:
    """Publish at once, telling readers what was wrong and what is right. Raises as ``publish_many`` does."""
    return publish(work, by=by, change=ChangeNote(Change.CORRECTION, note, was_wrong, is_right), answers=answers)


@invalidation()
def republish(work: Work, *, by: User, note: str, answers: Answers | None = None) -> Edition:
    """Bring a withdrawn page back, telling readers why; raise NotHereError when no notice stands, else as ``publish_many`` does."""
    require(by, PUBLISH_PERMISSION, "Only editors publish. Save it, and ask one of them.")
    locked = lock_one(work.pk)
    now = clock.now_for_verb()
    standing = Timeline.of(locked, now=now).standing
    if standing is None or standing.kind != EditionKind.NOTICE:
        raise InvalidStateError("This page is not withdrawn.")
    going = PublishRequest(locked, ChangeNote(Change.RETURN, note))
    return send_locked([going], by=by, at=None, now=now, answers=answers or {})[0]


def changed_questions(story: Story, *, at: datetime) -> list[FAQ]:
    """Return the questions of ``story`` whose newest revision readers do not see at ``at``, in the story's order."""
    asked = [row.faq for row in story.story_questions.select_related("faq") if row.faq.binned_at is None]
    live = dict(
        Edition.objects.live(at).filter(work__in=[faq.pk for faq in asked]).values_list("work_id", "document_id")
    )
    newest = revisions.newest_revisions(asked)
    return [faq for faq in asked if faq.pk not in newest or live.get(faq.pk) != newest[faq.pk].document_id]


def send_locked(
    goings: Sequence[PublishRequest],
    *,
    by: User,
    at: datetime | None,
    now: datetime,
    answers: Answers,
    bundle: Bundle | None = None,
    instead_of: Edition | None = None,
) -> list[Edition]:
    """Send out works that are locked; ``now`` was read after that. ``instead_of`` is a schedule whose place this takes.

    What waits for later is dealt with work by work; of the rest there are as many queries for many as for one.
    """
    ready = [_with_room(one, at=at, now=now) for one in prepare(goings, by=by, at=at, now=now, answers=answers)]
    made = write(ready, by=by, at=at, bundle=bundle)
    notifications.went_out([(one.work, edition) for one, edition in zip(ready, made, strict=True)], by=by, at=now)
    for one in ready:
        if one.waiting:
            base = instead_of.document.value() if instead_of and instead_of.document else one.before
            settle(one, base=base, by=by, now=now, answers=answers)
    # Where an earlier text goes out again, the review of a newer one goes on.
    review.published(one.work for one in ready if one.is_newest)
    return made


def _with_room(one: Validated, *, at: datetime | None, now: datetime) -> Validated:
    """Return what may go out at the place that is left once what waits for later is cleared away."""
    if not one.waiting:
        return one
    cancel_pending(one.waiting)
    return replace(one, place=Timeline.of(one.work, now=now).place(at))


def _out(
    work: Work,
    *,
    by: User,
    at: datetime | None,
    change: ChangeNote | None,
    questions: Iterable[FAQ | PublishRequest],
    answers: Answers | None,
    overrides: Mapping[str, str] | None,
    seen: int | None,
) -> Edition:
    own = PublishRequest(work, change, overrides=overrides or {}, seen=seen)
    made = publish_many([own, *questions], by=by, at=at, answers=answers)
    shown = [edition for edition in made if edition.work_id == work.pk]
    return shown[0] if shown else Edition.objects.live(at or made[0].live_from).get(work=work)
