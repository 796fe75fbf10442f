"""Measure all parts of a run on one kind of database, from creating it to the mixed load."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import costs, memory, pages, servers
from benchmarks.databases import VAR, Database, database
from benchmarks.mixed import run
from benchmarks.plan import Length
from benchmarks.processes import free_port, ran
from benchmarks.progress import Progress
from benchmarks.results import DatabaseResult, Disk, FirstReads, Memory, Mixed, Page, Profile, Publishing, Throughput
from benchmarks.servers import Server


def measure(vendor: str, stories: int, *, parts: Sequence[str], length: Length, progress: Progress) -> DatabaseResult:
    """Create a database with ``stories`` stories, measure ``parts`` on it, and remove it."""
    VAR.mkdir(parents=True, exist_ok=True)
    with database(vendor) as laid, tempfile.TemporaryDirectory(prefix="run-", dir=VAR) as folder:
        port = free_port()
        variables = servers.product_environment(laid.url, port)
        return _OneDatabase(laid, stories, Path(folder), port, variables, length, progress).measured(parts)


@dataclass(frozen=True, slots=True)
class _OneDatabase:
    database: Database
    stories: int
    folder: Path
    port: int
    variables: Mapping[str, str]
    length: Length
    progress: Progress

    def measured(self, parts: Sequence[str]) -> DatabaseResult:
        """Return all figures."""
        self._manage("migrate", "--verbosity=0")
        self._manage("setup_outlets")
        self._manage("collectstatic", "--noinput", "--verbosity=0")
        empty = self._inside("sizes")["total"]
        corpus = self._flow("make_corpus", ["--stories", str(self.stories), *self._processes()], self.stories)
        addresses = self._inside("addresses")
        watched: Memory | None = None
        weighed: Disk | None = None
        beside: list[Page] = []
        if {"memory", "disk", "pages"} & set(parts):
            with servers.serve_product(self.variables, self.port) as server:
                if {"memory", "disk"} & set(parts):
                    watched = self._memory(server, addresses)
                if "disk" in parts:
                    weighed = Disk(empty=empty, **self._inside("sizes"))
                if "pages" in parts:
                    beside = self._pages(server, addresses)
        # Parts that change stories come last.
        changed = self._changes() if "changes" in parts else {}
        return DatabaseResult(
            vendor=self.database.vendor,
            corpus=corpus,
            memory=watched,
            disk=weighed,
            pages=beside,
            first_reads=[FirstReads(**each) for each in changed.get("first_reads", [])],
            publishing=Publishing(**changed["publishing"]) if changed else None,
            profiles=[Profile(**each) for each in changed.get("profiles", [])],
            importing=self._importing() if "importing" in parts else None,
            mixed=self._mixed(addresses) if "mixed" in parts else None,
        )

    def _show(self, part: str, done: float, total: float) -> None:
        self.progress.show(f"{self.database.name}: {part}", done, total)

    def _processes(self) -> list[str]:
        """Return the options for one corpus process on each processor, if the database allows several writers."""
        return ["--processes", str(os.cpu_count() or 1)] if self.database.server else []

    def _manage(self, *command: str) -> None:
        self._show(command[0], 0, 1)
        ran([sys.executable, "manage.py", *command], environment=self.variables)

    def _inside(self, *words: str) -> dict[str, Any]:
        """Return the result of a measurement of ``benchmarks.inside``."""
        said = ran([sys.executable, "-m", "benchmarks.inside", *words], environment=self.variables)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found

    def _flow(self, command: str, words: Sequence[str], count: int) -> Throughput:
        """Run a command that creates or imports ``count`` stories; return its cost, its start included."""
        # The tree of this process includes the command and the database's server.
        begun, cpu = time.monotonic(), costs.cpu_seconds([os.getpid()])
        self._manage(command, *words)
        taken = costs.cpu_seconds([os.getpid()]) - cpu
        return Throughput(count=count, seconds=time.monotonic() - begun, cpu=1_000 * taken / count)

    def _memory(self, server: Server, addresses: Mapping[str, Sequence[str]]) -> Memory:
        step, steps = self.length.memory_step, self.length.memory_steps
        return memory.measure_memory(server, memory.list_paths(addresses), step=step, steps=steps, show=self._show)

    def _pages(self, server: Server, addresses: Mapping[str, Sequence[str]]) -> list[Page]:
        return pages.measure_pages(
            server,
            pages.list_requests(addresses, tag=pages.fetch_etag(server, addresses["story"][0])),
            database=self.database.server_pids,
            folder=self.folder,
            rounds=(self.length.fewest_rounds, self.length.rounds),
            seconds=self.length.seconds,
            show=self._show,
        )

    def _changes(self) -> dict[str, Any]:
        self._show("publishing, and the first reads after it", 0, 1)
        return self._inside("changes", str(self.length.changes), *map(str, self.database.server_pids))

    def _importing(self) -> Throughput:
        """Import stories with the numbers that follow those of the corpus."""
        place = self.folder / "stories"
        place.mkdir()
        self._show("writing files of stories", 0, 1)
        ran(
            [sys.executable, "-m", "benchmarks.inside", "stories", place, str(self.stories), str(self.length.files)],
            environment=self.variables,
        )
        files = sorted(str(file) for file in place.iterdir())
        return self._flow("import_explainer", files, len(files))

    def _mixed(self, addresses: Mapping[str, Sequence[str]]) -> Mixed:
        with (
            servers.serve_product(self.variables, self.port) as server,
            servers.run_worker(self.variables, self.folder / "worker.log") as worker,
        ):
            return run.run(
                server,
                addresses,
                variables=self.variables,
                product=[server.process, worker, *self.database.server_pids],
                folder=self.folder,
                filling_seconds=self.length.filling_seconds,
                seconds=self.length.mixed_seconds,
                show=self._show,
            )
