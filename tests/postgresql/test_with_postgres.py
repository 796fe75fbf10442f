"""The throw-away server that these very tests run on."""

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
    """Keep the servers of these tests in a folder whose name is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_the_exit_code_of_the_command_comes_through():
    assert subprocess.run([PROGRAM, "sh", "-c", "exit 7"], check=False).returncode == 7


def test_the_command_is_told_where_its_server_is():
    told = subprocess.run([PROGRAM, "printenv", "DATABASE_URL"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("postgres://newsroom@%2F")
    assert told.strip() != os.environ["DATABASE_URL"]


SETTINGS = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(*(connection.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "synchronous_commit")))
"""


@pytest.mark.parametrize(("options", "told"), [((), "off off"), (("--as-shipped",), "on on")])
def test_what_is_committed_is_kept_for_certain_only_where_that_is_asked_for(options, told):
    command = [PROGRAM, *options, sys.executable, "-c", SETTINGS]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == told


def test_nothing_is_left_behind_when_it_is_told_to_stop(temporary_folder):
    with subprocess.Popen([PROGRAM, "sleep", "60"]) as process:
        while not list(temporary_folder.glob("*/.s.PGSQL.5432")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) != 0
    assert list(temporary_folder.iterdir()) == []
