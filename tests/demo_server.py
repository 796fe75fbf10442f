"""Serves the demonstration to programs that look at it from outside, with a database of its own."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Serve the demonstration while the block runs, on a free port, with its database in ``folder``, made anew.

    Yields its address and, by role, a name and a password. Leaves with a sentence when it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = folder / "newsroom.sqlite3"
    for left in folder.glob("newsroom.sqlite3*"):
        left.unlink()
    command = [sys.executable, "scripts/demo", "--port", str(port), "--database", f"sqlite:///{database}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL) as process:
        accounts: dict[str, tuple[str, str]] = {}
        try:
            for line in process.stdout or ():
                if found := re.match(r"\s+(\S+)\s+(\S+)\s+(Writer|Editor|Curator|Administrator)$", line):
                    accounts[found[3].lower()] = (found[1], found[2])
                if "Ctrl-C" in line:
                    break
            else:
                sys.exit("The demonstration did not start: run `make demo` to see why.")
            yield f"http://127.0.0.1:{port}", accounts
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def show_progress(done: int, total: int, name: str) -> None:
    """Draw a bar again, where somebody looks; elsewhere say every twentieth step and the last."""
    filled = 40 * done // total
    line = f"[{'#' * filled}{'.' * (40 - filled)}] {done}/{total} {name}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<110.110}" + ("\n" if done == total else ""))
    elif done % 20 == 0 or done == total:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
