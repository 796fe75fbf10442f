"""Describe the machine that runs the benchmarks, and the versions of its software."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks.results import Machine

_PACKAGES = {"Django": "django", "granian": "granian", "psycopg": "psycopg"}


def describe_machine() -> Machine:
    """Return a description of this machine, with its average load over the last minute."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=models[0] if models else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_gigabytes=round(pages / 1e9, 1),
        system=f"{platform.system()} {platform.release()}",
        versions={
            "Python": platform.python_version(),
            **{name: version(package) for name, package in _PACKAGES.items()},
            "SQLite": sqlite3.sqlite_version,
            "PostgreSQL": _postgresql_version(),
        },
        load=os.getloadavg()[0],
    )


def _postgresql_version() -> str:
    """Return the version of the newest server in ``/usr/lib/postgresql``, or of the one on the ``PATH``, or "none"."""
    servers = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(servers, key=lambda path: int(path.parent.parent.name), default=Path("postgres"))
    try:
        output = subprocess.run([newest, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return output.split()[2]
