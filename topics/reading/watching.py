"""What lists hang on: who is told, before anything is read, which keys they have and when time alone changes them."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from newsroom.db.statements import Prepared
from newsroom.entities.mentions import editions_of
from newsroom.http.clock import new_year_after
from newsroom.page_cache.dependencies import NAMES, SITE, Guard
from topics.models import Topic


def watch(guard: Guard | None, *names: str) -> None:
    """Tell the guard, if there is one, that a list hangs on the keys of these names. Two queries, or none.

    It also hangs on what topics and outlets are called, on the site, on the next edition that begins by itself, and on
    the year, which is not said while it lasts.
    """
    if guard is None:
        return
    guard.on((SITE, NAMES, *names))
    for (next_begin,) in _WAITING(at=guard.at):
        guard.until(next_begin)
    guard.until(new_year_after(guard.at))


def _waiting(at: datetime) -> QuerySet[Any, Any]:
    """Return when the next edition begins that waits for its time."""
    waiting = editions_of(Topic).filter(live_from__gt=at, live_until__gt=F("live_from")).order_by("live_from")
    first: QuerySet[Any, Any] = waiting.values_list("live_from")[:1]
    return first


_WAITING = Prepared(_waiting)
