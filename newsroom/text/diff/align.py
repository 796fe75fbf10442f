"""Align two sequences in bounded time, find one sequence in another, and find an increasing subsequence."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from math import isqrt
from typing import NamedTuple

# Two sequences with at most this many pairs of tokens (such as 10,000 in each) are aligned as a whole, in a few
# hundredths of a second. Longer ones are cut first.
MAX_PAIRS = 100_000_000
# A block is aligned only if one of its sides has at most this many tokens that also occur on the other side. The work
# thus grows with the length of the texts and not with its square. If both sides have more, the block counts as
# completely changed.
MAX_ALIGNED = 10_000
# Maximum depth to which a text is cut at tokens that occur once on each side.
MAX_CUTS = 12


class Stretch(NamedTuple):
    """A pair of slices: ``start`` to ``end`` of the old sequence, ``new_start`` to ``new_end`` of the new one.

    If ``same`` is true, their tokens are equal. Otherwise, the old tokens were removed and the new ones added; one of
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
    new_start: int
    new_end: int
    cuts: int = 0


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Stretch]:
    """Return the stretches from ``old`` to ``new`` in order, covering both; equal and changed stretches alternate.

    The longest common subsequence is computed with one bit for each token: Hyyrö, “Bit-parallel LCS-length computation
    revisited” (2004), with the traceback of rapidfuzz. Long texts are first cut at tokens that occur once on each side
    and in the same order (patience diff). The common subsequence is then long, but not always the longest.
    """
    token_numbers: dict[Hashable, int] = {}
    old_numbers = [token_numbers.setdefault(token, len(token_numbers)) for token in old]
    new_numbers = [token_numbers.setdefault(token, len(token_numbers)) for token in new]
    return list(
        _build_stretches(sorted(_find_equal_runs(old_numbers, new_numbers)), len(old_numbers), len(new_numbers))
    )


def _find_equal_runs(old: list[int], new: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of equal tokens as index in ``old``, index in ``new`` and length, in any order."""
    pending = [_Block(0, len(old), 0, len(new))]
    while pending:
        block = pending.pop()
        start, end, new_start, new_end, cuts = block
        while start < end and new_start < new_end and old[start] == new[new_start]:
            start, new_start = start + 1, new_start + 1
        while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
            end, new_end = end - 1, new_end - 1
        yield block.start, block.new_start, start - block.start
        yield end, new_end, block.end - end
        if start == end or new_start == new_end:
            continue
        is_long = (end - start) * (new_end - new_start) > MAX_PAIRS
        anchors = _find_anchors(old, new, _Block(start, end, new_start, new_end)) if is_long and cuts < MAX_CUTS else []
        if not anchors:
            yield from _align_block(old, new, _Block(start, end, new_start, new_end))
            continue
        for index, new_index in [*anchors, (end, new_end)]:
            pending.append(_Block(start, index, new_start, new_index, cuts + 1))
            start, new_start = index + 1, new_index + 1
        yield from ((index, new_index, 1) for index, new_index in anchors)


def _find_anchors(old: list[int], new: list[int], block: _Block) -> list[tuple[int, int]]:
    """Return the index pairs of a longest chain of tokens that occur once on each side, in the same order."""
    old_counts = Counter(old[block.start : block.end])
    new_counts = Counter(new[block.new_start : block.new_end])
    new_indexes = {
        token: new_index
        for new_index, token in enumerate(new[block.new_start : block.new_end], block.new_start)
        if new_counts[token] == 1
    }
    pairs = [
        (index, new_indexes[token])
        for index, token in enumerate(old[block.start : block.end], block.start)
        if old_counts[token] == 1 and token in new_indexes
    ]
    return [pairs[index] for index in longest_increasing([new_index for _, new_index in pairs])]


def find_occurrences(part: Sequence[Hashable], whole: Sequence[Hashable]) -> Iterator[int]:
    """Yield each index at which ``part`` begins in ``whole``, in one pass: Knuth, Morris and Pratt (1977).

    An empty ``part`` is never found.
    """
    if not part:
        return
    # For each index of ``part``, the length of the longest proper prefix of ``part`` that ends there.
    prefix_lengths, length = [0], 0
    for token in part[1:]:
        while length and token != part[length]:
            length = prefix_lengths[length - 1]
        length += token == part[length]
        prefix_lengths.append(length)
    length = 0
    for start, token in enumerate(whole, 1 - len(part)):
        while length and (length == len(part) or token != part[length]):
            length = prefix_lengths[length - 1]
        length += token == part[length]
        if length == len(part):
            yield start


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Return the indexes of a longest ascending subsequence of ``values``, which must all differ."""
    ends: list[int] = []
    end_indexes: list[int] = []
    predecessors: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(ends, value)
        ends[length : length + 1] = [value]
        end_indexes[length : length + 1] = [index]
        predecessors.append(end_indexes[length - 1] if length else -1)
    chain: list[int] = []
    index = end_indexes[-1] if end_indexes else -1
    while index >= 0:
        chain.append(index)
        index = predecessors[index]
    return chain[::-1]


def _align_block(old: list[int], new: list[int], block: _Block) -> Iterator[tuple[int, int, int]]:
    """Yield a longest common subsequence of the block, token by token, or nothing if the block is too large."""
    shared = set(old[block.start : block.end]) & set(new[block.new_start : block.new_end])
    old_indexes = [index for index in range(block.start, block.end) if old[index] in shared]
    new_indexes = [index for index in range(block.new_start, block.new_end) if new[index] in shared]
    old_tokens, new_tokens = [old[index] for index in old_indexes], [new[index] for index in new_indexes]
    if len(new_indexes) <= MAX_ALIGNED:
        yield from (
            (old_indexes[row], new_indexes[column], 1)
            for row, column in _longest_common_subsequence(old_tokens, new_tokens)
        )
    elif len(old_indexes) <= MAX_ALIGNED:
        yield from (
            (old_indexes[row], new_indexes[column], 1)
            for column, row in _longest_common_subsequence(new_tokens, old_tokens)
        )


def _longest_common_subsequence(one: list[int], other: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the index pairs of a longest common subsequence in reverse; ``other`` has every token of ``one``."""
    masks = dict.fromkeys(other, 0)
    for bit, token in enumerate(other):
        masks[token] |= 1 << bit
    row, column = len(one), len(other)
    for first, states in _iter_states_backwards([masks[token] for token in one], len(other)):
        while row > first and column:
            if states[row - first] >> (column - 1) & 1:
                column -= 1
            elif states[row - first - 1] >> (column - 1) & 1:
                row, column = row - 1, column - 1
                yield row, column
            else:
                row -= 1


def _iter_states_backwards(steps: list[int], width: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the states of the computation in groups, in reverse order, each group with the index of its first row."""
    # Only the first state of each group is stored; the others are computed again when the group is read. Memory thus
    # grows with the square root of the number of rows.
    size = isqrt(len(steps)) + 1
    state = (1 << width) - 1
    stored = []
    for index, step in enumerate(steps):
        if index % size == 0:
            stored.append(state)
        state = _next_state(state, step, width)
    for group in range(len(stored) - 1, -1, -1):
        states = [stored[group]]
        for step in steps[group * size : (group + 1) * size]:
            states.append(_next_state(states[-1], step, width))
        yield group * size, states


def _next_state(state: int, step: int, width: int) -> int:
    matched = state & step
    return ((state + matched) | (state - matched)) & ((1 << width) - 1)


def _build_stretches(runs: list[tuple[int, int, int]], old_length: int, new_length: int) -> Iterator[Stretch]:
    """Yield the sorted ``runs`` as stretches, with adjacent runs joined and changed stretches in between."""
    start = new_start = end = new_end = 0
    for index, new_index, length in [*runs, (old_length, new_length, 0)]:
        if (index, new_index) != (end, new_end):
            if end > start:
                yield Stretch(True, start, end, new_start, new_end)
            yield Stretch(False, end, index, new_end, new_index)
            start, new_start = index, new_index
            end, new_end = index, new_index
        end, new_end = end + length, new_end + length
    if end > start:
        yield Stretch(True, start, end, new_start, new_end)
