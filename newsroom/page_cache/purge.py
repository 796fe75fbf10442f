"""Purge changed pages from CDNs, by page key. The worker does this after the change is committed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.cdn_headers import ALL_TAG, OVERFLOW_TAG, cdn_tag
from newsroom.page_cache.models import PageKey
from newsroom.page_cache.release import release
from newsroom.pings import purge_cdn
from newsroom.task_queue import enqueue, outbound

# After this time, responses that were in transit to a CDN during a purge have arrived, so a second purge removes them.
REPEAT_DELAY = timedelta(seconds=60)
# After this time, the web processes of the previous release have ended.
DEPLOYMENT_TIME = timedelta(minutes=10)
# If a change has more tags than this, the whole CDN is purged instead, with a single tag.
_MAX_TAGS = 1_000
RELEASE = "release:"

# The releases that this process has already checked.
_checked_releases: set[str] = set()


def enqueue_purge(names: Iterable[str]) -> None:
    """Enqueue a purge of these page keys, unless ``PURGE_URL`` is empty. It runs after the transaction is committed."""
    # The task is written to the same database in the same transaction, so that change and task commit together.
    if settings.PURGE_URL and (tags := sorted({cdn_tag(name) for name in names})):
        enqueue(purge, [ALL_TAG] if len(tags) > _MAX_TAGS else [*tags, OVERFLOW_TAG])


@outbound
@task(priority=100)  # before all other tasks, because readers see stale pages until then
def purge(tags: list[str], *, is_last: bool = False) -> int:
    """Purge the responses with any of these tags, and return the number of tags.

    Unless ``is_last`` is set, enqueue the same purge for a minute later. The task is idempotent. Raise the same
    exceptions as ``purge_cdn``. Without ``PURGE_URL``, purge nothing and return 0.
    """
    if not settings.PURGE_URL:
        return 0
    purge_cdn(settings.PURGE_URL, tags, header=settings.PURGE_HEADER)
    if not is_last:
        enqueue(purge.using(run_after=clock.now() + REPEAT_DELAY), tags, is_last=True)
    return len(tags)


def purge_for_new_release(at: datetime) -> bool:
    """Enqueue purges of the whole CDN if the running release differs from the last one, and return whether it does.

    Return False without ``PURGE_URL``, or if this process has already checked the release.
    """
    running = release()
    if not settings.PURGE_URL or running in _checked_releases:
        return False
    with transaction.atomic():
        known_releases = (
            PageKey.objects.filter(name__startswith=RELEASE).order_by("-version").values_list("name", flat=True)
        )
        is_new = known_releases.first() != f"{RELEASE}{running}"
        if is_new:
            enqueue(purge, [ALL_TAG])
            # Web processes of the previous release may still be running, so the CDN is emptied again later.
            enqueue(purge.using(run_after=at + DEPLOYMENT_TIME), [ALL_TAG])
            PageKey.objects.bump_versions([f"{RELEASE}{running}"], at=at)
    _checked_releases.add(running)
    return is_new
