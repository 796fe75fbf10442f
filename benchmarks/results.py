"""What a run found, as it is written to a file and read again."""

from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from benchmarks.figures import Latencies, Spread

NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


class Value(BaseModel):
    """Something that was measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Machine(Value):
    """Where it was measured, and with what; ``load`` is how many processes wanted to run when the run began."""

    processor: str
    cores: int
    memory_gigabytes: float
    system: str
    versions: dict[str, str]
    load: float


class Page(Value):
    """One page beside the floor with the same answer; requests a second, and milliseconds of processor for a request."""

    name: str
    size: int
    per_second: Spread
    floor_per_second: Spread
    ratio: Spread
    cpu: float
    floor_cpu: float
    p99: float
    failures: int


class FirstReads(Value):
    """What the first reads of a page cost after it changed: milliseconds of processor, here and in the database."""

    page: str
    count: int
    queries: float
    most_queries: int
    cpu: float
    database_cpu: float


class Publishing(Value):
    """What publishing costs one by one and together: milliseconds of processor for a story, and stories a second."""

    count: int
    cpu: float
    database_cpu: float
    per_second: float
    many_count: int
    many_cpu: float
    many_database_cpu: float
    many_per_second: float


class Profile(Value):
    """Where the processor's time of a piece of work goes: per cent by package, the largest first."""

    work: str
    shares: dict[str, float]


class Flow(Value):
    """How long it took to make or to bring in so many stories, with milliseconds of processor for each."""

    count: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Return how many there were in a second."""
        return self.count / self.seconds


class Disk(Value):
    """How large the database is, in bytes, of which ``empty`` before the first story; tables with their indexes."""

    stories: int
    stored: int
    empty: int
    total: int
    tables: dict[str, int]

    @property
    def kilobytes_a_story(self) -> float:
        """Return what a story takes with all that belongs to it, in kilobytes of 1,000 bytes."""
        return (self.total - self.empty) / max(self.stories, 1) / 1_000


class Memory(Value):
    """Resident megabytes of each worker after each step of requests over so many addresses."""

    addresses: int
    step: int
    workers: list[list[float]]

    @property
    def most(self) -> float:
        """Return the most that any worker held."""
        return max(max(samples) for samples in self.workers)

    @property
    def growth(self) -> float:
        """Return by how much a worker's memory changed in the second half of the requests, the worst of them."""
        later = [samples[len(samples) // 2 - 1 :] for samples in self.workers]
        return max(max(samples) - min(samples) for samples in later)


class Mixed(Value):
    """What readers and editors saw together: requests a second, latencies from the moment that each was due."""

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


class OnDatabase(Value):
    """Everything measured on one kind of database; what was left out is None or empty."""

    vendor: str
    corpus: Flow | None = None
    disk: Disk | None = None
    memory: Memory | None = None
    pages: list[Page] = []
    first_reads: list[FirstReads] = []
    publishing: Publishing | None = None
    profiles: list[Profile] = []
    importing: Flow | None = None
    mixed: Mixed | None = None

    @property
    def name(self) -> str:
        """Return what people call this kind of database."""
        return NAMES[self.vendor]

    def page(self, name: str) -> Page | None:
        """Return the page of this name, if it was measured."""
        return next((page for page in self.pages if page.name == name), None)

    def first_read(self, page: str) -> FirstReads | None:
        """Return the first reads of this page, if they were measured."""
        return next((each for each in self.first_reads if each.page == page), None)


class Result(Value):
    """One run: when, where, over how many stories; only one ``at_full_length`` is worth to be told.

    ``note`` is what whoever ran it has to say of it, written into its file by hand.
    """

    began: datetime
    machine: Machine
    stories: int
    at_full_length: bool
    databases: list[OnDatabase]
    note: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file that ``write`` wrote."""
        return cls.model_validate_json(path.read_bytes())

    def write(self, folder: Path) -> Path:
        """Write it into ``folder`` under a name that tells when and over how many stories; return the file."""
        return put(self, folder / f"{self.began:%Y%m%d-%H%M%S}-{self.stories}.json")

    def keep(self, folder: Path) -> Path:
        """Write it into ``folder`` in the place of the last one over so many stories; return the file."""
        return put(self, _kept(folder, self.stories))

    def on(self, vendor: str) -> OnDatabase | None:
        """Return what was measured on a kind of database, if it was."""
        return next((each for each in self.databases if each.vendor == vendor), None)


def last(folder: Path, stories: int) -> Result | None:
    """Return the result over so many stories that is kept in ``folder``, if there is one."""
    path = _kept(folder, stories)
    return Result.read(path) if path.exists() else None


def put(value: Value, path: Path) -> Path:
    """Write what was measured into a file, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return path


def _kept(folder: Path, stories: int) -> Path:
    return folder / f"{stories}.json"
