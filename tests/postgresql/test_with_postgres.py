"""The temporary PostgreSQL server that scripts/with-postgres starts, also for the tests in this folder."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.audit

PROGRAM = Path(__file__).resolve().parent.parent.parent / "scripts" / "with-postgres"


@pytest.fixture(autouse=True)
def temporary_folder(monkeypatch):
    """Put the servers of these tests in a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_the_exit_code_is_that_of_the_command():
    assert subprocess.run([PROGRAM, "sh", "-c", "exit 7"], check=False).returncode == 7


def test_the_command_gets_the_address_of_its_server():
    address = subprocess.run([PROGRAM, "printenv", "DATABASE_URL"], capture_output=True, text=True, check=True).stdout
    assert address.startswith("postgres://newsroom@%2F")
    assert address.strip() != os.environ["DATABASE_URL"]


SETTINGS = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(*(connection.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "synchronous_commit")))
"""


@pytest.mark.parametrize(("options", "expected"), [((), "off off"), (("--as-shipped",), "on on")])
def test_commits_are_durable_only_with_the_option_as_shipped(options, expected):
    command = [PROGRAM, *options, sys.executable, "-c", SETTINGS]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == expected


POOLED = """
import os, psycopg
for name in ("DATABASE_URL", "DATABASE_DIRECT_URL"):
    with psycopg.connect(os.environ[name], autocommit=True) as connection:
        connection.execute("BEGIN")
        pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        connection.execute("COMMIT")
        with psycopg.connect(os.environ[name], autocommit=True) as other:
            print(other.execute("SELECT pg_backend_pid()").fetchone()[0] == pid, connection.execute("SHOW jit").fetchone()[0])
"""


def test_connections_behind_a_pooler_last_for_a_transaction():
    command = [PROGRAM, "--pooled", sys.executable, "-c", POOLED]
    # The other client gets the server's connection that the first one has just given back.
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True off\nFalse off\n"


def test_a_terminated_program_leaves_no_files(temporary_folder):
    with subprocess.Popen([PROGRAM, "sleep", "60"]) as process:
        while not list(temporary_folder.glob("*/.s.PGSQL.5432")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) != 0
    assert list(temporary_folder.iterdir()) == []
