"""Keys of documents: the time of the update for a page, the next number for a topic or an outlet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Max

from newsroom.db.statements import PreparedQuery
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import FIRST_PAGE_KEY

# The key used in place of a taken one is less than 2 to the power of this many microseconds later.
_FARTHEST = 26


_TAKEN = PreparedQuery(lambda keys: SearchDocument.objects.filter(pk__in=keys).values_list("pk"))


def find_free_keys(moments: Sequence[datetime], uids: Sequence[UUID]) -> list[int]:
    """Return a free key for each page, which is its moment or shortly after it; ``uids`` are those of the pages.

    At most two queries, however many pages have the same moment. If a key is taken, the page takes the nearest free one
    of several later keys. Its uid determines these, each within a range twice as wide as the one before.
    """
    keys: list[int] = []
    used: set[int] = set()
    after: dict[int, int] = {}
    for moment in moments:
        first = key_for(moment)
        key = after.get(first, first)
        while key in used:
            key += 1
        keys.append(key)
        used.add(key)
        after[first] = key + 1
    taken = _taken(keys)
    farther = {
        number: [key + 1 + (uid.int >> power) % 2**power for power in range(_FARTHEST)]
        for number, (key, uid) in enumerate(zip(keys, uids, strict=True))
        if key in taken
    }
    used |= _taken([key for some in farther.values() for key in some]) if farther else set()
    for number, some in farther.items():
        keys[number] = next(key for key in some if key not in used)
        used.add(keys[number])
    return keys


def next_entity_keys(number: int) -> list[int]:
    """Return the keys of ``number`` new topics or outlets, which follow the last one. One query."""
    names = SearchDocument.objects.filter(pk__lt=FIRST_PAGE_KEY)
    last = int(names.aggregate(last=Max("pk"))["last"] or 0)
    return list(range(last + 1, last + 1 + number))


def _taken(keys: Sequence[int]) -> set[int]:
    return {key for (key,) in _TAKEN(keys=keys)} if keys else set()


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = 1_000_000


def key_for(moment: datetime) -> int:
    """Return the key of a page that was updated at ``moment``: microseconds since 1970."""
    since = moment - BEGINNING
    return (since.days * 86_400 + since.seconds) * MICROSECOND + since.microseconds


def moment_of(key: int) -> datetime | None:
    """Return when the page with this key was updated, or None for a topic or an outlet."""
    return datetime.fromtimestamp(key // MICROSECOND, UTC) if key >= FIRST_PAGE_KEY else None
