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
from stories.publishing.timeline import Place, Timeline, end_previous


@invalidation()
def save_bundle(title: str, works: Iterable[Work], *, by: User, bundle: Bundle | None = None) -> Bundle:
    """Create a bundle of these works in this order, or give an unpublished bundle exactly these members.

    Raise NotAllowedError if the user may not make bundles. Raise InvalidStateError without a title or works, for works
    that are in the trash or were erased meanwhile, and for a bundle that was published.
    """
    require_permission(by, "stories.add_bundle", "Only editors make bundles.")
    keys = list(dict.fromkeys(work.pk for work in works))
    if not title.strip() or not keys:
        raise InvalidStateError("A bundle has a title, and at least one story or question.")
    if bundle is not None:
        bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
        if bundle.sent_at:
            raise InvalidStateError("This bundle has gone out: what was in it stays as it was.")
    locked = lock_works(keys)
    members = [locked[key] for key in keys]
    if binned := [work for work in members if work.binned_at]:
        raise InvalidStateError(f"“{binned[0].slug}” lies in the bin. Take it out before it goes into a bundle.")
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
    """Publish all works of the bundle, at once or at ``at``, and return the new editions.

    ``requests`` are publish requests for members that need options. ``resolutions`` is as for ``publish_many``. Links between
    members resolve, since all of them go live together. Raise NotAllowedError if the user may not publish. Raise
    InvalidStateError if the bundle is empty or was published before. Raise the errors of ``publish_many``, with the
    findings of all members.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors publish a bundle.")
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if bundle.sent_at:
        raise InvalidStateError("This bundle has gone out before. Make a new one.")
    locked = lock_works(bundle.members.values_list("work_id", flat=True))
    if not locked:
        raise InvalidStateError("Nothing is in this bundle.")
    now = clock.now_for_verb()
    said = {going.work.pk: going for going in requests}
    going_out = [replace(said.get(key, PublishRequest(work)), work=work) for key, work in locked.items()]
    made = publish_locked(going_out, by=by, at=at, now=now, resolutions=resolutions or {}, bundle=bundle)
    bundle.live_from, bundle.sent_at = at or now, now
    bundle.save(update_fields=["live_from", "sent_at"])
    after: dict[str, object] = {"works": [str(edition.uid) for edition in made], "live_from": (at or now).isoformat()}
    Event.objects.write("bundle", bundle.uid, "bundle published", by=by, after=after, reason=bundle.title)
    return made


@invalidation()
def undo_bundle(bundle: Bundle, *, by: User, note: str) -> list[Edition]:
    """Restore what was live before the bundle, and return the editions made for it; ``note`` tells readers why.

    Earlier documents are published again as new editions. A page that was not live before gets ``note`` as its notice.
    Pending schedules of the bundle are cancelled.

    Raise NotAllowedError if the user may not publish. Raise InvalidStateError without a note, for a bundle that was not
    published or was undone, and if members have changed since; the message names them.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors undo a bundle.")
    if not note.strip():
        raise InvalidStateError("Say to readers why this is taken back.")
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if not bundle.sent_at or bundle.undone_at:
        raise InvalidStateError("This bundle did not go out, or was undone before.")
    sent = bundle.editions.without_cancelled().order_by("pk")
    editions = {edition.work_id: edition for edition in sent}
    locked = lock_works(editions)
    now = clock.now_for_verb()
    lines = {key: Timeline.load(work, now=now) for key, work in locked.items()}
    if moved := [editions[key].title for key, line in lines.items() if not _is_unchanged(editions[key], line)]:
        raise InvalidStateError(f"Changed since the bundle went out: {', '.join(moved)}. Undo these by themselves.")
    made = [
        edition
        for key, work in locked.items()
        if (edition := _put_back(work, editions[key], lines[key], bundle, by=by, note=note.strip()))
    ]
    for work in locked.values():
        cancel_idle_notices(work, by=by, now=now)
    bundle.undone_at = now
    bundle.save(update_fields=["undone_at"])
    Event.objects.write("bundle", bundle.uid, "bundle undone", by=by, reason=note.strip())
    return made


def _is_unchanged(edition: Edition, line: Timeline) -> bool:
    """Return whether the bundle's edition is the last page of its work, and is live or pending."""
    pages = [each for each in line.editions if each.kind == EditionKind.PAGE]
    stands = line.in_force is not None and line.in_force.pk == edition.pk
    return bool(pages) and pages[-1].pk == edition.pk and (stands or edition.live_from > line.now)


def _put_back(work: Work, edition: Edition, line: Timeline, bundle: Bundle, *, by: User, note: str) -> Edition | None:
    if any(waiting.pk == edition.pk for waiting in line.pending):
        empty_spans([edition])
        write_cancellation(edition, by=by, reason=f"“{bundle}” was undone")
        return None
    earlier = [each for each in line.editions if each.live_from < edition.live_from]
    if earlier and earlier[-1].kind == EditionKind.PAGE and earlier[-1].revision is not None:
        return _publish_again(work, earlier[-1], bundle, by=by, note=note, now=line.now)
    place: Place = line.place()
    end_previous([place])
    notice = create_notice(work, edition, place, note, by=by, change=Change.WITHDRAWAL)
    Event.objects.write(work.kind, work.uid, "withdrawn", by=by, after={"edition": notice.number}, reason=note)
    notifications.notify_withdrawn(work, by=by, at=line.now)
    return notice


def _publish_again(work: Work, page: Edition, bundle: Bundle, *, by: User, note: str, now: datetime) -> Edition | None:
    """Publish an earlier page again, overriding blockers because it was public before."""
    going = PublishRequest(work, ChangeNote(Change.UPDATE, note), page.revision, public_before=f"“{bundle}” was undone")
    try:
        (made,) = publish_locked([going], by=by, at=None, now=now, resolutions={})
    except NothingNewError:
        return None
    return made
