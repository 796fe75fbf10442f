"""Starts processes that never outlive the run, and ends them: also after Ctrl-C, TERM, or when this is killed."""

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
ENDING_SECONDS = 30


class StoppedError(KeyboardInterrupt):
    """Somebody asked for the end: Ctrl-C, TERM, or the terminal has gone."""


def stop_on_signals() -> None:
    """Turn the signals that ask for the end into ``StoppedError``, once: tidying up is not disturbed by a second one."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StoppedError

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[str] | None = None,
    stderr: int | IO[str] | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """Run a command beside the block, apart from the signals of the terminal; at the end of the block it is ended.

    It and what it has started are asked first, and killed when they take longer than ``ENDING_SECONDS``.
    """
    tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    process = subprocess.Popen(
        [*tied, *command],
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
    """End a process politely, then for certain with all of its session."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def ran(command: Sequence[str | Path], *, environment: Mapping[str, str]) -> str:
    """Run a command to its end and return what it printed; SystemExit, with what it said, when it fails."""
    with started(command, environment=environment, stdout=subprocess.PIPE) as process:
        said, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"{said}“{' '.join(map(str, command))}” failed: the lines above say why.")
        return said
