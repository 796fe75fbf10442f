"""What searching was found to cost, as it is kept and read again."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Self

from benchmarks.results import NAMES, Machine, Value, put


class Asked(Value):
    """What answers to the queries of one kind cost: milliseconds of processor, half of them, 95 of 100, and the most."""

    kind: str
    median: float
    p95: float
    most: float

    @classmethod
    def of(cls, kind: str, costs: Sequence[float]) -> Self:
        """Return what these costs come to, of two queries at least."""
        parts = quantiles(costs, n=20, method="inclusive")
        return cls(kind=kind, median=parts[9], p95=parts[18], most=max(costs))


class Searches(Value):
    """What searching costs among so many made-up stories; the last of ``kinds`` is all queries together."""

    began: datetime
    machine: Machine
    vendor: str
    stories: int
    rounds: int
    kinds: list[Asked]
    note: str = ""

    @property
    def name(self) -> str:
        """Return what people call the kind of database, and among how many stories it was searched."""
        return f"{NAMES[self.vendor]}, {self.stories:,}"

    def keep(self, folder: Path) -> Path:
        """Write it into ``folder`` in the place of the last one on this kind of database; return the file."""
        return put(self, folder / f"search-{self.stories}-{self.vendor}.json")


def searches(folder: Path) -> list[Searches]:
    """Return what is kept in ``folder`` of searching, among few stories first."""
    kept = [Searches.model_validate_json(path.read_bytes()) for path in folder.glob("search-*.json")]
    return sorted(kept, key=lambda each: (each.stories, each.vendor))
