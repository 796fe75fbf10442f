"""Read the CPU time and the memory of processes from ``/proc`` (Linux, proc(5))."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Field indexes of /proc/PID/stat after the name in brackets, where index 0 is the third field.
_PARENT, _USER, _CHILDREN_SYSTEM = 1, 11, 14


@dataclass(frozen=True, slots=True)
class Stat:
    """One process: its parent, and the CPU ticks of the process and its reaped children."""

    parent: int
    ticks: int


def read_stat(line: str) -> Stat:
    """Parse a line of ``/proc/PID/stat``."""
    # The name of the process may contain spaces and brackets.
    fields = line.rpartition(")")[2].split()
    return Stat(int(fields[_PARENT]), sum(int(field) for field in fields[_USER : _CHILDREN_SYSTEM + 1]))


def process_tree(root: int) -> dict[int, Stat]:
    """Return the process ``root`` and all its descendants, keyed by pid. The result is empty if ``root`` has ended."""
    running = dict(_list_processes())
    members = {root: running[root]} if root in running else {}
    has_new = True
    while has_new:
        children = {pid: stat for pid, stat in running.items() if stat.parent in members and pid not in members}
        members |= children
        has_new = bool(children)
    return members


def cpu_seconds(roots: Iterable[int]) -> float:
    """Return the CPU time of whole process trees in seconds, including ended children."""
    return sum(stat.ticks for root in roots for stat in process_tree(root).values()) / TICKS


def cpu_seconds_by_process(root: int | None) -> dict[int, float]:
    """Return the CPU time of each process in a tree, keyed by pid, in seconds with nanosecond precision.

    The result is empty if ``root`` is None. Only the main thread of each process is counted, which is enough for
    PostgreSQL, whose processes are single-threaded.
    """
    seconds_by_pid = {}
    for pid in process_tree(root) if root else ():
        try:
            seconds_by_pid[pid] = int((PROC / str(pid) / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
        except OSError:
            continue
    return seconds_by_pid


def cpu_seconds_between(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """Return the CPU time in seconds between two readings, excluding processes that ended in between."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def proportional_megabytes(root: int) -> dict[int, float]:
    """Return the proportional memory (PSS) of each process in a tree, keyed by pid, in megabytes of 1,000,000 bytes.

    A memory page that several processes share is divided equally among them.
    """
    megabytes_by_pid = {}
    for pid in process_tree(root):
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii", errors="replace").splitlines()
        except OSError:
            continue
        megabytes_by_pid[pid] = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")) / 1e6
    return megabytes_by_pid


def _list_processes() -> Iterable[tuple[int, Stat]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "stat").read_text(encoding="ascii", errors="replace")
            except OSError:
                continue  # the process has ended since it was listed
            yield int(folder.name), read_stat(line)
