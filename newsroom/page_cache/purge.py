"""Purging of changed pages from CDNs, by page key: the worker does it, once the change is committed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.cdn import ALL_TAG, OVERFLOW_TAG, cdn_tag
from newsroom.page_cache.models import PageKey
from newsroom.page_cache.release import release
from newsroom.pings import purge_cdn
from newsroom.task_queue import enqueue

# Responses that were on their way to a CDN during a purge have arrived by then, and are purged as well.
REPEAT_DELAY = timedelta(seconds=60)
# By then the web processes of the previous release have ended and serve no more pages.
DEPLOYMENT_TIME = timedelta(minutes=10)
# A change of more keys than these empties the CDN, which costs less than a list of all of them.
_MOST_TAGS = 1_000
_RELEASE = "release:"

# The releases that this process has checked for.
_noticed: set[str] = set()


def enqueue_purge(names: Iterable[str]) -> None:
    """Enqueue a purge of these page keys, which runs once the transaction is committed."""
    # The task is in the same database and written in the same transaction, so that neither can be lost alone.
    if settings.PURGE_URL and (tags := sorted({cdn_tag(name) for name in names})):
        enqueue(purge, [ALL_TAG] if len(tags) > _MOST_TAGS else [*tags, OVERFLOW_TAG])


@task(priority=100)  # before all other tasks, as someone is waiting
def purge(tags: list[str], *, is_last: bool = False) -> int:
    """Purge the responses with one of these tags, and once more a minute later; return how many tags there are.

    Safe to run again. Raise what ``purge_cdn`` raises. Without ``PURGE_URL`` nothing is purged.
    """
    if not settings.PURGE_URL:
        return 0
    purge_cdn(settings.PURGE_URL, tags, header=settings.PURGE_HEADER)
    if not is_last:
        enqueue(purge.using(run_after=clock.now() + REPEAT_DELAY), tags, is_last=True)
    return len(tags)


def purge_for_new_release(at: datetime) -> bool:
    """Empty the CDN if the running release is not the one that ran last; return whether that is so.

    Each process checks a release once.
    """
    running = release()
    if not settings.PURGE_URL or running in _noticed:
        return False
    with transaction.atomic():
        known = PageKey.objects.filter(name__startswith=_RELEASE).order_by("-version").values_list("name", flat=True)
        is_new = known.first() != f"{_RELEASE}{running}"
        if is_new:
            enqueue(purge, [ALL_TAG])
            # The web processes may still be those of the previous release, so the CDN is emptied again later.
            enqueue(purge.using(run_after=at + DEPLOYMENT_TIME), [ALL_TAG])
            PageKey.objects.bump_versions([f"{_RELEASE}{running}"], at=at)
    _noticed.add(running)
    return is_new
