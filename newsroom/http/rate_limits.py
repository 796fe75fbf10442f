"""Places of which there are so many for so long, each taken by one alone, in the cache that all workers share.

Many who ask at the same moment are as many as one after the other. Where nothing can be written there is always a place.
"""

from collections.abc import Iterable

from django.core.cache import cache


def acquire(name: str, most: int, *, seconds: int) -> str | None:
    """Take for ``seconds`` the first free of the ``most`` places called ``name``; return its key, None without one."""
    places = [f"{name}:{number}" for number in range(most)]
    taken = cache.get_many(places)
    return next((place for place in places if place not in taken and cache.add(place, 1, seconds)), None)


def release(place: str) -> None:
    """Let others take the place of this key before its time."""
    cache.delete(place)


def acquire_each(wanted: Iterable[tuple[str, int]], *, seconds: int) -> bool:
    """Take for ``seconds`` one of so many places of every name, and say so; where one is missing take none."""
    taken: list[str] = []
    for name, most in wanted:
        place = acquire(name, most, seconds=seconds)
        if place is None:
            cache.delete_many(taken)
            return False
        taken.append(place)
    return True
