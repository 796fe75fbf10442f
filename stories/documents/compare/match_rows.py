"""Matching of the rows of two lists, to find rows that were added, removed or moved."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from newsroom.text.diff.align import longest_increasing


@dataclass(frozen=True, slots=True)
class RowMatch[V]:
    """A row before and after; None on the side where it is absent.

    ``was`` and ``now`` are positions from 1, or 0 where it is absent. ``value`` is the new row, or the old one if it
    was removed.
    """

    value: V
    old: V | None
    new: V | None
    was: int
    now: int
    is_moved: bool = False


def match_rows[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> list[RowMatch[V]]:
    """Return the rows of both lists in the order of the new one, with removed rows in their old places.

    Rows match if their first keys are equal; of the remaining rows, if their second keys are, and so on. As few rows as
    possible count as moved.
    """
    partner = _partners(old, new, keys)
    places = [partner[now] for now in sorted(partner)]
    stayed, kept = set(places), {places[place] for place in longest_increasing(places)}

    def gone_after(start: int) -> list[RowMatch[V]]:
        """Return the rows removed after this place, up to the next row that did not move."""
        behind = takewhile(lambda was: was not in kept, range(start + 1, len(old)))
        return [RowMatch(old[was], old[was], None, was + 1, 0) for was in behind if was not in stayed]

    pairs = gone_after(-1)
    for now, value in enumerate(new):
        was = partner.get(now)
        if was is None:
            pairs.append(RowMatch(value, None, value, 0, now + 1))
        else:
            pairs.append(RowMatch(value, old[was], value, was + 1, now + 1, was not in kept))
            pairs += gone_after(was) if was in kept else []
    return pairs


def _partners[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> dict[int, int]:
    """Return the index in ``old`` for each index in ``new`` whose row has a match."""
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
