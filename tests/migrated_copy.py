"""A copy of the migrated test database, which later runs load instead of migrating again: that takes seconds, not a minute.

The copy belongs to the exact code, requirements and settings that made it, and is made anew after any change of them.
"""

import fcntl
import hashlib
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management.commands import migrate
from django.db import connection

from tests.databases import direct_url

ROOT = Path(__file__).resolve().parent.parent
COPIES = ROOT / "var" / "cache" / "databases"
# Migrations and the receivers of ``post_migrate`` read nothing else.
_FOLDERS = ("newsroom", "stories", "topics")
_FILES = ("requirements.lock", "tests/settings.py")


@contextmanager
def migrating_once() -> Iterator[None]:
    """Within the block, ``migrate`` loads the copy into an empty database; if there is none, it migrates and makes it."""
    run_migrations = migrate.Command.handle

    def handle(command: migrate.Command, *args: Any, **options: Any) -> None:
        copy = COPIES / f"{connection.vendor}-{_digest()}"
        COPIES.mkdir(parents=True, exist_ok=True)
        # Another worker of the run waits for the copy rather than making one too.
        with (COPIES / f"{connection.vendor}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            is_made = copy.exists()
            if not is_made:
                run_migrations(command, *args, **options)
                for old in COPIES.glob(f"{connection.vendor}-*"):
                    old.unlink()
                _write(copy.with_suffix(".part"))
                copy.with_suffix(".part").rename(copy)
            if is_made:
                # Within the lock, since another run could remove the copy.
                _load(copy)

    with patch.object(migrate.Command, "handle", handle):
        yield


def _digest() -> str:
    """Return a digest of everything that decides what the migrations make."""
    paths = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted([*paths, *(ROOT / name for name in _FILES)]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _write(path: Path) -> None:
    """Write the database of the connection to a file."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
    else:
        _run("pg_dump", "--format=custom", "--compress=0", f"--file={path}", f"--dbname={direct_url()}")


def _load(path: Path) -> None:
    """Fill the empty database of the connection from such a file."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
    else:
        _run("pg_restore", "--exit-on-error", f"--dbname={direct_url()}", str(path))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
