"""Send requests when they are due, compare bodies with the committed editions, and measure latency from the due time."""

import asyncio
import gzip
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from subprocess import Popen
from urllib.parse import quote_plus

from benchmarks.client import Response
from benchmarks.mixed.arrivals import Arrival, Kind, RequestMix
from benchmarks.mixed.connections import ConnectionPool
from benchmarks.mixed.ledger import Ledger, find_stale

_EXAMPLES = 5


@dataclass(slots=True)
class Outcome:
    """Outcome of the requests: milliseconds from the due time for each kind, delays of the driver, and failures."""

    latencies: dict[Kind, list[float]] = field(default_factory=lambda: {"read": [], "search": [], "publish": []})
    late: list[float] = field(default_factory=list)
    errors: int = 0
    stale: int = 0
    examples: list[str] = field(default_factory=list)

    def record_example(self, words: str) -> None:
        """Record the description of an error or a stale body, if it is one of the first few."""
        if len(self.examples) < _EXAMPLES:
            self.examples.append(words[:300])


class Publishers:
    """The processes that publish, each one story at a time. A story is always published by the same process."""

    def __init__(self, processes: "list[Popen[str]]") -> None:
        self._processes = processes
        self._locks = [asyncio.Lock() for _ in processes]

    async def publish(self, story: int) -> str:
        """Publish a new edition of a story; return ``done`` or the reason for the failure."""
        index = story % len(self._processes)
        async with self._locks[index]:
            return await asyncio.to_thread(self._request_publication, self._processes[index], story)

    @staticmethod
    def _request_publication(process: "Popen[str]", story: int) -> str:
        if process.stdin is None or process.stdout is None:
            raise ValueError("A publisher is spoken to through pipes.")
        process.stdin.write(f"{story}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()


class Driver:
    """Driver that sends requests to one server, and publications to the processes of ``publishers``.

    ``numbers`` maps the path of each story that is published during the run to its position in the ledger.
    """

    def __init__(
        self, connections: ConnectionPool, publishers: Publishers, ledger: Ledger, numbers: dict[str, int]
    ) -> None:
        self._connections = connections
        self._publishers = publishers
        self._ledger = ledger
        self._numbers = numbers
        self.outcome = Outcome()

    async def run_arrivals(self, arrivals: Iterable[Arrival], *, show: Callable[[float], None]) -> None:
        """Send each request when it is due, however many are unanswered.

        Return when all have been answered or have failed. ``show`` is called with the elapsed seconds before each
        request.
        """
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for arrival in arrivals:
                if (delay := started + arrival.due - time.monotonic()) > 0:
                    await asyncio.sleep(delay)
                show(time.monotonic() - started)
                group.create_task(self._serve(arrival, started + arrival.due))

    async def measure_capacity(
        self, mix: RequestMix, *, seconds: float, width: int, show: Callable[[float], None]
    ) -> int:
        """Send ``width`` requests at a time for ``seconds``, and return their total, including failed requests."""
        started = time.monotonic()

        async def send_requests() -> int:
            count = 0
            while (elapsed := time.monotonic() - started) < seconds:
                show(elapsed)
                await self._serve(mix.draw(), time.monotonic())
                count += 1
            return count

        return sum(await asyncio.gather(*(send_requests() for _ in range(width))))

    async def _serve(self, arrival: Arrival, due: float) -> None:
        self.outcome.late.append(1_000 * max(0.0, time.monotonic() - due))
        try:
            answered_at = await (self._publish(arrival) if arrival.kind == "publish" else self._request(arrival))
        except (OSError, RuntimeError, ValueError) as error:
            self.outcome.errors += 1
            self.outcome.record_example(f"{arrival.kind} {arrival.target}: {type(error).__name__} {error}")
        else:
            self.outcome.latencies[arrival.kind].append(1_000 * (answered_at - due))

    async def _publish(self, arrival: Arrival) -> float:
        """Publish the story, and return the time at which it was published.

        Raise RuntimeError if it cannot be published.
        """
        reply = await self._publishers.publish(int(arrival.target))
        if reply != "done":
            raise RuntimeError(reply or "the publisher has ended")
        return time.monotonic()

    async def _request(self, arrival: Arrival) -> float:
        """Request the page or search, and return the time at which the complete response arrived.

        Raise RuntimeError unless the status is 200.
        """
        path = f"/search/?q={quote_plus(arrival.target)}" if arrival.kind == "search" else arrival.target
        committed = self._ledger.list_committed()
        response = await self._connections.request(path)
        # Checking the body is not part of the latency.
        answered_at = time.monotonic()
        self._check_response(path, response, committed)
        return answered_at

    def _check_response(self, path: str, response: Response, committed: list[int]) -> None:
        if response.status != 200:
            raise RuntimeError(f"answered with {response.status}")
        is_compressed = response.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(response.body) if is_compressed else response.body
        if description := find_stale(body, committed, own=self._numbers.get(path)):
            self.outcome.stale += 1
            self.outcome.record_example(f"{path} shows {description}")
