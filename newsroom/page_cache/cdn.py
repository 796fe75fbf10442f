"""What an edge is told of an answer, a cache that stands ahead of us: its keys, and for how long it may keep it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.models import PageKey
from newsroom.page_cache.release import release
from newsroom.pings import purge_cdn
from newsroom.task_queue import enqueue

# The key of every answer: whoever purges it empties the edge.
EVERYTHING = "release"
# The key of answers with more keys than a header holds: any change purges them.
MANY = "many"
LIFETIME = "CDN-Cache-Control"
# Where no purge arrives, an edge answers with what is old for no longer.
LONGEST = 3_600  # seconds
# CDNs take 16 KB in a header, but proxies by default 4 or 8 KB for all headers together, and there are two of these.
_MOST_BYTES = 1_200
_UID = re.compile(r"(?<=:)([0-9a-f]{12})[0-9a-f]{20}\b")


def tag_of(name: str) -> str:
    """Return how the key of this name is called at edges: with the first twelve digits of a uid.

    That is enough to tell millions apart; two that share them would only be purged together.
    """
    return _UID.sub(r"\1", name)


def tag_headers(names: Iterable[str]) -> dict[str, str]:
    """Return the headers that tell edges the keys of an answer: parted by spaces for some, by commas for others."""
    tags = sorted({tag_of(name) for name in names} | {EVERYTHING})
    if len(" ".join(tags)) > _MOST_BYTES:
        tags = [MANY, EVERYTHING]
    return {"Surrogate-Key": " ".join(tags), "Cache-Tag": ",".join(tags)}


def lifetime(valid_until: datetime, *, at: datetime) -> str:
    """Return the value of ``CDN-Cache-Control`` (RFC 9213) of an answer that goes out at ``at``: ``LONGEST`` at most.

    It ends a second before the moment at which time changes the answer, for which that is on its way.
    """
    left = (valid_until - at).total_seconds() - 1
    return _kept_for(max(0, min(LONGEST, int(left))))


def tagged(response: HttpResponseBase, name: str, *, seconds: int) -> HttpResponseBase:
    """Give an answer that is built from one thing its key, and where edges are purged let them keep it for so long."""
    for header, value in tag_headers([name]).items():
        response.headers[header] = value
    if settings.PURGE_URL:
        response.headers[LIFETIME] = _kept_for(seconds)
    return response


def _kept_for(seconds: int) -> str:
    return f"max-age={seconds}, must-revalidate"


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

    Raises as ``tell_edge`` does. Without ``PURGE_URL`` nothing is purged any more.
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
