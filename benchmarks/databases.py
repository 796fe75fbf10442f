"""Create empty databases for a run, configured as on a real site, and remove them."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.processes import ROOT, start
from benchmarks.servers import clean_environment

VAR = ROOT / "var" / "bench"
_HOLD_SCRIPT = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database: its kind, its URL, and the pid of its server if it has one."""

    vendor: str
    url: str
    server: int | None = None

    @property
    def name(self) -> str:
        """The display name of the database system."""
        return {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[self.vendor]

    @property
    def server_pids(self) -> list[int]:
        """The pid of the database server, as a list; empty for SQLite, which runs in its clients."""
        return [self.server] if self.server else []


@contextmanager
def database(vendor: str) -> Iterator[Database]:
    """Yield an empty database of this kind (``postgresql`` or ``sqlite``), and remove it after the block.

    Raise SystemExit if its server does not start.
    """
    with _postgresql() if vendor == "postgresql" else _sqlite() as created:
        yield created


@contextmanager
def _sqlite() -> Iterator[Database]:
    VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sqlite-", dir=VAR) as folder:
        yield Database("sqlite", f"sqlite:///{Path(folder) / 'newsroom.sqlite3'}")


@contextmanager
def _postgresql() -> Iterator[Database]:
    """Yield a database from ``scripts/with-postgres``, which runs the server until its child process ends.

    Raise SystemExit if the server does not start.
    """
    command = [sys.executable, "scripts/with-postgres", "--as-shipped", sys.executable, "-c", _HOLD_SCRIPT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with start(command, environment=clean_environment(), **pipes) as holder:
        url = holder.stdout.readline().strip() if holder.stdout else ""
        if not url:
            raise SystemExit("PostgreSQL did not start: the lines above say why.")
        folder = Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))
        server = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        yield Database("postgresql", url, server)
