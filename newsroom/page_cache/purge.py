"""Purges at CDNs what has changed: by its keys, once the change is committed, by the worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.cdn import EVERYTHING, MANY, tag_of
from newsroom.page_cache.models import PageKey
from newsroom.page_cache.release import release
from newsroom.pings import purge_cdn
from newsroom.task_queue import enqueue

# What was on its way to an edge while it was purged has arrived by then, and is purged as well.
ON_ITS_WAY = timedelta(seconds=60)
# By then the web processes of the release before have ended, and hand out no pages any more.
DEPLOYED = timedelta(minutes=10)
# One change of more keys than these empties the edge: that costs less than saying them all.
_MOST_TAGS = 1_000
_RELEASE = "release:"

# The release that this process has looked after.
_noticed: set[str] = set()


def purge_changed(names: Iterable[str]) -> None:
    """Have the worker purge the keys of these names, as soon as the transaction is committed, if it is.

    Nothing is lost in between: the task stands in the same database and is written in the same transaction.
    """
    if settings.PURGE_URL and (tags := sorted({tag_of(name) for name in names})):
        enqueue(purge, [EVERYTHING] if len(tags) > _MOST_TAGS else [*tags, MANY])


@task(priority=100)  # before all other work, as somebody is waiting
def purge(tags: list[str], *, is_last: bool = False) -> int:
    """Purge what has one of these keys, and once more a minute later; return how many keys. Safe to run again.

    Raises as ``purge_cdn`` does. Without ``PURGE_URL`` nothing is purged any more.
    """
    if not settings.PURGE_URL:
        return 0
    purge_cdn(settings.PURGE_URL, tags, header=settings.PURGE_HEADER)
    if not is_last:
        enqueue(purge.using(run_after=clock.now() + ON_ITS_WAY), tags, is_last=True)
    return len(tags)


def notice_release(at: datetime) -> bool:
    """Empty the edge where the release that runs now is not the one that ran last; return whether it is not.

    Once in a process. The web processes may still be those of the release before: the edge is emptied again later.
    """
    running = release()
    if not settings.PURGE_URL or running in _noticed:
        return False
    with transaction.atomic():
        known = PageKey.objects.filter(name__startswith=_RELEASE).order_by("-version").values_list("name", flat=True)
        is_new = known.first() != f"{_RELEASE}{running}"
        if is_new:
            enqueue(purge, [EVERYTHING])
            enqueue(purge.using(run_after=at + DEPLOYED), [EVERYTHING])
            PageKey.objects.bump([f"{_RELEASE}{running}"], at=at)
    _noticed.add(running)
    return is_new
