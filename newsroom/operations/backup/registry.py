"""What other apps register for backups: rows to leave out, digests to compare, files to copy, checks for drills.

After a restore, a check of the copied files is called too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.storage import Storage

# Reads rows in a fixed order. Each row is a tuple of plain JSON values. The argument is an alias in ``connections``.
type ReadRows = Callable[[str], Iterable[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the default storage that belongs to a row.

    ``sha256`` is an empty string if the row does not store the digest.
    """

    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """What a check of the files in a storage has found.

    ``missing`` and ``damaged`` are the names of originals without an intact file. ``remarks`` are sentences about all
    other files, which can be made again or belong to no row.
    """

    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


type ListFiles = Callable[[str], Iterable[SourceFile]]
# The arguments are an alias in ``connections``, and the time at which the restore began.
type FindFaults = Callable[[str, datetime], Iterable[str]]
# The arguments are the storage, the current time, and a function that shows progress: the number of files and the total.
type CheckFiles = Callable[[Storage, datetime, Callable[[int, int], None]], CheckedFiles]

_excluded_tables: set[str] = set()
_digests: dict[str, ReadRows] = {}
_originals: list[ListFiles] = []
_renditions: list[ListFiles] = []
_file_checks: list[CheckFiles] = []
_drill_checks: list[FindFaults] = []


def exclude_rows(*tables: str) -> None:
    """Leave the rows of these tables, but not the tables themselves, out of backups."""
    _excluded_tables.update(tables)


def register_digest(name: str, read: ReadRows) -> None:
    """Register a function that reads rows. ``name`` is *editions* or *audit*.

    The digest of the rows is stored in each manifest, and compared after a restore.
    """
    _digests[name] = read


def register_files(list_originals: ListFiles, list_renditions: ListFiles) -> None:
    """Register functions that list the files of rows: originals, and renditions, which can be made again."""
    _originals.append(list_originals)
    _renditions.append(list_renditions)


def register_file_check(check: CheckFiles) -> None:
    """Register a function that compares all files in a storage with the rows of the default database."""
    _file_checks.append(check)


def register_drill_check(find_faults: FindFaults) -> None:
    """Register a function that compares the restored database with the site's, and yields a sentence for each fault."""
    _drill_checks.append(find_faults)


def find_drill_faults(alias: str, restore_began_at: datetime) -> Iterator[str]:
    """Yield a sentence for each fault that the registered functions find in the database with this alias.

    Its restore began at ``restore_began_at``; what the site erased afterwards may still be in it.
    """
    for find_faults in _drill_checks:
        yield from find_faults(alias, restore_began_at)


def check_files(storage: Storage, *, at: datetime, show_progress: Callable[[int, int], None]) -> Iterator[CheckedFiles]:
    """Yield what each registered check finds in the storage."""
    for check in _file_checks:
        yield check(storage, at, show_progress)


def excluded_tables() -> frozenset[str]:
    return frozenset(_excluded_tables)


def digests() -> Mapping[str, ReadRows]:
    return _digests


def iter_files(alias: str, *, with_renditions: bool) -> Iterator[SourceFile]:
    """Yield the originals of the rows in this database and, with ``with_renditions``, their renditions."""
    for list_files in [*_originals, *(_renditions if with_renditions else [])]:
        yield from list_files(alias)
