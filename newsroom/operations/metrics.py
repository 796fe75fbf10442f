"""``/metrics`` in the text format of Prometheus: counters and histograms of this machine's processes, and gauges."""

import logging
import math
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_address
from threading import Lock
from time import monotonic
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, close_old_connections
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from newsroom import counters
from newsroom.counters import Counter, Histogram
from newsroom.db.timeouts import limit_statements
from newsroom.http.security_headers import list_security_headers

PATH = "/metrics"
GAUGE_TIMEOUT = 2.0  # seconds for each statement
GAUGE_INTERVAL, SLOW_INTERVAL = 10.0, 60.0  # seconds for which the values of gauges are reused

type Value = float | int | None
type Values = Value | Mapping[str, Value] | Mapping[tuple[str, ...], Value]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Gauge:
    """A gauge, with the function that reads it."""

    name: str
    read: Callable[[], Values]
    help: str
    labels: tuple[str, ...]
    uses_database: bool
    interval: float


_gauges: dict[str, _Gauge] = {}
# Values that the gauges of one reading share, keyed by the function that read them. None between readings.
_shared: dict[Callable[[], object], object] | None = None


def register(
    name: str,
    read: Callable[[], Values],
    *,
    help: str,
    labels: tuple[str, ...] = (),
    uses_database: bool = True,
    interval: float = GAUGE_INTERVAL,
) -> None:
    """Register a gauge. ``read`` returns its value, or None if it has no value at present.

    The value is reused for ``interval`` seconds. ``interval`` should be ``SLOW_INTERVAL`` if reading takes more than a
    millisecond.

    With ``labels``, ``read`` returns a mapping from label values to values. A key is a string, or a tuple if there are
    several labels. A label must have few possible values, so it must not contain names, slugs or addresses.
    """
    counters.require_prefix(name)
    _gauges[name] = _Gauge(name, read, help, labels, uses_database, interval)


def read_once[T](read: Callable[[], T]) -> Callable[[], T]:
    """Return a function that reads a value once for all gauges that call it during one request for ``/metrics``."""

    @wraps(read)
    def read_shared() -> T:
        if _shared is None:
            return read()
        if read not in _shared:
            _shared[read] = read()
        return cast("T", _shared[read])

    return read_shared


def with_metrics(application: WSGIApplication) -> WSGIApplication:
    """Return an application that answers permitted requests for ``/metrics``, and passes on all others.

    Clients that send the token in the settings are permitted, and so are clients on this machine that do not connect
    through a proxy. Other clients get the 404 that Django returns for any unknown address.
    """

    # Handled before Django, because a scraper on this machine does not send the site's host name and does not use
    # HTTPS.
    def application_with_metrics(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_read = environ.get("PATH_INFO") == PATH and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if not (is_read and _is_permitted(environ)):
            return application(environ, start_response)
        content = render()
        headers = [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(content)))]
        security = list_security_headers(is_secure=WSGIRequest(environ).is_secure())
        start_response("200 OK", [*headers, ("Cache-Control", "no-store"), *security.items()])
        return [content] if environ["REQUEST_METHOD"] == "GET" else []

    return application_with_metrics


def render() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    return generate_latest(_Families())


def _is_permitted(environ: WSGIEnvironment) -> bool:
    token, sent = settings.METRICS_TOKEN, str(environ.get("HTTP_AUTHORIZATION", ""))
    if token and constant_time_compare(sent, f"Bearer {token}"):
        return True
    # A proxy on this machine names the client in X-Forwarded-For.
    return "HTTP_X_FORWARDED_FOR" not in environ and _is_loopback(str(environ.get("REMOTE_ADDR", "")))


def _is_loopback(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


class _Families:
    """All metrics in the form that the Prometheus library expects."""

    def collect(self) -> Iterator[Metric]:
        yield from _collect_counters()
        for name, values in _reader.read().items():
            yield _make_gauge(_gauges[name], values)


def _collect_counters() -> Iterator[Metric]:
    try:
        sums = counters.read_sums()
    except OSError as error:
        logger.warning("The counts of processes could not be read: %s", error)
        return
    by_metric: dict[str, list[tuple[list[str], float]]] = {}
    for key, value in sums.items():
        name, *rest = counters.split_key(key)
        by_metric.setdefault(name, []).append((rest, value))
    for metric in counters.list_metrics():
        samples = by_metric.get(metric.name, [])
        yield _make_counter(metric, samples) if isinstance(metric, Counter) else _make_histogram(metric, samples)


def _make_counter(metric: Counter, samples: Iterable[tuple[list[str], float]]) -> Metric:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for values, value in samples:
        if len(values) == len(metric.labels):
            family.add_metric(values, value)
    return family


def _make_histogram(metric: Histogram, samples: Iterable[tuple[list[str], float]]) -> Metric:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    by_labels: dict[tuple[str, ...], dict[str, float]] = {}
    for (*values, bucket), value in samples:
        by_labels.setdefault(tuple(values), {})[bucket] = value
    for labels, found in by_labels.items():
        cumulative, count = [], 0.0
        for bucket in metric.buckets:
            count += found.get(bucket, 0.0)
            cumulative.append((bucket, count))
        family.add_metric(labels, cumulative, found.get(counters.SUM, 0.0))
    return family


def _make_gauge(gauge: _Gauge, values: Values) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
    samples: list[tuple[str | tuple[str, ...], Value]] = (
        [*values.items()] if isinstance(values, Mapping) else [((), values)]
    )
    for labels, value in samples:
        if value is not None:
            family.add_metric((labels,) if isinstance(labels, str) else labels, value)
    return family


class _GaugeReader:
    """A cache of the values of all gauges. In each process, a gauge is read at most once per interval."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at: dict[str, float] = {}
        self._values: dict[str, Values] = {}

    def read(self) -> Mapping[str, Values]:
        """Return the values, keyed by name. While another thread reads them, return the last values."""
        global _shared
        # Do not wait for the lock, because a hung disk would then occupy one thread for each request.
        if self._lock.acquire(blocking=False):
            try:
                now = monotonic()
                due = [
                    each for each in _gauges.values() if now - self._read_at.get(each.name, -math.inf) >= each.interval
                ]
                if due:
                    _shared = {}
                    found = dict(_read_gauges(due))
                    # A gauge that cannot be read has no value.
                    due_names = {each.name for each in due}
                    rest = {name: value for name, value in self._values.items() if name not in due_names}
                    self._values = rest | found
                    self._read_at |= dict.fromkeys(due_names, monotonic())
            finally:
                close_old_connections()  # as after a request
                _shared = None
                self._lock.release()
        return self._values

    def reset(self) -> None:
        """Forget the values, so that the next request reads all gauges again."""
        self._read_at, self._values = {}, {}


_reader = _GaugeReader()


def reset() -> None:
    """Forget the values of gauges, so that the next request reads them."""
    _reader.reset()


def read_gauges(names: Collection[str]) -> Mapping[str, Values]:
    """Return the current values of the gauges with these names. Leave out those that cannot be read."""
    return dict(_read_gauges([gauge for gauge in _gauges.values() if gauge.name in names]))


def _read_gauges(gauges: Sequence[_Gauge]) -> Iterator[tuple[str, Values]]:
    """Yield the name and values of each of these gauges, except for gauges that cannot be read."""
    for gauge in gauges:
        if not gauge.uses_database:
            with suppress(Error):
                yield from _read_gauge(gauge)
    remaining = deque(gauge for gauge in gauges if gauge.uses_database)
    # An error ends the transaction, so the other gauges are read in a new one.
    while remaining and (yield from _read_until_error(remaining)):
        pass


def _read_until_error(gauges: deque[_Gauge]) -> Generator[tuple[str, Values], None, bool]:
    """Remove gauges from the queue and yield their values, until one fails. Return whether the database answers."""
    gauge = None
    try:
        with limit_statements(GAUGE_TIMEOUT):
            while gauges:
                gauge = gauges.popleft()
                yield from _read_gauge(gauge)
    except Error as error:
        logger.debug("%s could not be read: %s", gauge.name if gauge else "No gauge", error)
        return gauge is not None
    return True


def _read_gauge(gauge: _Gauge) -> Iterator[tuple[str, Values]]:
    """Yield the name and values of a gauge, or nothing if it cannot be read. Errors of the database propagate."""
    try:
        yield gauge.name, gauge.read()
    except Error:
        raise
    except Exception:
        logger.warning("%s could not be read.", gauge.name, exc_info=True)
