"""Merge two orders of the rows of a list."""

from collections.abc import Collection, Hashable, Sequence


def merge_order[Key: Hashable](
    base: Sequence[Key], theirs: Sequence[Key], mine: Sequence[Key], merged_keys: Collection[Key]
) -> tuple[list[Key], bool]:
    """Return ``merged_keys``, keys of ``theirs`` or ``mine``, in merged order, and whether the two orders conflict.

    Two rows of ``base`` have the order of the side that swapped them, or else the order of ``base``. If such pairs form
    a cycle, the moves conflict, and the rows have the order of ``theirs``. An added row follows the row after which it
    was added. If both sides added a row after the same row, the row from ``theirs`` comes first.
    """
    shared = set(base) & set(theirs) & set(mine) & set(merged_keys)
    placed, is_conflict = _shared_order(*([key for key in side if key in shared] for side in (base, theirs, mine)))
    in_theirs = set(theirs)
    _insert(placed, mine, {key for key in merged_keys if key not in in_theirs})
    _insert(placed, theirs, set(merged_keys) & in_theirs - shared)
    return placed, is_conflict


def _shared_order[Key: Hashable](base: list[Key], theirs: list[Key], mine: list[Key]) -> tuple[list[Key], bool]:
    if mine in (base, theirs):
        return list(theirs), False
    if theirs == base:
        return list(mine), False
    # The number of rows that follow each row. If the pairs do not form a cycle, these numbers are all different.
    counts = _count_following(base, theirs, mine)
    if len(set(counts.values())) < len(counts):
        return list(theirs), True
    return sorted(theirs, key=lambda key: -counts[key]), False


def _count_following[Key: Hashable](base: list[Key], theirs: list[Key], mine: list[Key]) -> dict[Key, int]:
    """Return the number of rows that follow each row if each pair has the order of the side that swapped it."""
    # A set of rows is an integer with one bit for each row, so that a single operation compares thousands of rows.
    bit = {key: 1 << index for index, key in enumerate(base)}
    all_rows = (1 << len(base)) - 1
    after = [_bits_after(side, bit) for side in (base, theirs, mine)]
    counts = {}
    for index, key in enumerate(base):
        in_base, in_theirs, in_mine = (side[key] for side in after)
        others = all_rows ^ bit[key]
        always_behind = in_base & in_theirs & in_mine
        always_before = (others ^ in_base) & (others ^ in_theirs) & (others ^ in_mine)
        counts[key] = always_behind.bit_count() + index - always_before.bit_count()
    return counts


def _bits_after[Key: Hashable](side: list[Key], bit: dict[Key, int]) -> dict[Key, int]:
    """Return the rows that follow each row in ``side``, as a set of bits."""
    after, following = {}, 0
    for key in reversed(side):
        after[key] = following
        following |= bit[key]
    return after


def _insert[Key: Hashable](placed: list[Key], side: Sequence[Key], added: Collection[Key]) -> None:
    """Insert each key in ``added`` into ``placed``, after the key that precedes it in ``side``."""
    present = set(placed)
    followers: dict[Key | None, list[Key]] = {None: []}
    previous: Key | None = None
    for key in side:
        if key in added:
            followers[previous].append(key)
        elif key in present:
            previous = key
            followers[key] = []
    placed[:] = followers[None] + [each for key in placed for each in (key, *followers.get(key, ()))]
