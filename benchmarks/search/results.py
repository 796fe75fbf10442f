"""Results of the search benchmark, and the files in which they are stored."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Self

from benchmarks.results import NAMES, Machine, Measurement, write_json


class QueryCosts(Measurement):
    """Cost of the queries of one kind in CPU milliseconds: median, 95th percentile, and maximum."""

    kind: str
    median: float
    p95: float
    most: float

    @classmethod
    def of(cls, kind: str, costs: Sequence[float]) -> Self:
        """Return the statistics of ``costs``, which are in CPU milliseconds and must number at least two."""
        parts = quantiles(costs, n=20, method="inclusive")
        return cls(kind=kind, median=parts[9], p95=parts[18], most=max(costs))


class Searches(Measurement):
    """Cost of searching an invented corpus. The last of ``kinds`` covers all queries."""

    began: datetime
    machine: Machine
    vendor: str
    stories: int
    rounds: int
    kinds: list[QueryCosts]
    note: str = ""

    @property
    def name(self) -> str:
        """The display name of the database system, such as “PostgreSQL”, and the number of stories."""
        return f"{NAMES[self.vendor]}, {self.stories:,}"

    def replace_last(self, folder: Path) -> Path:
        """Write the result to ``folder``, replacing the last one for this database and number of stories.

        Return the path of the file.
        """
        return write_json(self, folder / f"search-{self.stories}-{self.vendor}.json")


def read_searches(folder: Path) -> list[Searches]:
    """Return the results of searches in ``folder``, smallest corpus first."""
    results = [Searches.model_validate_json(path.read_bytes()) for path in folder.glob("search-*.json")]
    return sorted(results, key=lambda each: (each.stories, each.vendor))
