"""Start processes, and end them with the run, even if it is stopped by Ctrl-C or SIGTERM.

If ``setpriv`` is installed, they are also terminated when the run is killed.
"""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STOP_TIMEOUT = 30


class StoppedError(KeyboardInterrupt):
    """Raised if the run is told to stop: by Ctrl-C, by SIGTERM, or because the terminal was closed."""


def stop_on_signals() -> None:
    """Raise ``StoppedError`` on the signals that tell a process to stop."""

    def stop(number: int, frame: FrameType | None) -> None:
        # Further signals are ignored, so that they do not interrupt the cleanup.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StoppedError

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def free_port() -> int:
    """Return a port that is free on this machine."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[str] | None = None,
    stderr: int | IO[str] | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """Run a command during the block, in a session to which the terminal sends no signals.

    After the block, the process is terminated. If it has not ended after ``STOP_TIMEOUT`` seconds, its process group is
    killed.
    """
    prefix = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    process = subprocess.Popen(
        [*prefix, *command],
        cwd=ROOT,
        env=dict(environment),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """Terminate a process; kill its process group if it does not end in time."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def run_command(command: Sequence[str | Path], *, environment: Mapping[str, str]) -> str:
    """Run a command and return its output. Raise SystemExit, with the output, if it fails."""
    with start(command, environment=environment, stdout=subprocess.PIPE) as process:
        output, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"{output}“{' '.join(map(str, command))}” failed: the lines above say why.")
        return output
