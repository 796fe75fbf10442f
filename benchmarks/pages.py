"""Measure the cost of pages and of the floor in alternating rounds.

The floor (``benchmarks.floor``) returns the same responses.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

from benchmarks import costs, headers_alone, servers, wrk
from benchmarks.client import Connection, Response
from benchmarks.figures import Spread
from benchmarks.results import Page
from benchmarks.servers import Server

CONNECTIONS = 16
TOLERANCE = 0.05  # share of the median; if all rounds are this close to it, more rounds would hardly change the result
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
    """Result of one round: requests per second, CPU milliseconds per request, p99 in milliseconds, and failures."""

    per_second: float
    cpu: float
    p99: float
    failures: int


def list_requests(addresses: Mapping[str, Sequence[str]], *, tag: str) -> list[Request]:
    """Return the requests to measure. ``tag`` is the ETag of the compressed story, as a browser would send it back."""
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
    with Connection(server.port) as connection:
        return connection.request(path, headers=_GZIP).headers["etag"]


def measure_pages(
    product: Server,
    requests: Sequence[Request],
    *,
    database: Sequence[int],
    folder: Path,
    rounds: tuple[int, int],
    seconds: int,
    show: Show,
) -> list[Page]:
    """Return the cost of each request and of the floor, over rounds of ``seconds`` for each of the two.

    ``rounds`` are the minimum and maximum number of rounds; the rounds end before the maximum if their ratios agree.
    ``database`` holds the root pids of process trees that work for the product in addition to its server. Raise
    RuntimeError if a page cannot be requested or wrk fails, and SystemExit if the floor does not start.
    """
    responses = {request.name: _warm(product, request) for request in requests}
    names = {request.name: str(number) for number, request in enumerate(requests)}
    pages = []
    with servers.serve_floor({names[name]: response for name, response in responses.items()}, folder) as floor:
        for request in requests:
            on_floor = Request(request.name, f"/{names[request.name]}", request.headers, request.method)
            _warm(floor, on_floor)
            floor_rounds: list[Round] = []
            product_rounds: list[Round] = []
            while len(floor_rounds) < rounds[0] or (
                len(floor_rounds) < rounds[1] and not rounds_agree(floor_rounds, product_rounds)
            ):
                show(request.name, len(floor_rounds), rounds[1])
                floor_rounds.append(_run_round(floor, on_floor, [floor.process], seconds))
                product_rounds.append(_run_round(product, request, [product.process, *database], seconds))
            pages.append(_summarise(request, responses[request.name], floor_rounds, product_rounds))
    return pages


def _warm(server: Server, request: Request) -> Response:
    """Send the request several times over several connections, to warm up all workers. Return the last response.

    Raise RuntimeError if the status of that response is neither 200 nor 304.
    """
    with _open_connections(server, 8) as connections:
        responses = [
            connection.request(request.path, headers=request.headers, method=request.method)
            for _ in range(5)
            for connection in connections
        ]
    if responses[-1].status not in (200, 304):
        raise RuntimeError(f"{request.path} was answered with {responses[-1].status}")
    return responses[-1]


@contextmanager
def _open_connections(server: Server, count: int) -> Iterator[list[Connection]]:
    connections = [Connection(server.port) for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def _run_round(server: Server, request: Request, pids: Sequence[int], seconds: int) -> Round:
    before = costs.cpu_seconds(pids)
    if request.method == "HEAD":
        outcome = headers_alone.drive(server.port, request.path, seconds=seconds, headers=request.headers)
    else:
        outcome = wrk.run_wrk(
            server.address(request.path),
            seconds=seconds,
            connections=CONNECTIONS,
            headers=request.headers,
            environment=servers.clean_environment(),
        )
    cpu = 1_000 * (costs.cpu_seconds(pids) - before) / max(outcome.requests, 1)
    return Round(outcome.per_second, cpu, outcome.p99, outcome.failures)


def rounds_agree(floor_rounds: Sequence[Round], product_rounds: Sequence[Round]) -> bool:
    """Return whether the ratios of all rounds are within ``TOLERANCE`` of their median."""
    ratio = _ratio(floor_rounds, product_rounds)
    return max(ratio.most - ratio.median, ratio.median - ratio.least) <= TOLERANCE * ratio.median


def _ratio(floor_rounds: Sequence[Round], product_rounds: Sequence[Round]) -> Spread:
    return Spread.of(
        [page.per_second / floor.per_second for page, floor in zip(product_rounds, floor_rounds, strict=True)]
    )


def _summarise(
    request: Request, response: Response, floor_rounds: Sequence[Round], product_rounds: Sequence[Round]
) -> Page:
    return Page(
        name=request.name,
        size=len(response.body),
        per_second=Spread.of([each.per_second for each in product_rounds]),
        floor_per_second=Spread.of([each.per_second for each in floor_rounds]),
        ratio=_ratio(floor_rounds, product_rounds),
        cpu=median(each.cpu for each in product_rounds),
        floor_cpu=median(each.cpu for each in floor_rounds),
        p99=median(each.p99 for each in product_rounds),
        failures=sum(each.failures for each in (*floor_rounds, *product_rounds)),
    )
