"""Find unused page keys: those of objects that no longer exist, and of previous releases."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import QuerySet

from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import RELEASE

_KEYS_PER_QUERY = 500  # SQLite accepts at most a thousand terms in a condition

_objects: defaultdict[str, list[Callable[[], QuerySet[Any]]]] = defaultdict(list)


def register_objects(kind: str, objects: Callable[[], QuerySet[Any]]) -> None:
    """Register a function that returns a QuerySet of objects whose ``uid`` may be in page keys of this kind."""
    _objects[kind].append(objects)


def find_unused_keys(at: datetime, age: timedelta) -> Iterator[QuerySet[PageKey]]:
    """Yield QuerySets of unused page keys that have not changed for ``age``.

    Keys of objects that no longer exist are left out while a stored page depends on them. A page that is being built
    with such a key may still be stored, but is never valid once the key has been deleted.
    """
    old = PageKey.objects.unchanged_since(at - age)
    for kind, objects in _objects.items():
        for prefix in (f"{kind}:", f"list:{kind}:"):
            found = old.without_object(prefix, [each() for each in objects])
            for names in batched(list(found.values_list("name", flat=True)), _KEYS_PER_QUERY):
                yield PageKey.objects.filter(name__in=set(names) - StoredPage.objects.used_keys(names))
    # The newest of these keys says which release ran last.
    releases = PageKey.objects.filter(name__startswith=RELEASE).order_by("-version").values_list("name", flat=True)
    yield old.filter(name__startswith=RELEASE).exclude(name=releases.first())
