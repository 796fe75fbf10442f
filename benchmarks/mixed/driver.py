"""Send requests when they are due, check each body against the committed editions, and measure latency from the due
time.
"""

import asyncio
import gzip
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from subprocess import Popen
from urllib.parse import quote_plus

from benchmarks.client import Answer
from benchmarks.mixed.arrivals import Arrival, Kind, RequestMix
from benchmarks.mixed.connections import ConnectionPool
from benchmarks.mixed.ledger import Ledger, find_stale

_EXAMPLES = 5


@dataclass(slots=True)
class Seen:
    """Outcome of the requests: milliseconds from the due time by kind, the driver's delays, and errors."""

    latencies: dict[Kind, list[float]] = field(default_factory=lambda: {"read": [], "search": [], "publish": []})
    late: list[float] = field(default_factory=list)
    errors: int = 0
    stale: int = 0
    examples: list[str] = field(default_factory=list)

    def record_example(self, words: str) -> None:
        """Record an example of an error, the first few only."""
        if len(self.examples) < _EXAMPLES:
            self.examples.append(words[:300])


class Publishers:
    """The processes that publish, each one story at a time; a story always belongs to the same process."""

    def __init__(self, processes: "list[Popen[str]]") -> None:
        self._processes = processes
        self._turns = [asyncio.Lock() for _ in processes]

    async def publish(self, story: int) -> str:
        """Publish a new edition of a story; return ``done``, or the reason of the failure."""
        place = story % len(self._processes)
        async with self._turns[place]:
            return await asyncio.to_thread(self._told, self._processes[place], story)

    @staticmethod
    def _told(process: "Popen[str]", story: int) -> str:
        if process.stdin is None or process.stdout is None:
            raise ValueError("A publisher is spoken to through pipes.")
        process.stdin.write(f"{story}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()


class Driver:
    """Send requests to one server, and publications to the processes of ``publishers``.

    ``numbers`` are the numbers of the published stories by the paths of their pages.
    """

    def __init__(
        self, connections: ConnectionPool, publishers: Publishers, ledger: Ledger, numbers: dict[str, int]
    ) -> None:
        self._connections = connections
        self._publishers = publishers
        self._ledger = ledger
        self._numbers = numbers
        self.seen = Seen()

    async def run_arrivals(self, arrivals: Iterable[Arrival], *, show: Callable[[float], None]) -> None:
        """Send each request when it is due, however many are unanswered; return when all are answered.

        ``show`` is called with the elapsed seconds before each request.
        """
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for arrival in arrivals:
                if (early := begun + arrival.due - time.monotonic()) > 0:
                    await asyncio.sleep(early)
                show(time.monotonic() - begun)
                group.create_task(self._serve(arrival, begun + arrival.due))

    async def measure_capacity(
        self, mix: RequestMix, *, seconds: float, width: int, show: Callable[[float], None]
    ) -> int:
        """Run ``width`` requests at a time for ``seconds``; return how many were answered."""
        begun = time.monotonic()

        async def go_on() -> int:
            count = 0
            while (gone := time.monotonic() - begun) < seconds:
                show(gone)
                await self._serve(mix.draw(), time.monotonic())
                count += 1
            return count

        return sum(await asyncio.gather(*(go_on() for _ in range(width))))

    async def _serve(self, arrival: Arrival, due: float) -> None:
        self.seen.late.append(1_000 * max(0.0, time.monotonic() - due))
        try:
            answered = await (self._publish(arrival) if arrival.kind == "publish" else self._ask(arrival))
        except (OSError, RuntimeError, ValueError) as error:
            self.seen.errors += 1
            self.seen.record_example(f"{arrival.kind} {arrival.target}: {type(error).__name__} {error}")
        else:
            self.seen.latencies[arrival.kind].append(1_000 * (answered - due))

    async def _publish(self, arrival: Arrival) -> float:
        """Publish the story; return the time at which that was done."""
        said = await self._publishers.publish(int(arrival.target))
        if said != "done":
            raise RuntimeError(said or "the publisher has ended")
        return time.monotonic()

    async def _ask(self, arrival: Arrival) -> float:
        """Request the page; return the time at which the whole response had arrived."""
        path = f"/search/?q={quote_plus(arrival.target)}" if arrival.kind == "search" else arrival.target
        before = self._ledger.list_committed()
        answer = await self._connections.ask(path)
        # Checking the body is not part of the latency.
        answered = time.monotonic()
        self._hold(path, answer, before)
        return answered

    def _hold(self, path: str, answer: Answer, before: list[int]) -> None:
        if answer.status != 200:
            raise RuntimeError(f"answered with {answer.status}")
        is_packed = answer.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(answer.body) if is_packed else answer.body
        if wrong := find_stale(body, before, own=self._numbers.get(path)):
            self.seen.stale += 1
            self.seen.record_example(f"{path} shows {wrong}")
