"""Align two sequences by a longest common subsequence in bounded time; also subsequence and substring search."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from math import isqrt
from typing import NamedTuple

# Two sequences with at most this many pairs of tokens (10,000 in each) are aligned whole, in a few hundredths of a
# second. Longer ones are cut first.
MAX_PAIRS = 100_000_000
# The most tokens that are aligned with any number of others. The work thus grows with the length of the texts and not
# with its square. If both sides have more, they count as wholly changed.
MAX_ALIGNED = 10_000
# How often, at most, a text is cut at tokens that occur once on each side.
MAX_CUTS = 12


class Stretch(NamedTuple):
    """A pair of slices: ``start`` to ``end`` of the old sequence, and ``begin`` to ``until`` of the new one.

    If ``same`` is true, their tokens are equal. Otherwise the old tokens were removed and the new ones added; one of
    the two slices may be empty.
    """

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


class _Block(NamedTuple):
    start: int
    end: int
    begin: int
    until: int
    cuts: int = 0


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Stretch]:
    """Return the stretches from ``old`` to ``new`` in order, covering both; equal and changed stretches alternate.

    The longest common subsequence is computed with one bit for each token: Hyyrö, “Bit-parallel LCS-length computation
    revisited” (2004), with the traceback of rapidfuzz. Long texts are first cut at tokens that occur once on each side
    and in the same order (patience diff). Their common subsequence is then long, but not always the longest.
    """
    numbers: dict[Hashable, int] = {}
    one = [numbers.setdefault(token, len(numbers)) for token in old]
    other = [numbers.setdefault(token, len(numbers)) for token in new]
    return list(_stretches(sorted(_pairs(one, other)), len(one), len(other)))


def _pairs(old: list[int], new: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of equal tokens as index in ``old``, index in ``new`` and length, in any order."""
    todo = [_Block(0, len(old), 0, len(new))]
    while todo:
        block = todo.pop()
        start, end, begin, until, cuts = block
        while start < end and begin < until and old[start] == new[begin]:
            start, begin = start + 1, begin + 1
        while start < end and begin < until and old[end - 1] == new[until - 1]:
            end, until = end - 1, until - 1
        yield block.start, block.begin, start - block.start
        yield end, until, block.end - end
        if start == end or begin == until:
            continue
        is_long = (end - start) * (until - begin) > MAX_PAIRS
        anchors = _anchors(old, new, _Block(start, end, begin, until)) if is_long and cuts < MAX_CUTS else []
        if not anchors:
            yield from _longest(old, new, _Block(start, end, begin, until))
            continue
        for place, at in [*anchors, (end, until)]:
            todo.append(_Block(start, place, begin, at, cuts + 1))
            start, begin = place + 1, at + 1
        yield from ((place, at, 1) for place, at in anchors)


def _anchors(old: list[int], new: list[int], block: _Block) -> list[tuple[int, int]]:
    """Return a longest chain of tokens that occur once on each side of the block, in the same order on both."""
    times = Counter(old[block.start : block.end])
    times_new = Counter(new[block.begin : block.until])
    found = {token: at for at, token in enumerate(new[block.begin : block.until], block.begin) if times_new[token] == 1}
    pairs = [
        (place, found[token])
        for place, token in enumerate(old[block.start : block.end], block.start)
        if times[token] == 1 and token in found
    ]
    return [pairs[place] for place in longest_increasing([at for _, at in pairs])]


def find_occurrences(part: Sequence[Hashable], whole: Sequence[Hashable]) -> Iterator[int]:
    """Yield each index at which ``part`` begins in ``whole``, in one pass: Knuth, Morris and Pratt (1977)."""
    if not part:
        return
    shorter, length = [0], 0  # for each index, the length of the longest proper prefix of ``part`` that ends there
    for token in part[1:]:
        while length and token != part[length]:
            length = shorter[length - 1]
        length += token == part[length]
        shorter.append(length)
    length = 0
    for place, token in enumerate(whole, 1 - len(part)):
        while length and (length == len(part) or token != part[length]):
            length = shorter[length - 1]
        length += token == part[length]
        if length == len(part):
            yield place


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Return the indexes of a longest ascending subsequence of ``values``, which must all differ."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        length = bisect_left(ends, value)
        ends[length : length + 1] = [value]
        places[length : length + 1] = [place]
        before.append(places[length - 1] if length else -1)
    chain: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        chain.append(place)
        place = before[place]
    return chain[::-1]


def _longest(old: list[int], new: list[int], block: _Block) -> Iterator[tuple[int, int, int]]:
    """Yield a longest common subsequence of the block token by token, or nothing if the block is too large."""
    shared = set(old[block.start : block.end]) & set(new[block.begin : block.until])
    rows = [place for place in range(block.start, block.end) if old[place] in shared]
    columns = [place for place in range(block.begin, block.until) if new[place] in shared]
    one, other = [old[place] for place in rows], [new[place] for place in columns]
    if len(columns) <= MAX_ALIGNED:
        yield from ((rows[row], columns[column], 1) for row, column in _weighed(one, other))
    elif len(rows) <= MAX_ALIGNED:
        yield from ((rows[row], columns[column], 1) for column, row in _weighed(other, one))


def _weighed(one: list[int], other: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the index pairs of a longest common subsequence in reverse order; ``other`` has all tokens of ``one``."""
    masks = dict.fromkeys(other, 0)
    for bit, token in enumerate(other):
        masks[token] |= 1 << bit
    row, column = len(one), len(other)
    for first, states in _states_from_the_end([masks[token] for token in one], len(other)):
        while row > first and column:
            if states[row - first] >> (column - 1) & 1:
                column -= 1
            elif states[row - first - 1] >> (column - 1) & 1:
                row, column = row - 1, column - 1
                yield row, column
            else:
                row -= 1


def _states_from_the_end(steps: list[int], width: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the states of the computation in groups, in reverse order, each with the index of its first row."""
    # Only one state of each group is stored, and the others are computed again for each group. Memory thus grows with
    # the square root of the number of rows.
    size = isqrt(len(steps)) + 1
    state = (1 << width) - 1
    kept = []
    for place, step in enumerate(steps):
        if place % size == 0:
            kept.append(state)
        state = _next(state, step, width)
    for group in range(len(kept) - 1, -1, -1):
        states = [kept[group]]
        for step in steps[group * size : (group + 1) * size]:
            states.append(_next(states[-1], step, width))
        yield group * size, states


def _next(state: int, step: int, width: int) -> int:
    matched = state & step
    return ((state + matched) | (state - matched)) & ((1 << width) - 1)


def _stretches(pairs: list[tuple[int, int, int]], old: int, new: int) -> Iterator[Stretch]:
    """Yield the sorted runs as stretches, adjacent runs joined, with the changed stretches between them."""
    start = begin = end = until = 0
    for place, at, length in [*pairs, (old, new, 0)]:
        if (place, at) != (end, until):
            if end > start:
                yield Stretch(True, start, end, begin, until)
            yield Stretch(False, end, place, until, at)
            start, begin = place, at
            end, until = place, at
        end, until = end + length, until + length
    if end > start:
        yield Stretch(True, start, end, begin, until)
