"""PostgreSQL's own programs, pg_dump and pg_restore."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

_DEBIAN_FOLDERS = "/usr/lib/postgresql"


def dump(
    config: Mapping[str, Any], folder: Path, *, snapshot: str, jobs: int, excluded_tables: Collection[str]
) -> None:
    """Dump the exported snapshot of a database into a new folder. Raise CommandError if pg_dump fails."""
    options = ["--format=directory", f"--jobs={jobs}", f"--snapshot={snapshot}", "--no-owner", "--no-privileges"]
    options += [f"--exclude-table-data=public.{table}" for table in sorted(excluded_tables)]
    _run("pg_dump", [*options, f"--file={folder}"], config)


def load(config: Mapping[str, Any], folder: Path, *, jobs: int, before_rows: Callable[[], object]) -> None:
    """Load a dump into an empty database.

    The tables are created in one transaction. ``before_rows`` is called when they exist and are still empty. Raise
    CommandError if pg_restore fails.
    """
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--dbname", str(config["NAME"])]
    _run("pg_restore", [*options, "--single-transaction", "--section=pre-data", str(folder)], config)
    before_rows()
    _run("pg_restore", [*options, f"--jobs={jobs}", "--section=data", "--section=post-data", str(folder)], config)


def check_dump(folder: Path) -> None:
    """Raise CommandError if pg_restore cannot read the table of contents of a dump."""
    _run("pg_restore", ["--list", str(folder)], {})


def _run(program: str, arguments: Iterable[str], config: Mapping[str, Any]) -> None:
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, with arguments that no user writes
        [_find_program(program), *arguments],
        env={**os.environ, **_connection_variables(config)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if "error" in line] or ["it gave no reason."]
        raise CommandError(f"{program} failed: {re.sub(r'^.*?error: ', '', lines[0])}")


def _connection_variables(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables for PostgreSQL's programs, so that no argument contains the password."""
    options = config.get("OPTIONS", {})
    values = {
        "PGDATABASE": config.get("NAME"),
        "PGUSER": config.get("USER"),
        "PGPASSWORD": config.get("PASSWORD"),
        "PGHOST": config.get("HOST"),
        "PGPORT": config.get("PORT"),
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGPASSFILE": options.get("passfile"),
        "PGSERVICE": options.get("service"),
    }
    return {name: str(value) for name, value in values.items() if value}


def _find_program(name: str) -> str:
    """Return the path of the newest version of a program, which can read the dumps of all older versions.

    Raise CommandError if the program is not installed.
    """
    # On Debian, the programs in PATH follow the version of the local server, which may be older than the server in use.
    found = [path for path in Path(_DEBIAN_FOLDERS).glob(f"*/bin/{name}") if path.parts[-3].isdecimal()]
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    if program := newest or shutil.which(name):
        return str(program)
    raise CommandError(f"The program {name} is not installed. On Debian: apt install postgresql-client.")
