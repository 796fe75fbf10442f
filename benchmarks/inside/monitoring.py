"""Measure the cost of monitoring: of a ``/metrics`` response, and of counting one read of a stored page."""

import time

from benchmarks.inside.counters import Counter
from newsroom import counters
from newsroom.operations import metrics
from newsroom.operations.request_log import DURATIONS, REQUESTS
from newsroom.page_cache.wsgi import STORED_PAGES

_ANSWERS = 20
_WARM_UP_ANSWERS = 3  # for its first response, a process also compiles the SQL of the gauges
_COUNTS = 200_000
# As many routes as a busy site uses, including the desk and the API.
_ROUTES = 60


def measure_monitoring(server: str = "") -> dict[str, object]:
    """Measure ``/metrics`` responses, with all gauges, and the counting of reads.

    Return the fields of ``results.Monitoring``. ``server`` is the pid of the database server, if there is one.
    """
    for number in range(_ROUTES):
        for status in ("200", "302", "404"):
            REQUESTS.count(f"/route/{number}/", "GET", status)
        DURATIONS.observe(0.01, f"/route/{number}/")
    answers = Counter(int(server) if server else None)
    size = 0
    for number in range(_WARM_UP_ANSWERS + _ANSWERS):
        metrics.reset()
        if number < _WARM_UP_ANSWERS:
            metrics.render()
            continue
        with answers.count():
            size = len(metrics.render())
    return {
        "size": size,
        "cpu": 1_000 * answers.cpu / answers.blocks,
        "database_cpu": 1_000 * answers.database_cpu / answers.blocks,
        "queries": answers.statements[-1],
        "count_cpu": 1_000_000 * _measure_count(),
    }


def _measure_count() -> float:
    """Return the CPU seconds that counting one read of a stored page takes."""
    key = STORED_PAGES.key("hit")
    started = time.process_time()
    for _ in range(_COUNTS):
        counters.add(key)
    return (time.process_time() - started) / _COUNTS
