"""Serve the demonstration, with its own database, to programs that test it from outside or take screenshots."""

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
    """Serve the demonstration during the block, on a free port, with a new database in ``folder``.

    Yield its URL, and a username and password for each role. Exit with a message if it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = folder / "newsroom.sqlite3"
    for old in folder.glob("newsroom.sqlite3*"):
        old.unlink()
    command = [sys.executable, "scripts/demo", "--port", str(port), "--database", f"sqlite:///{database}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL) as process:
        accounts: dict[str, tuple[str, str]] = {}
        try:
            for line in process.stdout or ():
                if match := re.match(r"\s+(\S+)\s+(\S+)\s+(Writer|Editor|Curator|Administrator)$", line):
                    accounts[match[3].lower()] = (match[1], match[2])
                if "Ctrl-C" in line:
                    break
            else:
                sys.exit("The demonstration did not start: run `make demo` to see why.")
            yield f"http://127.0.0.1:{port}", accounts
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def show_progress(done: int, total: int, name: str) -> None:
    """Redraw a progress bar on a terminal; otherwise print every twentieth step and the last."""
    filled = 40 * done // total
    line = f"[{'#' * filled}{'.' * (40 - filled)}] {done}/{total} {name}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<110.110}" + ("\n" if done == total else ""))
    elif done % 20 == 0 or done == total:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
