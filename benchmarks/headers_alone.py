"""Send HEAD requests repeatedly. This is impossible with wrk, which would wait for a body."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks.client import Connection
from benchmarks.figures import percentile
from benchmarks.wrk import WrkResult

CONNECTIONS = 4


def drive(port: int, path: str, *, seconds: int, headers: Mapping[str, str]) -> WrkResult:
    """Send HEAD requests for ``path`` as fast as this process can, for ``seconds``.

    This process is slower than wrk, so the number of requests per second means little. The cost of a request to the
    server can still be measured.
    """
    started = time.monotonic()

    def send_requests() -> tuple[list[float], int]:
        latencies_of_connection, failures = [], 0
        with Connection(port) as connection:
            while (sent := time.monotonic()) - started < seconds:
                failures += connection.request(path, headers=headers, method="HEAD").status >= 400
                latencies_of_connection.append(1_000 * (time.monotonic() - sent))
        return latencies_of_connection, failures

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        results = [each.result() for each in [pool.submit(send_requests) for _ in range(CONNECTIONS)]]
    latencies = [milliseconds for latencies_of_connection, _ in results for milliseconds in latencies_of_connection]
    return WrkResult(
        requests=len(latencies),
        seconds=time.monotonic() - started,
        p50=percentile(latencies, 0.5),
        p99=percentile(latencies, 0.99),
        failures=sum(failures for _, failures in results),
    )
