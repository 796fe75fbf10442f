"""Describe the machine on which a run takes place, and the versions of its software."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks.results import Machine

_PACKAGES = {"Django": "django", "granian": "granian", "psycopg": "psycopg"}


def describe_machine() -> Machine:
    """Return a description of this machine, with its load before the run."""
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
            "PostgreSQL": _postgresql(),
        },
        load=os.getloadavg()[0],
    )


def _postgresql() -> str:
    """Return the version of the newest installed server, which ``scripts/with-postgres`` would start."""
    servers = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(servers, key=lambda path: int(path.parent.parent.name), default=Path("postgres"))
    try:
        said = subprocess.run([newest, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return said.split()[2]
