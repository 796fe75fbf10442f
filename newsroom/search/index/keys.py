"""Keys of search documents: for a page, the time of its update; for a topic or an outlet, the next number."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Max

from newsroom.db.statements import PreparedQuery
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import FIRST_PAGE_KEY

# A replacement for a key in use is less than 2**_MAX_POWER microseconds later.
_MAX_POWER = 26


_KEYS_IN_USE = PreparedQuery(lambda keys: SearchDocument.objects.filter(pk__in=keys).values_list("pk"))


def first_keys(moments: Sequence[datetime], uids: Sequence[UUID]) -> list[int]:
    """Return a different key for each page: the key of its moment or, if it is already returned, a later one.

    The keys may be in use. ``uids`` are the uids of the pages.
    """
    keys: list[int] = []
    used: set[int] = set()
    next_keys: dict[int, int] = {}
    for moment in moments:
        first = key_for(moment)
        key = next_keys.get(first, first)
        while key in used:
            key += 1
        keys.append(key)
        used.add(key)
        next_keys[first] = key + 1
    return keys


def find_free_keys(moments: Sequence[datetime], uids: Sequence[UUID]) -> list[int]:
    """Return a free key for each page: the key of its moment, or a later one. ``uids`` are the uids of the pages.

    This takes at most two queries, however many pages have the same moment. If a key is in use, the page gets the first
    free one of several later keys. These are derived from its uid, each from a range twice as wide as the previous one.
    """
    keys = first_keys(moments, uids)
    used = set(keys)
    in_use = _find_keys_in_use(keys)
    alternatives = {
        number: [key + 1 + (uid.int >> power) % 2**power for power in range(_MAX_POWER)]
        for number, (key, uid) in enumerate(zip(keys, uids, strict=True))
        if key in in_use
    }
    used |= (
        _find_keys_in_use([key for later_keys in alternatives.values() for key in later_keys])
        if alternatives
        else set()
    )
    for number, later_keys in alternatives.items():
        keys[number] = next(key for key in later_keys if key not in used)
        used.add(keys[number])
    return keys


def next_entity_keys(number: int) -> list[int]:
    """Return keys for ``number`` new topics or outlets, following the highest one in use."""
    names = SearchDocument.objects.filter(pk__lt=FIRST_PAGE_KEY)
    last = int(names.aggregate(last=Max("pk"))["last"] or 0)
    return list(range(last + 1, last + 1 + number))


def _find_keys_in_use(keys: Sequence[int]) -> set[int]:
    return {key for (key,) in _KEYS_IN_USE(keys=keys)} if keys else set()


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = 1_000_000


def key_for(moment: datetime) -> int:
    """Return the key of a page that was updated at ``moment``: microseconds since 1970."""
    since = moment - BEGINNING
    return (since.days * 86_400 + since.seconds) * MICROSECOND + since.microseconds


def update_time(key: int) -> datetime | None:
    """Return the time, to the second, at which the page with this key was updated; None for a topic or an outlet."""
    return datetime.fromtimestamp(key // MICROSECOND, UTC) if key >= FIRST_PAGE_KEY else None
