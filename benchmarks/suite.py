"""Create a database of one kind, and measure the parts of a run on it."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks import costs, memory, pages, servers
from benchmarks.databases import VAR, Database, database
from benchmarks.mixed import run
from benchmarks.plan import LARGE_CORPUS, RunSize
from benchmarks.processes import free_port, run_command
from benchmarks.progress import Progress
from benchmarks.results import (
    Backups,
    Claims,
    DatabaseResult,
    Disk,
    FirstReads,
    Memory,
    Mixed,
    Monitoring,
    Page,
    Profile,
    Publishing,
    Retention,
    Throughput,
)
from benchmarks.servers import Server


def measure(
    vendor: str, stories: int, *, parts: Sequence[str], run_size: RunSize, progress: Progress
) -> DatabaseResult:
    """Create a database with ``stories`` stories, measure ``parts`` on it, and remove it.

    Raise the errors of ``measure_parts``.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    with database(vendor) as created, tempfile.TemporaryDirectory(prefix="run-", dir=VAR) as folder:
        port = free_port()
        variables = servers.product_environment(created.url, port)
        return _DatabaseRun(created, stories, Path(folder), port, variables, run_size, progress).measure_parts(parts)


@dataclass(frozen=True, slots=True)
class _DatabaseRun:
    database: Database
    stories: int
    folder: Path
    port: int
    variables: Mapping[str, str]
    run_size: RunSize
    progress: Progress

    def measure_parts(self, parts: Sequence[str]) -> DatabaseResult:
        """Create the corpus, and return its cost and the figures for ``parts``.

        Raise SystemExit if a command or a server fails, and RuntimeError if a request fails.
        """
        self._manage("migrate", "--verbosity=0")
        self._manage("setup_outlets")
        self._manage("collectstatic", "--noinput", "--verbosity=0")
        empty = self._run_inside("sizes")["total"]
        published = min(self.stories, LARGE_CORPUS)
        corpus = self._measure_command("make_corpus", ["--stories", str(published), *self._processes()], published)
        if self.stories > published:
            self._show("copying stories", 0, 1)
            self._run_inside("copies", str(ceil(self.stories / published) - 1))
        addresses = self._run_inside("addresses")
        memory_result: Memory | None = None
        disk_result: Disk | None = None
        page_results: list[Page] = []
        if {"memory", "disk"} & set(parts):
            with servers.serve_product(self.variables, self.port, workers=memory.WORKERS) as server:
                memory_result = self._measure_memory(server, addresses)
        if "disk" in parts:
            disk_result = Disk(empty=empty, **self._run_inside("sizes"))
        if "pages" in parts:
            with servers.serve_product(self.variables, self.port) as server:
                page_results = self._measure_pages(server, addresses)
        monitoring = self._measure_monitoring() if "monitoring" in parts else None
        # Parts that change stories run last.
        changes = self._measure_changes() if "changes" in parts else {}
        return DatabaseResult(
            vendor=self.database.vendor,
            corpus=corpus,
            memory=memory_result,
            disk=disk_result,
            pages=page_results,
            first_reads=[FirstReads(**each) for each in changes.get("first_reads", [])],
            publishing=Publishing(**changes["publishing"]) if changes else None,
            claims=self._measure_claims() if "changes" in parts else [],
            profiles=[Profile(**each) for each in changes.get("profiles", [])],
            monitoring=monitoring,
            importing=self._measure_import() if "importing" in parts else None,
            mixed=self._measure_mixed(addresses) if "mixed" in parts else None,
            backups=self._measure_backups(addresses) if "backups" in parts else None,
            retention=self._measure_retention() if "retention" in parts else None,
        )

    def _show(self, part: str, done: float, total: float) -> None:
        self.progress.show(f"{self.database.name}: {part}", done, total)

    def _processes(self) -> list[str]:
        """Return the options for one corpus process per processor, or [] if the database allows only one writer."""
        return ["--processes", str(os.cpu_count() or 1)] if self.database.server else []

    def _manage(self, *command: str) -> None:
        self._show(command[0], 0, 1)
        run_command([sys.executable, "manage.py", *command], environment=self.variables)

    def _run_inside(self, *arguments: str) -> dict[str, Any]:
        """Run ``benchmarks.inside`` in another process, and return its result.

        Raise SystemExit if the process fails.
        """
        output = run_command([sys.executable, "-m", "benchmarks.inside", *arguments], environment=self.variables)
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
        return result

    def _measure_command(self, command: str, arguments: Sequence[str], count: int) -> Throughput:
        """Run a command that creates or imports ``count`` stories, and return its cost, including its startup.

        Raise SystemExit if the command fails.
        """
        # The process tree of this process includes the command and the database server.
        started, cpu_before = time.monotonic(), costs.cpu_seconds([os.getpid()])
        self._manage(command, *arguments)
        cpu_used = costs.cpu_seconds([os.getpid()]) - cpu_before
        return Throughput(count=count, seconds=time.monotonic() - started, cpu=1_000 * cpu_used / count)

    def _measure_memory(self, server: Server, addresses: Mapping[str, Sequence[str]]) -> Memory:
        step, steps = self.run_size.memory_step, self.run_size.memory_steps
        return memory.measure_memory(server, memory.list_paths(addresses), step=step, steps=steps, show=self._show)

    def _measure_pages(self, server: Server, addresses: Mapping[str, Sequence[str]]) -> list[Page]:
        return pages.measure_pages(
            server,
            pages.list_requests(addresses, tag=pages.fetch_etag(server, addresses["story"][0])),
            database=self.database.server_pids,
            folder=self.folder,
            rounds=(self.run_size.min_rounds, self.run_size.rounds),
            seconds=self.run_size.seconds,
            show=self._show,
        )

    def _measure_monitoring(self) -> Monitoring:
        self._show("answers of /metrics", 0, 1)
        return Monitoring(**self._run_inside("monitoring", *map(str, self.database.server_pids)))

    def _measure_changes(self) -> dict[str, Any]:
        self._show("publishing, and the first reads after it", 0, 1)
        return self._run_inside("changes", str(self.run_size.changes), *map(str, self.database.server_pids))

    def _measure_claims(self) -> list[Claims]:
        self._show("publishing points and forecasts", 0, 1)
        return [Claims(**each) for each in self._run_inside("claims", str(self.run_size.changes))["publications"]]

    def _measure_retention(self) -> Retention:
        self._show("deleting expired sessions", 0, 1)
        return Retention(**self._run_inside("retention", str(self.run_size.sessions)))

    def _measure_import(self) -> Throughput:
        """Import new stories, whose numbers follow those of the corpus, and return the cost.

        Raise SystemExit if a command fails.
        """
        folder = self.folder / "stories"
        folder.mkdir()
        self._show("writing files of stories", 0, 1)
        run_command(
            [sys.executable, "-m", "benchmarks.inside", "stories", folder, str(self.stories), str(self.run_size.files)],
            environment=self.variables,
        )
        files = sorted(str(file) for file in folder.iterdir())
        return self._measure_command("import_explainer", files, len(files))

    def _measure_backups(self, addresses: Mapping[str, Sequence[str]]) -> Backups:
        with (
            servers.serve_product(self.variables, self.port) as server,
            servers.run_worker(self.variables, self.folder / "worker.log"),
        ):
            return run.run_beside_backups(
                server,
                addresses,
                variables=self.variables,
                folder=self.folder,
                fill_seconds=self.run_size.fill_seconds,
                seconds=self.run_size.backup_seconds,
                show=self._show,
            )

    def _measure_mixed(self, addresses: Mapping[str, Sequence[str]]) -> Mixed:
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
                fill_seconds=self.run_size.fill_seconds,
                seconds=self.run_size.mixed_seconds,
                show=self._show,
            )
