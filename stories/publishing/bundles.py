"""Save, publish and undo bundles: works that are published together, all or none."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Bundle, BundleMember, Change, ChangeNote, Edition, EditionKind, Work
from stories.publishing import notifications
from stories.publishing.editions.create import create_notice
from stories.publishing.errors import InvalidStateError, NothingNewError
from stories.publishing.pending_schedules import cancel_idle_notices, empty_spans, write_cancellation
from stories.publishing.pipeline import PUBLISH_PERMISSION, ScheduleResolution, lock_works
from stories.publishing.publish import publish_locked
from stories.publishing.request import PublishRequest
from stories.publishing.timeline import Timeline, end_previous


@invalidation()
def save_bundle(title: str, works: Iterable[Work], *, by: User, bundle: Bundle | None = None) -> Bundle:
    """Create a bundle of these works in this order, or give an unpublished one this title and exactly these works.

    Return the bundle. Raise NotAllowedError if the user may not create bundles. Raise InvalidStateError if the title or
    the works are missing, or if the bundle has already been published. Also raise it if a work is in the trash or has
    just been erased.
    """
    require_permission(by, "stories.add_bundle", "Only editors can create bundles.")
    work_ids = list(dict.fromkeys(work.pk for work in works))
    if not title.strip() or not work_ids:
        raise InvalidStateError("A bundle needs a title and at least one page.")
    if bundle is not None:
        bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
        if bundle.sent_at:
            raise InvalidStateError("This bundle has been published and can’t be changed.")
    locked = lock_works(work_ids)
    members = [locked[work_id] for work_id in work_ids]
    if binned := [work for work in members if work.binned_at]:
        raise InvalidStateError(f"“{binned[0].slug}” is in the bin. Restore it first.")
    if bundle is None:
        bundle = Bundle.objects.create(title=title.strip(), created_by=by)
    else:
        bundle.title = title.strip()
        bundle.save(update_fields=["title"])
        bundle.members.all().delete()
    BundleMember.objects.bulk_create(
        BundleMember(bundle=bundle, work=work, position=position) for position, work in enumerate(members)
    )
    after: dict[str, object] = {"works": [str(work.uid) for work in members]}
    Event.objects.write("bundle", bundle.uid, "bundle gathered", by=by, after=after, reason=bundle.title)
    return bundle


@invalidation()
def publish_bundle(
    bundle: Bundle,
    *,
    by: User,
    at: datetime | None = None,
    requests: Iterable[PublishRequest] = (),
    resolutions: Mapping[int, ScheduleResolution] | None = None,
) -> list[Edition]:
    """Publish all works of the bundle, immediately or at ``at``, and return the new editions.

    ``requests`` are publish requests for members that need options. ``resolutions`` has the same meaning as in
    ``publish_many``. Links between members resolve, because all of them go live together. Raise NotAllowedError if the
    user may not publish. Raise InvalidStateError if the bundle is empty or has already been published. Raise the errors
    of ``publish_many``; a NotReadyError has the blockers of all members.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can publish a bundle.")
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if bundle.sent_at:
        raise InvalidStateError("This bundle has already been published. Create a new one.")
    locked = lock_works(bundle.members.values_list("work_id", flat=True))
    if not locked:
        raise InvalidStateError("This bundle is empty. Add at least one page.")
    now = clock.now_for_publishing()
    requests_by_work = {request.work.pk: request for request in requests}
    locked_requests = [
        replace(requests_by_work.get(work_id, PublishRequest(work)), work=work) for work_id, work in locked.items()
    ]
    editions = publish_locked(locked_requests, by=by, at=at, now=now, resolutions=resolutions or {}, bundle=bundle)
    bundle.live_from, bundle.sent_at = at or now, now
    bundle.save(update_fields=["live_from", "sent_at"])
    after: dict[str, object] = {
        "works": [str(edition.uid) for edition in editions],
        "live_from": (at or now).isoformat(),
    }
    Event.objects.write("bundle", bundle.uid, "bundle published", by=by, after=after, reason=bundle.title)
    return editions


@invalidation()
def undo_bundle(bundle: Bundle, *, by: User, note: str) -> list[Edition]:
    """Restore what was live before the bundle was published, and return the new editions; ``note`` tells readers why.

    Earlier documents are published again as new editions. A page that was not live before gets ``note`` as its notice.
    Pending schedules of the bundle are cancelled.

    Raise NotAllowedError if the user may not publish. Raise InvalidStateError if the note is missing, or if the bundle
    was never published or has already been undone. Also raise it if members have changed since; the message names them.
    Raise the errors of ``publish_locked`` if an earlier document cannot be published again, and those of
    ``clock.now_for_publishing``, ``pipeline.lock_works`` and ``timeline.empty_span``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can undo a bundle.")
    if not note.strip():
        raise InvalidStateError("Tell readers why this is undone.")
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if not bundle.sent_at or bundle.undone_at:
        raise InvalidStateError("This bundle has not been published, or has already been undone.")
    editions = {edition.work_id: edition for edition in bundle.editions.without_cancelled().order_by("pk")}
    locked = lock_works(editions)
    now = clock.now_for_publishing()
    timelines = Timeline.load_many(locked.values(), now=now)
    if changed := [
        editions[key].title for key, timeline in timelines.items() if not _is_unchanged(editions[key], timeline)
    ]:
        raise InvalidStateError(
            f"Changed since the bundle was published: {', '.join(changed)}. Undo these individually."
        )
    restored = [
        edition
        for key, work in locked.items()
        if (edition := _restore(work, editions[key], timelines[key], bundle, by=by, note=note.strip()))
    ]
    for work in locked.values():
        cancel_idle_notices(work, by=by, now=now)
    bundle.undone_at = now
    bundle.save(update_fields=["undone_at"])
    Event.objects.write("bundle", bundle.uid, "bundle undone", by=by, reason=note.strip())
    return restored


def _is_unchanged(edition: Edition, timeline: Timeline) -> bool:
    """Return whether the bundle's edition is the last page of its work, and is live or pending."""
    pages = [each for each in timeline.editions if each.kind == EditionKind.PAGE]
    is_in_force = timeline.in_force is not None and timeline.in_force.pk == edition.pk
    return bool(pages) and pages[-1].pk == edition.pk and (is_in_force or edition.live_from > timeline.now)


def _restore(
    work: Work, edition: Edition, timeline: Timeline, bundle: Bundle, *, by: User, note: str
) -> Edition | None:
    """Restore what was live before ``edition``, and return the new edition, or None if there is nothing to publish.

    If ``edition`` is still pending, only cancel it.
    """
    if any(pending.pk == edition.pk for pending in timeline.pending):
        empty_spans([edition])
        write_cancellation(edition, by=by, reason=f"“{bundle}” was undone")
        return None
    earlier = [each for each in timeline.editions if each.live_from < edition.live_from]
    if earlier and earlier[-1].kind == EditionKind.PAGE and earlier[-1].revision is not None:
        return _publish_again(work, earlier[-1], bundle, by=by, note=note, now=timeline.now)
    place = timeline.find_place()
    end_previous([place])
    notice = create_notice(work, edition, place, note, by=by, change=Change.WITHDRAWAL)
    Event.objects.write(work.kind, work.uid, "withdrawn", by=by, after={"edition": notice.number}, reason=note)
    notifications.notify_withdrawn(work, by=by, at=timeline.now)
    return notice


def _publish_again(work: Work, page: Edition, bundle: Bundle, *, by: User, note: str, now: datetime) -> Edition | None:
    """Publish an earlier page again, and return the new edition, or None if readers already see the same document.

    Overridable blockers are overridden, because the page was public before.
    """
    request = PublishRequest(
        work, ChangeNote(Change.UPDATE, note), page.revision, public_before=f"“{bundle}” was undone"
    )
    try:
        (edition,) = publish_locked([request], by=by, at=None, now=now, resolutions={})
    except NothingNewError:
        return None
    return edition
