"""Compares two texts word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A word takes the space after it along, so that two changed words in a row are one run. A mark does not: what is added
# after a full stop leaves the full stop as it was.
TOKENS = re.compile(r"\w+(?:[’'‑-]\w+)*\s*|\s+|.", re.DOTALL)
# Above this many words a comparison in words takes longer than anybody waits; lines are compared then.
MOST_WORDS = 6_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand in both texts (``same``), only in the old one (``gone``) or only in the new one (``new``)."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(old: str, new: str) -> list[Run]:
    """Return the runs that lead from ``old`` to ``new``: without ``new`` runs they are ``old``, without ``gone`` ``new``."""
    before, after = _tokens(old), _tokens(new)
    runs: list[Run] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            _add(runs, "same", "".join(before[a:b]))
        else:
            _add(runs, "gone", "".join(before[a:b]))
            _add(runs, "new", "".join(after[c:d]))
    return runs


def _tokens(text: str) -> list[str]:
    words = TOKENS.findall(text)
    return words if len(words) <= MOST_WORDS else text.splitlines(keepends=True)


def _add(runs: list[Run], kind: Literal["same", "gone", "new"], text: str) -> None:
    if text:
        runs.append(Run(kind, text))
