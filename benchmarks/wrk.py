"""Run wrk, the load generator, and parse its output."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.processes import start

REMEDY = "sudo apt-get update && sudo apt-get install -y wrk"
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class WrkResult:
    """Result of a run. ``failures`` are connection errors and responses with a status of 400 or higher.

    ``p50`` and ``p99`` are milliseconds from sending a request to receiving its complete response, with one request at
    a time per connection.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    failures: int

    @property
    def per_second(self) -> float:
        """Answered requests per second."""
        return self.requests / self.seconds


def missing_wrk_remedy() -> str | None:
    """Return the command that installs wrk, or None if it is installed."""
    return None if shutil.which("wrk") else REMEDY


def run_wrk(
    address: str,
    *,
    seconds: int,
    connections: int,
    threads: int = 1,
    headers: Mapping[str, str] | None = None,
    environment: Mapping[str, str],
) -> WrkResult:
    """Request a URL over ``connections`` connections for ``seconds``.

    Raise RuntimeError if wrk fails, or subprocess.TimeoutExpired if it does not end in time.
    """
    header_options = [word for name, value in (headers or {}).items() for word in ("-H", f"{name}: {value}")]
    load_options = [f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    command = ["wrk", *load_options, *header_options, address]
    with start(command, environment=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output, _ = process.communicate(timeout=seconds + 60)
    return parse_output(output)


def parse_output(output: str) -> WrkResult:
    """Parse the output of ``wrk --latency``. Raise RuntimeError with the output if it contains no result."""
    totals = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)\b", output)
    if not totals:
        raise RuntimeError(f"wrk did not run: {output.strip()}")
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    error_statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    failures = [*(errors.groups() if errors else ()), *(error_statuses.groups() if error_statuses else ())]
    return WrkResult(
        requests=int(totals[1]),
        seconds=float(totals[2]) * _MILLISECONDS[totals[3]] / 1_000,
        p50=_latency(output, "50"),
        p99=_latency(output, "99"),
        failures=sum(map(int, failures)),
    )


def _latency(output: str, share: str) -> float:
    match = re.search(rf"^\s+{share}(?:\.000)?%\s+([\d.]+)(us|ms|s|m)$", output, re.MULTILINE)
    return float(match[1]) * _MILLISECONDS[match[2]] if match else 0.0
