"""Compares two texts word by word."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A word takes the space after it along, so that two changed words in a row are one run. A mark does not: what is added
# after a full stop leaves the full stop as it was.
TOKENS = re.compile(r"\w+(?:[’'‑-]\w+)*\s*|\s+|.", re.DOTALL)
# How many pairs of equal words (or lines) are weighed against each other. Above it a comparison takes longer than
# anybody waits: lines are compared then, and where those are too many, the two texts stand as they are.
MOST_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand in both texts (``same``), only in the old one (``gone``) or only in the new one (``new``)."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(old: str, new: str) -> list[Run]:
    """Return the runs that lead from ``old`` to ``new``: without ``new`` runs they are ``old``, without ``gone`` ``new``."""
    head, before, after, tail = _pieces(old, new)
    runs: list[Run] = []
    _add(runs, "same", head)
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            _add(runs, "same", "".join(before[a:b]))
        else:
            _add(runs, "gone", "".join(before[a:b]))
            _add(runs, "new", "".join(after[c:d]))
    _add(runs, "same", tail)
    return runs


def _pieces(old: str, new: str) -> tuple[str, list[str], list[str], str]:
    """Return how both texts begin, what of each has to be compared in the smallest pieces possible, how both end."""
    for cut in (TOKENS.findall, lambda text: text.splitlines(keepends=True), lambda text: [text]):
        before, after = cut(old), cut(new)
        start = _shared(before, after)
        end = _shared(before[start:][::-1], after[start:][::-1])
        head, tail = before[:start], before[len(before) - end :]
        before, after = before[start : len(before) - end], after[start : len(after) - end]
        times = Counter(before)
        if sum(times[piece] for piece in after) <= MOST_PAIRS:
            return "".join(head), before, after, "".join(tail)
    raise AssertionError("two whole texts are one pair")


def _shared(one: list[str], other: list[str]) -> int:
    """Return how many pieces the two begin with alike."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def _add(runs: list[Run], kind: Literal["same", "gone", "new"], text: str) -> None:
    if text and runs and runs[-1].kind == kind:
        runs[-1] = Run(kind, runs[-1].text + text)
    elif text:
        runs.append(Run(kind, text))
