"""Measure how long other writers wait while many expired sessions are deleted."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from itertools import batched
from time import monotonic, sleep

from django.contrib.sessions.models import Session

from benchmarks.figures import Latencies
from benchmarks.processes import ROOT
from newsroom.http import clock
from newsroom.operations.models import Pulse

_ROWS_PER_QUERY = 2_000
_DATA = "x" * 180  # about the length of a desk user's session data
_PAUSE = 0.01  # seconds between two writes
_QUIET_SECONDS = 5


def measure_deletion(sessions: str) -> dict[str, object]:
    """Insert expired sessions, delete them with ``manage.py tidy``, and write a row repeatedly during the deletion.

    Return the duration in seconds, and the latencies of these writes and of writes before the deletion in milliseconds.
    Raise SystemExit if the deletion fails.
    """
    count = int(sessions)
    _insert_expired(count)
    end = monotonic() + _QUIET_SECONDS
    quiet = _measure_writes(lambda: monotonic() < end)
    started = monotonic()
    with subprocess.Popen(
        [sys.executable, "manage.py", "tidy", "--only", "sessions"], cwd=ROOT, stdout=subprocess.DEVNULL
    ) as tidy:
        busy = _measure_writes(lambda: tidy.poll() is None)
    if tidy.returncode or Session.objects.filter(session_data=_DATA).exists():
        raise SystemExit("“manage.py tidy” did not delete the expired sessions: the lines above say why.")
    return {"sessions": count, "seconds": monotonic() - started, "writes": asdict(busy), "quiet_writes": asdict(quiet)}


def _insert_expired(count: int) -> None:
    expired_at = clock.now() - timedelta(days=1)
    # Like the keys of real sessions, these are not in ascending order.
    keys = (sha256(str(number).encode()).hexdigest()[:32] for number in range(count))
    for batch in batched(keys, _ROWS_PER_QUERY):
        Session.objects.bulk_create(
            Session(session_key=key, session_data=_DATA, expire_date=expired_at) for key in batch
        )


def _measure_writes(is_running: Callable[[], bool]) -> Latencies:
    milliseconds: list[float] = []
    while is_running():
        started = monotonic()
        Pulse.objects.write()
        milliseconds.append(1_000 * (monotonic() - started))
        sleep(_PAUSE)
    return Latencies.of(milliseconds)
