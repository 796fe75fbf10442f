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
    """Result of a run; ``failures`` are connection errors and responses with a status from 400 on.

    ``p50`` and ``p99`` are milliseconds from sending a request to its whole response, with one request on each
    connection.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    failures: int

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
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
    """Request an address over ``connections`` connections for ``seconds``; raise RuntimeError if wrk fails."""
    said = [word for name, value in (headers or {}).items() for word in ("-H", f"{name}: {value}")]
    size = [f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    command = ["wrk", *size, *said, address]
    with start(command, environment=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output, _ = process.communicate(timeout=seconds + 60)
    return parse_output(output)


def parse_output(output: str) -> WrkResult:
    """Parse the output of ``wrk --latency``; raise RuntimeError with the output if it holds no result."""
    ran = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)\b", output)
    if not ran:
        raise RuntimeError(f"wrk did not run: {output.strip()}")
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    failures = [*(errors.groups() if errors else ()), *(refused.groups() if refused else ())]
    return WrkResult(
        requests=int(ran[1]),
        seconds=float(ran[2]) * _MILLISECONDS[ran[3]] / 1_000,
        p50=_latency(output, "50"),
        p99=_latency(output, "99"),
        failures=sum(map(int, failures)),
    )


def _latency(output: str, share: str) -> float:
    found = re.search(rf"^\s+{share}(?:\.000)?%\s+([\d.]+)(us|ms|s|m)$", output, re.MULTILINE)
    return float(found[1]) * _MILLISECONDS[found[2]] if found else 0.0
