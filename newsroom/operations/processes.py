"""The processes of the site.

Each stores its release once a minute, so that a process with a different release is noticed.
"""

import logging
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, close_old_connections

from newsroom.http import clock
from newsroom.operations.doctor.registry import Diagnosis, warning
from newsroom.operations.models import Process, ProcessKind
from newsroom.operations.version import version
from newsroom.page_cache.release import release

INTERVAL = 60.0  # seconds
# A process counts as running for this long after it last stored its release.
SEEN_WITHIN = timedelta(seconds=90)
# A process with a different release is reported once both releases have run side by side for this long.
OVERLAP = timedelta(seconds=60)
# The process must also have been seen at least this long after the overlap began. A process that ends during a restart
# is not seen that late.
SEEN_AFTER = timedelta(seconds=20)

logger = logging.getLogger(__name__)

# The host and id of this process, once they have been stored. A fork has a different id.
_identity: tuple[str, int] | None = None


def record(kind: ProcessKind, at: datetime) -> None:
    """Record that this process is running. Delete the rows of processes on this machine that have ended."""
    global _identity
    host, pid = _host(), os.getpid()
    values = {"version": version(), "release": release(), "seen_at": at}
    is_known = _identity == (host, pid)
    Process.objects.update_or_create(
        host=host,
        pid=pid,
        # The row may belong to an ended process with the same id.
        defaults={**values, "kind": kind} if is_known else {**values, "kind": kind, "begun_at": at},
        create_defaults={**values, "kind": kind, "begun_at": at},
    )
    _identity = (host, pid)
    others = Process.objects.filter(host=host).exclude(pid=pid)
    if ended := [key for key, other in others.values_list("pk", "pid") if not _is_running(other)]:
        Process.objects.filter(pk__in=ended).delete()


def forget() -> None:
    """Delete the row of this process, which is about to end.

    If the database fails, another process deletes the row later.
    """
    with suppress(Error):
        Process.objects.filter(host=_host(), pid=os.getpid()).delete()


def list_versions() -> set[str]:
    """Return the versions of the releases that processes run.

    A process that was killed is included until its row is deleted, because it may only have failed to update the row.
    """
    return set(Process.objects.values_list("version", flat=True))


def start_recording(kind: ProcessKind) -> None:
    """Start a thread that calls ``record`` every minute."""
    Thread(target=_record_repeatedly, args=(kind,), name="process", daemon=True).start()


def find_other_releases(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if processes have been running a different release from the others for at least ``OVERLAP``."""
    running = list(Process.objects.seen_since(at - SEEN_WITHIN).order_by("begun_at"))
    counts = Counter(process.release for process in running)
    if len(counts) < 2:
        return
    newest = {process.release: process.begun_at for process in running}
    usual = max(counts, key=lambda each: (counts[each], newest[each]))
    usual_since = min(process.begun_at for process in running if process.release == usual)
    usual_version = next(process.version for process in running if process.release == usual)
    others = [
        process
        for process in running
        if process.release != usual
        and at - (since := max(process.begun_at, usual_since)) >= OVERLAP
        and process.seen_at - since >= SEEN_AFTER
    ]
    if not others:
        return
    first = others[0]
    runs, usual_runs = first.version, usual_version
    if runs == usual_runs:
        # The settings or libraries differ, or the code has changed without a new version.
        runs, usual_runs = f"{runs} ({first.release[:8]})", f"{usual_runs} ({usual[:8]})"
    more = f" {len(others) - 1} more {'does' if len(others) == 2 else 'do'} so." if len(others) > 1 else ""
    yield warning(f"Process {first.pid} on {first.host} runs {runs}; the others run {usual_runs}.{more}", "Restart it.")


def _record_repeatedly(kind: ProcessKind) -> None:
    pause = Event()
    while True:
        try:
            record(kind, clock.now())
        except Error as error:
            logger.debug("The heartbeat of this process could not be stored: %s", error)
        finally:
            close_old_connections()  # as after a request
        pause.wait(INTERVAL)


def _host() -> str:
    return socket.gethostname()[:64]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it belongs to another user
    return True
