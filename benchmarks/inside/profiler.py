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

MIN_SHARE = 1.0  # per cent; smaller shares are not reported
DEPTH = 4  # number of components kept of a Django package name, such as django.db.models.sql
_INSTALLED = "site-packages"
_BUILT_IN = "~"  # the profiler's file name for built-in functions


class PackageProfile:
    """The CPU time of all profiled blocks, per package."""

    def __init__(self) -> None:
        self._profile = Profile(time.process_time)

    @contextmanager
    def profile(self) -> Iterator[None]:
        """Profile the block. It takes about twice as long under the profiler, so only the shares are meaningful."""
        self._profile.enable()
        try:
            yield
        finally:
            self._profile.disable()

    def shares(self) -> dict[str, float]:
        """Return the share of each package in per cent, largest first. Shares below ``MIN_SHARE`` are left out."""
        spent: Counter[str] = Counter()
        functions: dict[Any, Any] = Stats(self._profile).stats  # type: ignore[attr-defined]  # documented
        for (file, _, _), (_, _, own, _, callers) in functions.items():
            # The time of built-in functions is attributed to their callers.
            if file == _BUILT_IN and callers:
                for (caller, _, _), (_, _, caller_seconds, _) in callers.items():
                    spent[package_of(caller)] += caller_seconds
            else:
                spent[package_of(file)] += own
        total = spent.total() or 1.0
        return {place: share for place, seconds in spent.most_common() if (share := 100 * seconds / total) >= MIN_SHARE}


def package_of(file: str) -> str:
    """Return the package of the product, or the installed package, that ``file`` belongs to; otherwise "Python"."""
    path = Path(file)
    if _INSTALLED in path.parts:
        package = path.parts[path.parts.index(_INSTALLED) + 1 : -1]
        return ".".join(package[: DEPTH if package[:1] == ("django",) else 1]) or path.stem
    if path.is_relative_to(ROOT):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    return "Python"
