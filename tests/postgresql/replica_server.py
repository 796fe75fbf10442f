"""A streaming replica of the server of the tests, which tests can pause, delay and stop."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg

from tests.databases import direct_url
from tests.postgresql.outages.cluster import MAX_START_SECONDS, with_postgres


class Replica:
    """A replica with its data and its socket in a temporary folder."""

    def __init__(self) -> None:
        self._primary = unquote(urlsplit(direct_url()).hostname or "")
        self._database = direct_url().rpartition("/")[2]
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-replica-", dir="/tmp"))
        self.url = f"postgres://newsroom@{quote(str(self.folder), safe='')}/{self._database}"
        self._binaries = with_postgres.find_server()
        self._process: subprocess.Popen[bytes] | None = None
        self._drop: list[str] = []
        if user := with_postgres.plain_user():
            self._drop = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def start(self) -> None:
        """Copy the primary, if this has not been done yet, start the replica, and wait until it answers."""
        if not (self.folder / "data").exists():
            options = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--username=newsroom"]
            subprocess.run(
                [
                    *self._drop,
                    self._binaries / "pg_basebackup",
                    "-h",
                    self._primary,
                    "-D",
                    self.folder / "data",
                    *options,
                ],
                cwd=self.folder,
                check=True,
                capture_output=True,
            )
        options = [word for setting in with_postgres.POOLED_SETTINGS for word in ("-c", setting)]
        command = [self._binaries / "postgres", "-D", self.folder / "data", "-h", "", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._drop, *command, "-c", "fsync=off"], cwd=self.folder, stdout=log, stderr=log
            )
        end = time.monotonic() + MAX_START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text(errors="replace")
                assert time.monotonic() < end
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the replica at once."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def delay(self, seconds: int) -> None:
        """From now on, show what the primary commits only so many seconds later."""
        self.execute(f"ALTER SYSTEM SET recovery_min_apply_delay = '{seconds}s'")
        self.execute("SELECT pg_reload_conf()")

    def execute(self, statement: str) -> None:
        """Execute a statement on a new connection."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def remove(self) -> None:
        """Stop the replica and delete its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
