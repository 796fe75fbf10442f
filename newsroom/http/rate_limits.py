"""Rate limits: a fixed number of slots in the cache that all processes share, each taken for a number of seconds.

Simultaneous requests are counted in the same way as successive ones. While the cache does not accept writes, every slot
counts as free.
"""

from collections.abc import Iterable

from django.core.cache import cache


def acquire_slot(name: str, limit: int, *, seconds: int) -> str | None:
    """Acquire a free slot of ``name``, which has ``limit`` slots, for ``seconds``.

    Return its key, or None if all are taken.
    """
    keys = list_slots(name, limit)
    used = cache.get_many(keys)
    return next((key for key in keys if key not in used and cache.add(key, 1, seconds)), None)


def list_slots(name: str, limit: int) -> list[str]:
    """Return the keys of all slots of ``name``."""
    return [f"{name}:{number}" for number in range(limit)]


def release_slot(key: str) -> None:
    """Release the slot with this key before it expires."""
    cache.delete(key)


def acquire_slots(limits: Iterable[tuple[str, int]], *, seconds: int) -> bool:
    """Acquire one slot of every name for ``seconds``, or none at all. Return whether this succeeded.

    ``limits`` yields each name with its number of slots.
    """
    acquired: list[str] = []
    for name, limit in limits:
        key = acquire_slot(name, limit, seconds=seconds)
        if key is None:
            cache.delete_many(acquired)
            return False
        acquired.append(key)
    return True
