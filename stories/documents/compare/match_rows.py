"""Match the rows of two lists, to find added, removed and moved rows."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from newsroom.text.diff.align import longest_increasing


@dataclass(frozen=True, slots=True)
class RowMatch[V]:
    """A row before (``old``) and after (``new``) a change. One of these is None if the row was added or removed.

    Positions are counted from 1; the position is 0 on the side without the row. ``value`` is the new row, or the old
    one if the row was removed.
    """

    value: V
    old: V | None
    new: V | None
    position_before: int
    position_after: int
    is_moved: bool = False


def match_rows[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> list[RowMatch[V]]:
    """Return the rows of both lists in the order of the new one, with removed rows in their old places.

    Rows match if their first keys are equal. Remaining rows match if their second keys are equal, and so on. As few
    rows as possible count as moved.
    """
    old_indices = _match_indices(old, new, keys)
    matched = [old_indices[new_index] for new_index in sorted(old_indices)]
    matched_set, unmoved = set(matched), {matched[index] for index in longest_increasing(matched)}

    def removed_after(start: int) -> list[RowMatch[V]]:
        """Return matches for the rows removed after the index ``start``, up to the next row that did not move."""
        following = takewhile(lambda index: index not in unmoved, range(start + 1, len(old)))
        return [RowMatch(old[index], old[index], None, index + 1, 0) for index in following if index not in matched_set]

    matches = removed_after(-1)
    for new_index, value in enumerate(new):
        old_index = old_indices.get(new_index)
        if old_index is None:
            matches.append(RowMatch(value, None, value, 0, new_index + 1))
        else:
            is_moved = old_index not in unmoved
            matches.append(RowMatch(value, old[old_index], value, old_index + 1, new_index + 1, is_moved))
            matches += [] if is_moved else removed_after(old_index)
    return matches


def _match_indices[V](old: Sequence[V], new: Sequence[V], keys: Sequence[Callable[[V], Hashable]]) -> dict[int, int]:
    """Return the index in ``old`` for each index in ``new`` whose row has a match."""
    old_indices: dict[int, int] = {}
    matched: set[int] = set()
    for key in keys:
        unmatched: defaultdict[Hashable, list[int]] = defaultdict(list)
        for old_index in range(len(old) - 1, -1, -1):
            if old_index not in matched:
                unmatched[key(old[old_index])].append(old_index)
        for new_index, value in enumerate(new):
            if new_index not in old_indices and (candidates := unmatched.get(key(value))):
                old_indices[new_index] = candidates.pop()
                matched.add(old_indices[new_index])
    return old_indices
