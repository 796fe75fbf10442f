"""A PostgreSQL of the test alone, which can be stopped, killed and started again at the same address."""

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

_PROGRAM = Path(__file__).resolve().parents[3] / "scripts" / "with-postgres"
_LOADER = SourceFileLoader("with_postgres", str(_PROGRAM))
with_postgres = ModuleType("with_postgres")
_LOADER.exec_module(with_postgres)

LONGEST_START = 60.0  # seconds
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'newsroom'"


class Cluster:
    """A server whose data and socket lie in a folder of its own."""

    def __init__(self) -> None:
        # A socket's path may have 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-outage-", dir="/tmp"))
        self.url = f"postgres://newsroom@{quote(str(self.folder), safe='')}/newsroom"
        self._binaries = with_postgres.find_server()
        self._process: subprocess.Popen[bytes] | None = None
        self._drop: list[str] = []
        if user := with_postgres.plain_user():
            self._drop = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def create(self, source: str) -> None:
        """Lay the data down, with a copy of the database at ``source``, and start."""
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=newsroom"]
        self._run("initdb", *words, f"--pgdata={self.folder / 'data'}")
        self.start(database="postgres")
        self._run("createdb", "-h", str(self.folder), "-U", "newsroom", "newsroom")
        dump = self.folder / "dump"
        self._run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={source}")
        self._run("pg_restore", "--no-owner", f"--dbname={self.url}", str(dump))

    def start(self, *, database: str = "newsroom") -> None:
        """Start the server; return when it answers."""
        options = [word for setting in with_postgres.SHORT_CUTS for word in ("-c", setting)]
        command = [self._binaries / "postgres", "-D", self.folder / "data", "-h", "", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._drop, *command], cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + LONGEST_START
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
        """Stop the server: INT ends all connections, QUIT is as a crash."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def restart(self, number: int = signal.SIGINT) -> None:
        """Stop the server and start it again."""
        self.stop(number)
        self.start()

    def execute(self, statement: str, *, database: str = "newsroom") -> None:
        """Execute one statement, on a connection of its own."""
        with psycopg.connect(host=str(self.folder), user="newsroom", dbname=database, autocommit=True) as connection:
            connection.execute(statement.encode())

    def only_read(self) -> None:
        """Take no writes any more, on any connection."""
        self._change("SET default_transaction_read_only = on")

    def take_writes(self) -> None:
        """Take writes again."""
        self._change("RESET default_transaction_read_only")

    def _change(self, setting: str) -> None:
        self.execute(f"ALTER DATABASE newsroom {setting}", database="postgres")
        self.execute(END_ALL, database="postgres")

    def remove(self) -> None:
        """Stop it and take its files away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self._drop, self._binaries / program, *words], cwd=self.folder, check=True, capture_output=True
        )
