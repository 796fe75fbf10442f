"""Results of a run, which are stored as JSON files."""

from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from benchmarks.figures import Latencies, Spread

NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
STORED_PAGES = "pages_storedpage"  # the table of stored pages, whose size depends on what readers open


class Measurement(BaseModel):
    """Base class for all measured values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Machine(Measurement):
    """The machine and its software; ``load`` is its load average before the run."""

    processor: str
    cores: int
    memory_gigabytes: float
    system: str
    versions: dict[str, str]
    load: float


class Page(Measurement):
    """One page and the floor with the same response: requests per second, and CPU milliseconds per request."""

    name: str
    size: int
    per_second: Spread
    floor_per_second: Spread
    ratio: Spread
    cpu: float
    floor_cpu: float
    p99: float
    failures: int


class FirstReads(Measurement):
    """Cost of the first reads of a page after a change: queries, and CPU milliseconds of Python and the database."""

    page: str
    count: int
    queries: float
    most_queries: int
    cpu: float
    database_cpu: float


class Publishing(Measurement):
    """Cost of publishing stories one by one, and many together: CPU milliseconds per story, and stories per second."""

    count: int
    cpu: float
    database_cpu: float
    per_second: float
    many_count: int
    many_cpu: float
    many_database_cpu: float
    many_per_second: float


class Claims(Measurement):
    """Cost of claims and forecasts in a ``publication``: CPU milliseconds with and without them, as medians of pairs.

    ``difference`` is the median of the differences in pairs, between their quartiles.
    """

    publication: str
    pairs: int
    with_claims: float
    without: float
    difference: float
    lower_quartile: float
    upper_quartile: float


class Profile(Measurement):
    """Share of each package in the CPU time of ``work`` in per cent, largest first."""

    work: str
    shares: dict[str, float]


class Throughput(Measurement):
    """Time to create or import ``count`` stories, with CPU milliseconds per story."""

    count: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Stories per second."""
        return self.count / self.seconds


class Disk(Measurement):
    """Size of the database in bytes. ``empty`` is the size before the first story; ``tables`` include their indexes."""

    stories: int
    stored: int
    empty: int
    total: int
    tables: dict[str, int]

    @property
    def kilobytes_a_story(self) -> float:
        """Size per story, without stored pages, in kilobytes of 1,000 bytes."""
        return self.kilobytes_with_pages - self.tables.get(STORED_PAGES, 0) / max(self.stories, 1) / 1_000

    @property
    def kilobytes_with_pages(self) -> float:
        """Size per story, including its stored pages, in kilobytes of 1,000 bytes."""
        return (self.total - self.empty) / max(self.stories, 1) / 1_000


class Memory(Measurement):
    """Megabytes of each worker after each step of requests to ``addresses`` different addresses.

    The figures are proportional memory (PSS), or resident memory in earlier results.
    """

    addresses: int
    step: int
    workers: list[list[float]]
    is_proportional: bool = False

    @property
    def most(self) -> float:
        """The maximum for all workers together, in megabytes."""
        return max(map(sum, zip(*self.workers, strict=True)))

    @property
    def growth(self) -> float:
        """The largest change within one worker during the second half of the requests, in megabytes."""
        later = [samples[len(samples) // 2 - 1 :] for samples in self.workers]
        return max(max(samples) - min(samples) for samples in later)


class Monitoring(Measurement):
    """Cost of a ``/metrics`` response: bytes, CPU milliseconds of Python and the database, and queries.

    ``count_cpu`` is the CPU time of counting one read of a stored page, in microseconds.
    """

    size: int
    cpu: float
    database_cpu: float
    queries: int
    count_cpu: float


class Mixed(Measurement):
    """Results of the mixed load: requests per second, and latencies from the due time of each request."""

    capacity: float
    rate: float
    seconds: float
    reads: Latencies
    searches: Latencies
    publishings: Latencies
    errors: int
    stale: int
    examples: list[str]
    late: Latencies
    driver_cores: float
    product_cores: float


class Backups(Measurement):
    """Latencies of reads under the mixed load while ``count`` backups are made, and before that (``quiet_reads``).

    A backup took ``seconds`` on average; the load had ``rate`` requests per second.
    """

    count: int
    rate: float
    seconds: float
    reads: Latencies
    quiet_reads: Latencies
    errors: int
    stale: int

    @property
    def growth(self) -> float:
        """The p99 of reads while backups are made, as a multiple of that without backups."""
        return self.reads.p99 / self.quiet_reads.p99 if self.quiet_reads.p99 else 1.0


class Retention(Measurement):
    """Deletion of expired sessions, and the latencies of writes during it and before it (``quiet_writes``)."""

    sessions: int
    seconds: float
    writes: Latencies
    quiet_writes: Latencies


class DatabaseResult(Measurement):
    """All figures for one kind of database. Parts that were not measured are None or empty."""

    vendor: str
    corpus: Throughput | None = None
    disk: Disk | None = None
    memory: Memory | None = None
    pages: list[Page] = []
    first_reads: list[FirstReads] = []
    publishing: Publishing | None = None
    claims: list[Claims] = []
    profiles: list[Profile] = []
    importing: Throughput | None = None
    monitoring: Monitoring | None = None
    mixed: Mixed | None = None
    backups: Backups | None = None
    retention: Retention | None = None

    @property
    def name(self) -> str:
        """The name of the database system."""
        return NAMES[self.vendor]

    def page(self, name: str) -> Page | None:
        """Return the page with this name, or None if it was not measured."""
        return next((page for page in self.pages if page.name == name), None)

    def first_read(self, page: str) -> FirstReads | None:
        """Return the first reads of this page, or None if they were not measured."""
        return next((each for each in self.first_reads if each.page == page), None)


class Result(Measurement):
    """One run: its time, machine, number of stories, and figures. Only a run ``at_full_length`` is published.

    ``note`` is a remark on the run that was added to its file by hand.
    """

    began: datetime
    machine: Machine
    stories: int
    at_full_length: bool
    databases: list[DatabaseResult]
    note: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file that ``write`` or ``replace_last`` wrote."""
        return cls.model_validate_json(path.read_bytes())

    def write(self, folder: Path) -> Path:
        """Write the result to a file in ``folder``, named after its time and number of stories, and return its path."""
        return write_json(self, folder / f"{self.began:%Y%m%d-%H%M%S}-{self.stories}.json")

    def replace_last(self, folder: Path) -> Path:
        """Write the result to ``folder``, replacing the last one with this number of stories, and return its path."""
        return write_json(self, _result_path(folder, self.stories))

    def on(self, vendor: str) -> DatabaseResult | None:
        """Return the figures for a kind of database, or None if it was not measured."""
        return next((each for each in self.databases if each.vendor == vendor), None)


def read_last(folder: Path, stories: int) -> Result | None:
    """Return the last result with this number of stories in ``folder``, or None."""
    path = _result_path(folder, stories)
    return Result.read(path) if path.exists() else None


def write_json(value: Measurement, path: Path) -> Path:
    """Write a value to a file as JSON, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return path


def _result_path(folder: Path, stories: int) -> Path:
    return folder / f"{stories}.json"
