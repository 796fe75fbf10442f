"""Send HEAD requests repeatedly: wrk cannot, because it would wait for a body."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks.client import Line
from benchmarks.figures import percentile
from benchmarks.wrk import WrkResult

LINES = 4


def drive(port: int, path: str, *, seconds: int, headers: Mapping[str, str]) -> WrkResult:
    """Send requests as fast as this process can, for ``seconds``.

    This process is slower than wrk, so the requests a second mean little; the cost of each for the server is accurate.
    """
    begun = time.monotonic()

    def ask() -> tuple[list[float], int]:
        taken, failures = [], 0
        with Line(port) as line:
            while (sent := time.monotonic()) - begun < seconds:
                failures += line.request(path, headers=headers, method="HEAD").status >= 400
                taken.append(1_000 * (time.monotonic() - sent))
        return taken, failures

    with ThreadPoolExecutor(LINES) as pool:
        found = [each.result() for each in [pool.submit(ask) for _ in range(LINES)]]
    latencies = [milliseconds for taken, _ in found for milliseconds in taken]
    return WrkResult(
        requests=len(latencies),
        seconds=time.monotonic() - begun,
        p50=percentile(latencies, 0.5),
        p99=percentile(latencies, 0.99),
        failures=sum(failures for _, failures in found),
    )
