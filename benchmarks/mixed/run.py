"""Measure the capacity of the product for the mixed load, and then its latencies at a share of that."""

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
from benchmarks.mixed.driver import Driver, Publishers, Seen
from benchmarks.mixed.ledger import Ledger
from benchmarks.processes import start
from benchmarks.results import Mixed
from benchmarks.servers import Server

SHARE = 0.3  # of the capacity
WIDTH = 16  # requests under way while the capacity is measured
PUBLISHERS = 2
PUBLISHED = 500  # stories, the newest

type Show = Callable[[str, float, float], None]


def run(
    server: Server,
    addresses: Mapping[str, Sequence[str]],
    *,
    variables: Mapping[str, str],
    product: Sequence[int],
    folder: Path,
    filling_seconds: int,
    seconds: int,
    show: Show,
) -> Mixed:
    """Load the server for ``filling_seconds`` to learn its capacity, then for ``seconds`` at ``SHARE`` of it.

    ``product`` are the pids whose trees do the work besides the publishers; ``folder`` holds the files that these
    share.
    """
    published = list(addresses["story"][:PUBLISHED])
    kept = folder / "published.json"
    slugs = [unquote(path).strip("/").rpartition("/")[2] for path in published]
    kept.write_text(json.dumps(slugs), encoding="utf-8")
    ledger = Ledger(folder / "ledger", len(published))
    pages = {kind: addresses[kind] for kind in ("list", "topic", "question", "story")}
    mix = RequestMix(pages, addresses["pair"], len(published), seed=1)
    with ExitStack() as stack:
        command = [sys.executable, "-m", "benchmarks.mixed.publisher", str(folder / "ledger"), str(kept)]
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

        working = [*product, *(process.pid for process in processes)]
        filled = asyncio.run(_fill(driver(), mix, filling_seconds, show))
        capacity = filled / filling_seconds
        begun, own, theirs = time.monotonic(), time.process_time(), costs.cpu_seconds(working)
        seen = asyncio.run(_play(driver(), mix, SHARE * capacity, seconds, show))
        gone = time.monotonic() - begun
        return Mixed(
            capacity=capacity,
            rate=SHARE * capacity,
            seconds=seconds,
            reads=Latencies.of(seen.latencies["read"]),
            searches=Latencies.of(seen.latencies["search"]),
            publishings=Latencies.of(seen.latencies["publish"]),
            errors=seen.errors,
            stale=seen.stale,
            examples=seen.examples,
            late=Latencies.of(seen.late),
            driver_cores=(time.process_time() - own) / gone,
            product_cores=(costs.cpu_seconds(working) - theirs) / gone,
        )


async def _fill(driver: Driver, mix: RequestMix, seconds: int, show: Show) -> int:
    def told(gone: float) -> None:
        show("the capacity for the mix", gone, seconds)

    return await driver.measure_capacity(mix, seconds=seconds, width=WIDTH, show=told)


async def _play(driver: Driver, mix: RequestMix, rate: float, seconds: int, show: Show) -> Seen:
    def told(gone: float) -> None:
        show(f"the mix at {rate:.0f} requests a second", gone, seconds)

    await driver.run_arrivals(mix.arrivals(rate, seconds), show=told)
    return driver.seen
