"""Percentiles, medians, and the spread of rounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed.

    Return 0.0 if ``values`` is empty.
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, with the lowest and the highest value."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the spread of ``values``, which must not be empty."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Latencies:
    """The number of latencies, and their percentiles in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Self:
        """Return the number and the percentiles of the given latencies. If there are none, all figures are 0."""
        at = {share: percentile(milliseconds, share) for share in (0.5, 0.95, 0.99, 1.0)}
        return cls(len(milliseconds), at[0.5], at[0.95], at[0.99], at[1.0])
