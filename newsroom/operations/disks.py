"""The disks that the site needs: those of ``VAR_DIR``, of the database, and of the folders in ``DISK_FOLDERS``."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from newsroom.operations.bounded_calls import BoundedCall

# A disk with less free space than either counts as full.
MIN_FREE_SHARE, MIN_FREE_BYTES = 0.1, 1_000_000_000
READ_TIMEOUT = 5.0  # seconds until a disk counts as hung
FIND_TIMEOUT = 1.0  # seconds for the search for PostgreSQL's folders, shorter than CHECK_TIMEOUT of the health checks
# Where the packages of distributions store the data of PostgreSQL. Debian names a cluster after its folder: “17/main”.
_DEBIAN_FOLDER, _OTHER_FOLDERS = Path("/var/lib/postgresql"), [Path("/var/lib/pgsql")]
# PostgreSQL tells its folder only to roles that may read all settings.
_FIND_SERVER = (
    "SELECT inet_client_addr() IS NOT DISTINCT FROM inet_server_addr(), current_setting('cluster_name'),"
    " (SELECT setting FROM pg_settings WHERE name = 'data_directory')"
)


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk, its size and its free space in bytes, and the share of its inodes that is free."""

    device: int
    size: int
    free: int
    free_inodes: float

    @property
    def is_full(self) -> bool:
        """Whether too little space is free."""
        return self.free < max(MIN_FREE_BYTES, MIN_FREE_SHARE * self.size)


def read_disks() -> Mapping[Path, Disk | OSError]:
    """Return the disk of each folder that is watched, or the error if it cannot be read.

    The error is TimeoutError if the disk does not answer. A folder of the database that does not exist is left out,
    because other checks report that there is no database.
    """
    watched = [Path(settings.VAR_DIR), *settings.DISK_FOLDERS]
    disks = {folder: _read_or_error(folder) for folder in dict.fromkeys([*watched, *find_database_folders()])}
    return {
        folder: disk for folder, disk in disks.items() if folder in watched or not isinstance(disk, FileNotFoundError)
    }


def find_database_folders() -> list[Path]:
    """Return the folder of the SQLite file, or that of PostgreSQL's data.

    A further folder is that of PostgreSQL's write-ahead log, if it is on a different disk. Folders that are on another
    machine, or that this account cannot see, are left out. While the database or a disk does not answer, PostgreSQL's
    folders may be unknown.
    """
    if connection.vendor == "sqlite":
        return [Path(connection.settings_dict["NAME"]).parent]
    try:
        return [*_find_call.run(FIND_TIMEOUT)]
    except (Error, OSError):
        return []


@cache  # errors are not cached
def _find_postgresql_folders() -> tuple[Path, ...]:
    """Return PostgreSQL's folders on this machine. Raise FileNotFoundError if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND_SERVER)
        is_beside_client, cluster, data_folder = cursor.fetchone()
        address = connection.connection.info.hostaddr
    # The client of the server may be a pooler, so the machine of either has to be this one.
    if not is_beside_client or (address and not ip_address(address).is_loopback):
        raise FileNotFoundError
    usual = [_DEBIAN_FOLDER / cluster, _DEBIAN_FOLDER, *_OTHER_FOLDERS]
    data = next(filter(_is_visible, [Path(data_folder)] if data_folder else usual), None)
    if data is None:
        raise FileNotFoundError
    log = data / "pg_wal"
    is_apart = _is_visible(log) and log.stat().st_dev != data.stat().st_dev
    return (data, log) if is_apart else (data,)


_find_call = BoundedCall("database-folders", _find_postgresql_folders)


def _is_visible(folder: Path) -> bool:
    """Return whether the folder exists, and this account may enter the folders above it."""
    try:
        return folder.is_dir()
    except OSError:
        return False


def _read_or_error(folder: Path) -> Disk | OSError:
    try:
        return _get_call(folder).run(READ_TIMEOUT)
    except OSError as error:
        return error


@cache
def _get_call(folder: Path) -> BoundedCall[[], Disk]:
    """Return the function that reads the disk of a folder; a call that hangs must be found again."""
    return BoundedCall(f"disk-{folder}", lambda: _read(folder))


def _read(folder: Path) -> Disk:
    usage, status = shutil.disk_usage(folder), os.statvfs(folder)
    # Some file systems have no fixed number of inodes.
    free_inodes = status.f_favail / status.f_files if status.f_files else 1.0
    return Disk(folder.stat().st_dev, usage.total, usage.free, free_inodes)
