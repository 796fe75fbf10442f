"""Merge of two orders of the same rows."""

from collections.abc import Collection, Hashable, Sequence


def merge_order[Key: Hashable](
    base: Sequence[Key], theirs: Sequence[Key], mine: Sequence[Key], kept: Collection[Key]
) -> tuple[list[Key], bool]:
    """Return the keys ``kept`` of ``theirs`` or ``mine`` in merged order, and whether the two orders are in conflict.

    A pair of rows that was in ``base`` has the order of the side that swapped it. If such pairs form a cycle, the moves
    are in conflict and the order is that of ``theirs``. An added row follows the row after which it was added; of two
    added after the same row, that of ``theirs`` comes first.
    """
    shared = set(base) & set(theirs) & set(mine) & set(kept)
    placed, is_conflict = _shared_order(*([key for key in side if key in shared] for side in (base, theirs, mine)))
    in_theirs = set(theirs)
    _insert(placed, mine, {key for key in kept if key not in in_theirs})
    _insert(placed, theirs, set(kept) & in_theirs - shared)
    return placed, is_conflict


def _shared_order[Key: Hashable](base: list[Key], theirs: list[Key], mine: list[Key]) -> tuple[list[Key], bool]:
    if mine in (base, theirs):
        return list(theirs), False
    if theirs == base:
        return list(mine), False
    # How many rows follow each one; if the pairs form no cycle, no two rows have the same number.
    behind = _rows_behind(base, theirs, mine)
    if len(set(behind.values())) < len(behind):
        return list(theirs), True
    return sorted(theirs, key=lambda key: -behind[key]), False


def _rows_behind[Key: Hashable](base: list[Key], theirs: list[Key], mine: list[Key]) -> dict[Key, int]:
    """Return how many rows follow each one if each pair has the order of the side that swapped it."""
    # A set of rows is an integer with one bit for each row, so that one operation compares thousands of rows.
    bit = {key: 1 << place for place, key in enumerate(base)}
    every = (1 << len(base)) - 1
    after = [_bits_after(side, bit) for side in (base, theirs, mine)]
    counts = {}
    for place, key in enumerate(base):
        in_base, in_theirs, in_mine = (side[key] for side in after)
        others = every ^ bit[key]
        always_behind = in_base & in_theirs & in_mine
        always_before = (others ^ in_base) & (others ^ in_theirs) & (others ^ in_mine)
        counts[key] = always_behind.bit_count() + place - always_before.bit_count()
    return counts


def _bits_after[Key: Hashable](side: list[Key], bit: dict[Key, int]) -> dict[Key, int]:
    """Return the set of rows that follow each one in ``side``, as bits."""
    after, rest = {}, 0
    for key in reversed(side):
        after[key] = rest
        rest |= bit[key]
    return after


def _insert[Key: Hashable](placed: list[Key], side: Sequence[Key], added: Collection[Key]) -> None:
    """Insert each of ``added`` into ``placed``, after the row that precedes it in ``side``."""
    there = set(placed)
    following: dict[Key | None, list[Key]] = {None: []}
    previous: Key | None = None
    for key in side:
        if key in added:
            following[previous].append(key)
        elif key in there:
            previous = key
            following[key] = []
    placed[:] = following[None] + [each for key in placed for each in (key, *following.get(key, ()))]
