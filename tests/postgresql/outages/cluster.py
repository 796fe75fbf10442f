"""A separate PostgreSQL server, which tests can stop, kill and restart at the same address."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import psycopg

from tests.small_disk import mount_disk

_PROGRAM = Path(__file__).resolve().parents[3] / "scripts" / "with-postgres"
_LOADER = SourceFileLoader("with_postgres", str(_PROGRAM))
with_postgres = ModuleType("with_postgres")
_LOADER.exec_module(with_postgres)

MAX_START_SECONDS = 60.0
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'newsroom'"
DISK_MEGABYTES = 256
# Autovacuum would return space to a disk that a test has filled.
SETTINGS = (*with_postgres.UNSAFE_SETTINGS, "autovacuum=off")


class Cluster:
    """A PostgreSQL server with its socket and its WAL in a temporary folder, and its data on a small disk.

    ``disk`` is mounted in that folder. If this account may not mount a disk, it is None, and the data is in a plain
    folder of the same name.
    """

    def __init__(self) -> None:
        # The path of a socket can have at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-outage-", dir="/tmp"))
        self.url = f"postgres://newsroom@{quote(str(self.folder), safe='')}/newsroom"
        self._binaries = with_postgres.find_server()
        self._process: subprocess.Popen[bytes] | None = None
        self._drop: list[str] = []
        if user := with_postgres.plain_user():
            self._drop = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.disk = mount_disk(self.folder / "disk", megabytes=DISK_MEGABYTES)
        self._data = self.folder / "disk" / "data"
        self._data.mkdir()
        if user:
            os.chown(self._data, user.pw_uid, user.pw_gid)

    def create(self, source: str) -> None:
        """Create the data directory, start the server, and restore a dump of the database at ``source``."""
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=newsroom"]
        # PostgreSQL stops if it cannot write its WAL, which is therefore not on the small disk.
        self._run("initdb", *words, f"--pgdata={self._data}", f"--waldir={self.folder / 'wal'}")
        self.start(database="postgres")
        self._run("createdb", "-h", str(self.folder), "-U", "newsroom", "newsroom")
        dump = self.folder / "dump"
        self._run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={source}")
        self._run("pg_restore", "--no-owner", f"--dbname={self.url}", str(dump))

    def start(self, *, database: str = "newsroom") -> None:
        """Start the server and wait until it accepts connections."""
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [self._binaries / "postgres", "-D", self._data, "-h", "", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._drop, *command], cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + MAX_START_SECONDS
        while True:
            try:
                self.execute("SELECT 1", database=database)
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text(errors="replace")
                assert time.monotonic() < end
                time.sleep(0.05)
            else:
                return

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop the server. SIGINT closes all connections; SIGQUIT has the effect of a crash."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def restart(self, number: int = signal.SIGINT) -> None:
        """Stop the server and start it again."""
        self.stop(number)
        self.start()

    def execute(self, statement: str, *, database: str = "newsroom") -> None:
        """Execute one statement on a new connection."""
        with psycopg.connect(host=str(self.folder), user="newsroom", dbname=database, autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_read_only(self) -> None:
        """Make all new connections read-only, and terminate the existing ones."""
        self._change("SET default_transaction_read_only = on")

    def accept_writes(self) -> None:
        """Accept writes on all new connections, and terminate the existing ones."""
        self._change("RESET default_transaction_read_only")

    def _change(self, setting: str) -> None:
        self.execute(f"ALTER DATABASE newsroom {setting}", database="postgres")
        self.execute(END_CONNECTIONS, database="postgres")

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop(signal.SIGQUIT)
        if self.disk:
            self.disk.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self._drop, self._binaries / program, *words], cwd=self.folder, check=True, capture_output=True
        )
