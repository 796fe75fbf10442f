"""Says in which parts of the product, and of what it stands on, the time of a piece of work goes."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Any

from benchmarks.processes import ROOT

LEAST = 1.0  # per cent that are worth to be told
DEPTH = 4  # of Django's packages: django.db.models.sql
_INSTALLED = "site-packages"
_BUILT_IN = "~"  # what the profiler says instead of a file


class Places:
    """Where the processor's time of all blocks together went, waiting left out."""

    def __init__(self) -> None:
        self._profile = Profile(time.process_time)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Add the block, which takes about twice as long as without: shares tell, seconds do not."""
        self._profile.enable()
        try:
            yield
        finally:
            self._profile.disable()

    def shares(self) -> dict[str, float]:
        """Return per cent by package, the largest first; what is built into Python counts for those who called it."""
        spent: Counter[str] = Counter()
        functions: dict[Any, Any] = Stats(self._profile).stats  # type: ignore[attr-defined]  # as its documentation says
        for (file, _, _), (_, _, own, _, callers) in functions.items():
            if file == _BUILT_IN and callers:
                for (caller, _, _), (_, _, for_them, _) in callers.items():
                    spent[place_of(caller)] += for_them
            else:
                spent[place_of(file)] += own
        whole = spent.total() or 1.0
        return {place: share for place, seconds in spent.most_common() if (share := 100 * seconds / whole) >= LEAST}


def place_of(file: str) -> str:
    """Return the room of the product, or the package, that a file of Python belongs to."""
    path = Path(file)
    if _INSTALLED in path.parts:
        package = path.parts[path.parts.index(_INSTALLED) + 1 : -1]
        return ".".join(package[: DEPTH if package[:1] == ("django",) else 1]) or path.stem
    if path.is_relative_to(ROOT):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    return "Python"
