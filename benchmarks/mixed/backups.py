"""Make one backup after another while something is measured."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from benchmarks import costs
from benchmarks.processes import ROOT

# As on a real site (deploy/systemd/newsroom-backup.service), a backup uses a processor only while nothing else needs it.
# A policy applies only within a session, so the session gets the lowest priority too (sched(7)).
_AS_UNIT = ("sh", "-c", 'echo 19 > /proc/self/autogroup; exec chrt --idle 0 "$@"', "sh")


@dataclass(slots=True)
class MadeBackups:
    """The number of backups made, their average duration in seconds, and the error message if one failed."""

    count: int = 0
    seconds: float = 0.0
    error: str = ""


@contextmanager
def repeat_backups(variables: Mapping[str, str], folder: Path) -> Iterator[MadeBackups]:
    """Make complete backups in subfolders of ``folder``, one after another, until the block ends.

    At least one backup is made, and the last one is completed. Raise SystemExit if a backup fails.
    """
    made, is_over = MadeBackups(), Event()
    running: list[subprocess.Popen[str]] = []

    def make_backups() -> None:
        started = time.monotonic()
        while not made.error and (not made.count or not is_over.is_set()):
            store = folder / str(made.count)
            store.mkdir(parents=True)
            process = subprocess.Popen(
                [*_AS_UNIT, sys.executable, "manage.py", "backup", "create", str(store)],
                cwd=ROOT,
                env=dict(variables),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            running[:] = [process]
            if is_over.is_set():
                _raise_priority(process.pid)
            _, errors = process.communicate()
            # Exit code 5: the backup is incomplete because the file of a picture is missing. Such a backup takes as long
            # as a complete one.
            made.error = errors if process.returncode not in (0, 5) else ""
            made.count += 1
            made.seconds = (time.monotonic() - started) / made.count

    thread = Thread(target=make_backups)
    thread.start()
    try:
        yield made
    finally:
        is_over.set()
        for process in running:
            _raise_priority(process.pid)
        thread.join()
    if made.error:
        raise SystemExit(f"A backup failed: {made.error}")


def _raise_priority(pid: int) -> None:
    """Give the processes of a backup the usual priority, so that nobody waits for it on a busy machine.

    Without the right to do so, this does nothing.
    """
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text("0", encoding="ascii")
    for each in costs.process_tree(pid):
        with suppress(OSError):
            os.sched_setscheduler(each, os.SCHED_OTHER, os.sched_param(0))
