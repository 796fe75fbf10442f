"""Attribute the CPU time of a block to the packages of the product and its dependencies."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Any

from benchmarks.processes import ROOT

LEAST = 1.0  # per cent; smaller shares are not reported
DEPTH = 4  # of the names of Django's packages: django.db.models.sql
_INSTALLED = "site-packages"
_BUILT_IN = "~"  # the profiler's file name of built-in functions


class Places:
    """CPU time of all blocks together by package, without waiting."""

    def __init__(self) -> None:
        self._profile = Profile(time.process_time)

    @contextmanager
    def profile(self) -> Iterator[None]:
        """Add the block, which takes about twice as long under the profiler: shares mean something, seconds do not."""
        self._profile.enable()
        try:
            yield
        finally:
            self._profile.disable()

    def shares(self) -> dict[str, float]:
        """Return per cent by package, the largest first."""
        spent: Counter[str] = Counter()
        functions: dict[Any, Any] = Stats(self._profile).stats  # type: ignore[attr-defined]  # documented
        for (file, _, _), (_, _, own, _, callers) in functions.items():
            # The time of built-in functions counts for their callers.
            if file == _BUILT_IN and callers:
                for (caller, _, _), (_, _, for_them, _) in callers.items():
                    spent[place_of(caller)] += for_them
            else:
                spent[place_of(file)] += own
        whole = spent.total() or 1.0
        return {place: share for place, seconds in spent.most_common() if (share := 100 * seconds / whole) >= LEAST}


def place_of(file: str) -> str:
    """Return the package of the product, or the installed package, to which a Python file belongs."""
    path = Path(file)
    if _INSTALLED in path.parts:
        package = path.parts[path.parts.index(_INSTALLED) + 1 : -1]
        return ".".join(package[: DEPTH if package[:1] == ("django",) else 1]) or path.stem
    if path.is_relative_to(ROOT):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    return "Python"
