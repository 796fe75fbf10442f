"""Measure the memory of the workers while readers open many different pages."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from benchmarks import costs
from benchmarks.client import Line
from benchmarks.results import Memory
from benchmarks.servers import Server

ADDRESSES = 20_000
LINES = 8
# Other public representations of a story, which make enough addresses.
_FORMS = ("history/", "history/1/", "embed/")
_ENDINGS = (".txt", ".md", ".json")
_GZIP = {"Accept-Encoding": "gzip"}

type Show = Callable[[str, float, float], None]


def list_paths(addresses: Mapping[str, Sequence[str]], limit: int = ADDRESSES) -> list[str]:
    """Return up to ``limit`` different paths: pages of every kind first, then other representations of stories."""
    plain = [path for kind in ("list", "topic", "question", "story") for path in addresses[kind]]
    stories = addresses["story"]
    formed = (f"{path}{form}" for form in _FORMS for path in stories)
    copied = (f"{path.rstrip('/')}{ending}" for ending in _ENDINGS for path in stories)
    return list(dict.fromkeys([*plain, *formed, *copied]))[:limit]


def measure_memory(server: Server, paths: Sequence[str], *, step: int, steps: int, show: Show) -> Memory:
    """Request ``step`` pages ``steps`` times in random order; no path is repeated before all were requested."""
    dice = Random(1)  # noqa: S311  # the same order each time
    order: list[str] = []
    while len(order) < step * steps:
        order += dice.sample(paths, len(paths))
    samples: dict[int, list[float]] = {}
    with ThreadPoolExecutor(LINES) as pool:
        for number in range(steps):
            show(f"{step * steps} requests over {len(paths)} addresses", number, steps)
            part = order[number * step : (number + 1) * step]
            list(pool.map(lambda share: _ask(server.port, share), [part[first::LINES] for first in range(LINES)]))
            for pid, megabytes in costs.resident_megabytes(server.process).items():
                if pid != server.process:
                    samples.setdefault(pid, []).append(megabytes)
    return Memory(addresses=len(paths), step=step, workers=[each for each in samples.values() if len(each) == steps])


def _ask(port: int, paths: Sequence[str]) -> None:
    with Line(port) as line:
        for path in paths:
            if (status := line.request(path, headers=_GZIP).status) >= 500:
                raise RuntimeError(f"{path} was answered with {status}")
