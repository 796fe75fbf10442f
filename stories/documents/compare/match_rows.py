"""Finds for each row of one list the same row in another: what came, went, or passed others."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from newsroom.text.diff.align import ascending


@dataclass(frozen=True, slots=True)
class Pair[V]:
    """A row before and now; None on the side where it is not. Places count from 1, 0 where it is not.

    ``value`` is the row now, or as it was when it went.
    """

    value: V
    old: V | None
    new: V | None
    was: int
    now: int
    is_moved: bool = False


def paired[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> list[Pair[V]]:
    """Return all rows of both lists in the order of the new one, those that went where they stood before.

    Rows are the same whose first key agrees; among those left over, whose second key agrees, and so on. As few rows
    as possible are said to have moved.
    """
    partner = _partners(old, new, keys)
    places = [partner[now] for now in sorted(partner)]
    stayed, kept = set(places), {places[place] for place in ascending(places)}

    def gone_after(start: int) -> list[Pair[V]]:
        """Return the rows that went from behind this place, up to the next row that kept its order."""
        behind = takewhile(lambda was: was not in kept, range(start + 1, len(old)))
        return [Pair(old[was], old[was], None, was + 1, 0) for was in behind if was not in stayed]

    pairs = gone_after(-1)
    for now, value in enumerate(new):
        was = partner.get(now)
        if was is None:
            pairs.append(Pair(value, None, value, 0, now + 1))
        else:
            pairs.append(Pair(value, old[was], value, was + 1, now + 1, was not in kept))
            pairs += gone_after(was) if was in kept else []
    return pairs


def _partners[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> dict[int, int]:
    """Return the place in ``old`` for each place in ``new`` that has one."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        free: defaultdict[Hashable, list[int]] = defaultdict(list)
        for was in range(len(old) - 1, -1, -1):
            if was not in taken:
                free[key(old[was])].append(was)
        for now, value in enumerate(new):
            if now not in partner and (same := free.get(key(value))):
                partner[now] = same.pop()
                taken.add(partner[now])
    return partner
