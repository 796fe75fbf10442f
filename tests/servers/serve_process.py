"""Run ``manage.py serve`` so that a test can kill its processes."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread

from django.conf import settings

from tests.servers.server_process import send_request
from tests.wait import WAIT, wait_until

COMMAND = [sys.executable, "manage.py", "serve"]
RESTART_DELAY = 1.0  # seconds, as RestartSec of the unit


def variables(folder: Path) -> dict[str, str]:
    """Return the environment of a server with a separate database."""
    database = f"sqlite:///{folder / 'served.sqlite3'}"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database}


def start_server(
    folder: Path, port: int, *options: str, command: Sequence[str] = COMMAND, **environment: str
) -> "Popen[bytes]":
    """Start a server with two workers on ``port``. It logs to a file in ``folder``."""
    command = [*command, "--port", str(port), "--workers", "2", *options]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env={**variables(folder), **environment}, stdout=log, stderr=log
        )


@contextmanager
def serving(
    folder: Path, port: int, *options: str, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator["Popen[bytes]"]:
    """Serve on ``port`` with two workers during the block, or until the block kills the server."""
    process = start_server(folder, port, *options, command=command, **environment)
    try:
        wait_until(lambda: len(workers(process.pid)) == 2)
        assert send_request(port, "/healthz").status == 200, (folder / "log").read_text(errors="replace")
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


class Supervisor:
    """Serve during a ``with`` block, and start the server again after ``RESTART_DELAY`` when it ends, as systemd does.

    Unlike systemd, this does not kill the processes that the server leaves behind.
    """

    def __init__(self, start: "Callable[[], Popen[bytes]]") -> None:
        self._start = start
        self._ended = Event()
        self._thread = Thread(target=self._keep_alive, daemon=True)
        self.process = start()

    def _keep_alive(self) -> None:
        while not self._ended.is_set():
            self.process.wait()
            if not self._ended.wait(RESTART_DELAY):
                self.process = self._start()

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.process.terminate()
        self._thread.join(WAIT)
        self.process.terminate()  # it may have been started again meanwhile
        self.process.wait(WAIT)


def workers(process: int) -> set[int]:
    """Return the process ids of the running workers of a server."""
    ids = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = re.sub(r".*\) ", "", status.read_text()).split()[:2]
        except OSError:  # the process has just ended
            continue
        if parent == str(process) and state != "Z":
            ids.add(int(status.parent.name))
    return ids


def is_running(process: int) -> bool:
    """Return whether a process is running; a zombie is not."""
    try:
        return re.sub(r".*\) ", "", Path(f"/proc/{process}/stat").read_text()).split()[0] != "Z"
    except OSError:
        return False


def is_stopped(process: int) -> bool:
    """Return whether all threads of a process have stopped, which happens after ``os.kill`` returns."""
    threads = [stat.read_text() for stat in Path(f"/proc/{process}/task").glob("*/stat")]
    return all(re.sub(r".*\) ", "", stat).split()[0] == "T" for stat in threads)
