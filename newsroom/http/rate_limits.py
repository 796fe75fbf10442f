"""Rate limits: a fixed number of slots for some seconds, each held once, in the cache that all workers share.

Simultaneous requests are counted exactly like successive ones. While the cache takes no writes, a slot is always free.
"""

from collections.abc import Iterable

from django.core.cache import cache


def acquire_slot(name: str, most: int, *, seconds: int) -> str | None:
    """Acquire the first free of the ``most`` slots of ``name`` for ``seconds``; return its key, or None."""
    places = [f"{name}:{number}" for number in range(most)]
    taken = cache.get_many(places)
    return next((place for place in places if place not in taken and cache.add(place, 1, seconds)), None)


def release_slot(place: str) -> None:
    """Free the slot with this key before its time is over."""
    cache.delete(place)


def acquire_slots(wanted: Iterable[tuple[str, int]], *, seconds: int) -> bool:
    """Acquire one slot of every name for ``seconds``, or none at all; return whether it succeeded.

    ``wanted`` yields each name with the number of its slots.
    """
    taken: list[str] = []
    for name, most in wanted:
        place = acquire_slot(name, most, seconds=seconds)
        if place is None:
            cache.delete_many(taken)
            return False
        taken.append(place)
    return True
