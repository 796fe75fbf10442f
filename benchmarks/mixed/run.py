"""Measure the capacity of the product under the mixed load, and its latencies at a share of that capacity."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

from benchmarks import costs
from benchmarks.figures import Latencies
from benchmarks.mixed.arrivals import RequestMix
from benchmarks.mixed.connections import ConnectionPool
from benchmarks.mixed.driver import Driver, Outcome, Publishers
from benchmarks.mixed.ledger import Ledger
from benchmarks.processes import start
from benchmarks.results import Mixed
from benchmarks.servers import Server

CAPACITY_SHARE = 0.3
WIDTH = 16  # simultaneous requests while the capacity is measured
PUBLISHERS = 2
PUBLISHED_STORIES = 500  # number of the newest stories that are changed and published

type Show = Callable[[str, float, float], None]


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
    """Measure the capacity of the server for ``fill_seconds``, then its latencies at a share of this capacity.

    ``product`` contains the pids at the roots of the process trees of the product, without the publishers. ``folder``
    is for the files that the publishers share. The second load lasts ``seconds``. Raise SystemExit if a publisher does
    not start.
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

        def driver() -> Driver:
            return Driver(connections, Publishers(processes), ledger, numbers)

        pids = [*product, *(process.pid for process in processes)]
        answered = asyncio.run(_measure_capacity(driver(), mix, fill_seconds, show))
        capacity = answered / fill_seconds
        started, driver_cpu, product_cpu = time.monotonic(), time.process_time(), costs.cpu_seconds(pids)
        outcome = asyncio.run(_run_load(driver(), mix, CAPACITY_SHARE * capacity, seconds, show))
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


async def _measure_capacity(driver: Driver, mix: RequestMix, seconds: int, show: Show) -> int:
    def show_progress(elapsed: float) -> None:
        show("the capacity for the mix", elapsed, seconds)

    return await driver.measure_capacity(mix, seconds=seconds, width=WIDTH, show=show_progress)


async def _run_load(driver: Driver, mix: RequestMix, rate: float, seconds: int, show: Show) -> Outcome:
    def show_progress(elapsed: float) -> None:
        show(f"the mix at {rate:.0f} requests a second", elapsed, seconds)

    await driver.run_arrivals(mix.arrivals(rate, seconds), show=show_progress)
    return driver.outcome
