"""Joins two orders of the same rows."""

from collections.abc import Collection, Hashable, Sequence


def joined_order[Key: Hashable](
    base: Sequence[Key], theirs: Sequence[Key], mine: Sequence[Key], kept: Collection[Key]
) -> tuple[list[Key], bool]:
    """Return ``kept``, keys of ``theirs`` or ``mine``, in the order of both, and whether the two orders are in conflict.

    Of each two rows that were there before, the order is that of the side which turned it round. Where such pairs
    lead in a circle the moves are in conflict, and the order is that of ``theirs``. A row that was added stands
    behind the row it was added behind; of two added behind the same one, that of ``theirs`` comes first.
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
    before, then = ({key: place for place, key in enumerate(side)} for side in (base, mine))
    # How many rows stand behind each one; where pairs lead in no circle, no two rows have equally many.
    behind = dict.fromkeys(theirs, 0)
    for place, one in enumerate(theirs):
        for other in theirs[place + 1 :]:
            was_first = before[one] < before[other]
            stays_first = then[one] < then[other] if was_first else True
            behind[one if stays_first else other] += 1
    if len(set(behind.values())) < len(behind):
        return list(theirs), True
    return sorted(theirs, key=lambda key: -behind[key]), False


def _insert[Key: Hashable](placed: list[Key], side: Sequence[Key], added: Collection[Key]) -> None:
    """Put each of ``added`` behind the row that precedes it in ``side``."""
    there = set(placed)
    previous: Key | None = None
    for key in side:
        if key in added:
            placed.insert(placed.index(previous) + 1 if previous is not None else 0, key)
            there.add(key)
        if key in there:
            previous = key
