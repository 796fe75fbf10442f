"""Measure the memory of the workers while readers open many different pages."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from benchmarks import costs
from benchmarks.client import Connection
from benchmarks.results import Memory
from benchmarks.servers import Server

ADDRESSES = 20_000
CONNECTIONS = 8
WORKERS = 4
# Other public pages and formats of a story, so that there are enough addresses.
_SUBPAGES = ("history/", "history/1/", "embed/")
_ENDINGS = (".txt", ".md", ".json")
_GZIP = {"Accept-Encoding": "gzip"}

type Show = Callable[[str, float, float], None]


def list_paths(addresses: Mapping[str, Sequence[str]], limit: int = ADDRESSES) -> list[str]:
    """Return up to ``limit`` distinct paths: pages of every kind first, then other pages and formats of stories."""
    plain = [path for kind in ("list", "topic", "question", "story") for path in addresses[kind]]
    stories = addresses["story"]
    subpages = (f"{path}{form}" for form in _SUBPAGES for path in stories)
    other_formats = (f"{path.rstrip('/')}{ending}" for ending in _ENDINGS for path in stories)
    return list(dict.fromkeys([*plain, *subpages, *other_formats]))[:limit]


def measure_memory(server: Server, paths: Sequence[str], *, step: int, steps: int, show: Show) -> Memory:
    """Request ``steps`` batches of ``step`` pages in random order, and return each worker's memory after each batch.

    No path is repeated before all have been requested. Workers that were started or replaced during the run are left
    out. Raise RuntimeError if a response has a status of 500 or more.
    """
    random_source = Random(1)  # noqa: S311  # the same order each time
    order: list[str] = []
    while len(order) < step * steps:
        order += random_source.sample(paths, len(paths))
    samples: dict[int, list[float]] = {}
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for number in range(steps):
            show(f"{step * steps} requests over {len(paths)} addresses", number, steps)
            batch = order[number * step : (number + 1) * step]
            list(
                pool.map(
                    lambda share: _request_all(server.port, share),
                    [batch[first::CONNECTIONS] for first in range(CONNECTIONS)],
                )
            )
            for pid, megabytes in costs.proportional_megabytes(server.process).items():
                if pid != server.process:
                    samples.setdefault(pid, []).append(megabytes)
    workers = [each for each in samples.values() if len(each) == steps]
    return Memory(addresses=len(paths), step=step, workers=workers, is_proportional=True)


def _request_all(port: int, paths: Sequence[str]) -> None:
    with Connection(port) as connection:
        for path in paths:
            if (status := connection.request(path, headers=_GZIP).status) >= 500:
                raise RuntimeError(f"{path} was answered with {status}")
