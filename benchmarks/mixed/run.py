"""Measure the capacity of the product under the mixed load, and its latencies at a share of that capacity.

The latencies are also measured while backups are made.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from benchmarks import costs
from benchmarks.figures import Latencies
from benchmarks.mixed.arrivals import RequestMix
from benchmarks.mixed.backups import repeat_backups
from benchmarks.mixed.connections import ConnectionPool
from benchmarks.mixed.driver import Driver, Outcome, Publishers
from benchmarks.mixed.ledger import Ledger
from benchmarks.processes import start
from benchmarks.results import Backups, Mixed
from benchmarks.servers import Server

CAPACITY_SHARE = 0.3
WIDTH = 16  # simultaneous requests while the capacity is measured
PUBLISHERS = 2
PUBLISHED_STORIES = 500  # how many of the newest stories are changed and published

type Show = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class _Load:
    """The running publishers, the requests to send, and a function that returns a new driver."""

    mix: RequestMix
    publisher_pids: list[int]
    make_driver: Callable[[], Driver]


def run(
    server: Server,
    addresses: Mapping[str, Sequence[str]],
    *,
    variables: Mapping[str, str],
    product: Sequence[int],
    folder: Path,
    fill_seconds: int,
    seconds: int,
    show: Show,
) -> Mixed:
    """Measure the server's capacity for ``fill_seconds``, then its latencies at a share of that for ``seconds``.

    ``product`` contains the pids at the roots of the process trees of the product, without the publishers. ``folder``
    is for the files that the publishers share. Raise SystemExit if a publisher does not start.
    """
    with _open_load(server, addresses, variables=variables, folder=folder) as load:
        pids = [*product, *load.publisher_pids]
        capacity = _find_capacity(load, fill_seconds, show)
        started, driver_cpu, product_cpu = time.monotonic(), time.process_time(), costs.cpu_seconds(pids)
        outcome = asyncio.run(_run_load(load.make_driver(), load.mix, CAPACITY_SHARE * capacity, seconds, show))
        elapsed = time.monotonic() - started
        return Mixed(
            capacity=capacity,
            rate=CAPACITY_SHARE * capacity,
            seconds=seconds,
            reads=Latencies.of(outcome.latencies["read"]),
            searches=Latencies.of(outcome.latencies["search"]),
            publishings=Latencies.of(outcome.latencies["publish"]),
            errors=outcome.errors,
            stale=outcome.stale,
            examples=outcome.examples,
            late=Latencies.of(outcome.late),
            driver_cores=(time.process_time() - driver_cpu) / elapsed,
            product_cores=(costs.cpu_seconds(pids) - product_cpu) / elapsed,
        )


def run_beside_backups(
    server: Server,
    addresses: Mapping[str, Sequence[str]],
    *,
    variables: Mapping[str, str],
    folder: Path,
    fill_seconds: int,
    seconds: int,
    show: Show,
) -> Backups:
    """Measure the latencies of reads at a share of the capacity for ``seconds``, then again while backups are made.

    Raise SystemExit if a publisher does not start, or if a backup fails.
    """
    with _open_load(server, addresses, variables=variables, folder=folder) as load:
        rate = CAPACITY_SHARE * _find_capacity(load, fill_seconds, show)
        quiet = asyncio.run(_run_load(load.make_driver(), load.mix, rate, seconds, show))
        show("the mix beside backups", 0, 1)
        with repeat_backups(variables, folder / "backups") as made:
            busy = asyncio.run(_run_load(load.make_driver(), load.mix, rate, seconds, show))
        return Backups(
            count=made.count,
            rate=rate,
            seconds=made.seconds,
            reads=Latencies.of(busy.latencies["read"]),
            quiet_reads=Latencies.of(quiet.latencies["read"]),
            errors=quiet.errors + busy.errors,
            stale=quiet.stale + busy.stale,
        )


@contextmanager
def _open_load(
    server: Server, addresses: Mapping[str, Sequence[str]], *, variables: Mapping[str, str], folder: Path
) -> Iterator[_Load]:
    """Start the publishers of the newest stories, and terminate them after the block.

    Raise SystemExit if one does not start.
    """
    published = list(addresses["story"][:PUBLISHED_STORIES])
    slugs_file = folder / "published.json"
    slugs = [unquote(path).strip("/").rpartition("/")[2] for path in published]
    slugs_file.write_text(json.dumps(slugs), encoding="utf-8")
    ledger = Ledger(folder / "ledger", len(published))
    pages = {kind: addresses[kind] for kind in ("list", "topic", "question", "story")}
    mix = RequestMix(pages, addresses["pair"], len(published), seed=1)
    with ExitStack() as stack:
        command = [sys.executable, "-m", "benchmarks.mixed.publisher", str(folder / "ledger"), str(slugs_file)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        processes = [stack.enter_context(start(command, environment=variables, **pipes)) for _ in range(PUBLISHERS)]
        for process in processes:
            if process.stdout is None or process.stdout.readline().strip() != "ready":
                raise SystemExit("A publisher did not start: the lines above say why.")
        connections = ConnectionPool(server.port)
        stack.callback(connections.close)
        numbers = {path: number for number, path in enumerate(published)}
        yield _Load(
            mix,
            [process.pid for process in processes],
            lambda: Driver(connections, Publishers(processes), ledger, numbers),
        )


def _find_capacity(load: _Load, seconds: int, show: Show) -> float:
    """Return the number of requests of the mix that the server answers in a second."""
    return asyncio.run(_measure_capacity(load.make_driver(), load.mix, seconds, show)) / seconds


async def _measure_capacity(driver: Driver, mix: RequestMix, seconds: int, show: Show) -> int:
    def show_progress(elapsed: float) -> None:
        show("the capacity for the mix", elapsed, seconds)

    return await driver.measure_capacity(mix, seconds=seconds, width=WIDTH, show=show_progress)


async def _run_load(driver: Driver, mix: RequestMix, rate: float, seconds: int, show: Show) -> Outcome:
    def show_progress(elapsed: float) -> None:
        show(f"the mix at {rate:.0f} requests a second", elapsed, seconds)

    await driver.run_arrivals(mix.arrivals(rate, seconds), show=show_progress)
    return driver.outcome
