"""Measure pages against the floor, which returns the same responses: in turn, in rounds, with the cost of both."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

from benchmarks import costs, headers_alone, servers, wrk
from benchmarks.client import Answer, Line
from benchmarks.figures import Spread
from benchmarks.results import Page
from benchmarks.servers import Server

CONNECTIONS = 16
NEAR = 0.05  # of the median: if all rounds are as near as this, more rounds would not change the result
_GZIP = {"Accept-Encoding": "gzip"}

type Show = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Request:
    """A request to send repeatedly, and its name in the results."""

    name: str
    path: str
    headers: Mapping[str, str] = field(default_factory=lambda: _GZIP)
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Round:
    """Result of one round on one server: requests a second, CPU and p99 latency in milliseconds, and failures."""

    per_second: float
    cpu: float
    p99: float
    failures: int


def list_requests(addresses: Mapping[str, Sequence[str]], *, tag: str) -> list[Request]:
    """Return all measured requests; ``tag`` is the ETag of the compressed story, as a browser would send it back."""
    story, words = addresses["story"][0], quote_plus(addresses["word"][0])
    topic = addresses["slug"][0]
    return [
        Request("story", story),
        Request("question", addresses["question"][0]),
        Request("topic", addresses["topic"][0]),
        Request("front", "/"),
        Request("story, not modified", story, {**_GZIP, "If-None-Match": tag}),
        Request("story, headers alone", story, method="HEAD"),
        Request("story, not packed", story, {}),
        Request("search", f"/search/?q={words}"),
        Request("search, filtered", f"/search/?q={words}&kind=story&topic={topic}"),
    ]


def fetch_etag(server: Server, path: str) -> str:
    """Return the ETag of a page's compressed response."""
    with Line(server.port) as line:
        return line.request(path, headers=_GZIP).headers["etag"]


def measure_pages(
    product: Server,
    asked: Sequence[Request],
    *,
    database: Sequence[int],
    folder: Path,
    rounds: tuple[int, int],
    seconds: int,
    show: Show,
) -> list[Page]:
    """Return the cost of each request beside that of the floor, over rounds of ``seconds`` on each of the two.

    ``rounds`` are the fewest and the most rounds; the run stops earlier if their ratios agree. ``database`` are the
    pids whose trees work for the product besides its server.
    """
    answers = {request.name: _warm(product, request) for request in asked}
    names = {request.name: str(number) for number, request in enumerate(asked)}
    pages = []
    with servers.serve_floor({names[name]: answer for name, answer in answers.items()}, folder) as floor:
        for request in asked:
            on_floor = Request(request.name, f"/{names[request.name]}", request.headers, request.method)
            _warm(floor, on_floor)
            lower: list[Round] = []
            upper: list[Round] = []
            while len(lower) < rounds[0] or (len(lower) < rounds[1] and not rounds_agree(lower, upper)):
                show(request.name, len(lower), rounds[1])
                lower.append(_driven(floor, on_floor, [floor.process], seconds))
                upper.append(_driven(product, request, [product.process, *database], seconds))
            pages.append(_page(request, answers[request.name], lower, upper))
    return pages


def _warm(server: Server, request: Request) -> Answer:
    """Send the request to each worker several times, and return the last response.

    Raise RuntimeError if its status is neither 200 nor 304.
    """
    with _lines(server, 8) as lines:
        answers = [
            line.request(request.path, headers=request.headers, method=request.method)
            for _ in range(5)
            for line in lines
        ]
    if answers[-1].status not in (200, 304):
        raise RuntimeError(f"{request.path} was answered with {answers[-1].status}")
    return answers[-1]


@contextmanager
def _lines(server: Server, count: int) -> Iterator[list[Line]]:
    lines = [Line(server.port) for _ in range(count)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def _driven(server: Server, request: Request, working: Sequence[int], seconds: int) -> Round:
    before = costs.cpu_seconds(working)
    if request.method == "HEAD":
        driven = headers_alone.drive(server.port, request.path, seconds=seconds, headers=request.headers)
    else:
        driven = wrk.run_wrk(
            server.address(request.path),
            seconds=seconds,
            connections=CONNECTIONS,
            headers=request.headers,
            environment=servers.clean_environment(),
        )
    cpu = 1_000 * (costs.cpu_seconds(working) - before) / max(driven.requests, 1)
    return Round(driven.per_second, cpu, driven.p99, driven.failures)


def rounds_agree(lower: Sequence[Round], upper: Sequence[Round]) -> bool:
    """Return whether the ratios of all rounds are within ``NEAR`` of their median."""
    ratio = _ratio(lower, upper)
    return max(ratio.most - ratio.median, ratio.median - ratio.least) <= NEAR * ratio.median


def _ratio(lower: Sequence[Round], upper: Sequence[Round]) -> Spread:
    return Spread.of([page.per_second / floor.per_second for page, floor in zip(upper, lower, strict=True)])


def _page(request: Request, answer: Answer, lower: Sequence[Round], upper: Sequence[Round]) -> Page:
    return Page(
        name=request.name,
        size=len(answer.body),
        per_second=Spread.of([each.per_second for each in upper]),
        floor_per_second=Spread.of([each.per_second for each in lower]),
        ratio=_ratio(lower, upper),
        cpu=median(each.cpu for each in upper),
        floor_cpu=median(each.cpu for each in lower),
        p99=median(each.p99 for each in upper),
        failures=sum(each.failures for each in (*lower, *upper)),
    )
