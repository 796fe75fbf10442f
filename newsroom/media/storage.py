"""File storage on disk that writes a file completely or not at all, and listings of files on disk or in a bucket."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.utils.crypto import get_random_string

UNFINISHED = ".part"  # suffix of the name of a file while it is being written
HEALTH_PREFIX = "health-"  # prefix of the name of a file with which a health check tests the storage
_CHUNK_SIZE = 1024 * 1024  # bytes


class AtomicFileSystemStorage(FileSystemStorage):
    """A file system storage that writes atomically: no file is ever incomplete under its final name.

    A file with an existing name replaces the old file in one step.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_overwrite": True})

    def _save(self, name: str, content: File[bytes]) -> str:
        """Write the file under a temporary name, sync it to the disk, and rename it.

        An exception leaves neither a new nor an unfinished file.
        """
        temporary_name = f"{name}.{get_random_string(8)}{UNFINISHED}"
        unfinished = Path(self.path(temporary_name))
        try:
            super()._save(temporary_name, content)  # type: ignore[misc]  # Django has no types for it
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(self.path(name))
        finally:
            unfinished.unlink(missing_ok=True)
        return name


def has_root(storage: Storage) -> bool:
    """Return whether the root folder of a storage exists. It is missing if the disk is not mounted.

    Return True for a bucket, which needs no such folder.
    """
    return not isinstance(storage, FileSystemStorage) or Path(storage.location).is_dir()


def is_writable(storage: Storage) -> bool:
    """Return whether a file can be written, read and deleted. Storage errors propagate."""
    # The root folder is not created here: if it is missing, its files are missing too.
    if not has_root(storage):
        return False
    token = get_random_string(16)
    name = storage.save(f"{HEALTH_PREFIX}{token}{UNFINISHED}", ContentFile(token.encode()))
    try:
        with storage.open(name) as file:
            return bool(file.read() == token.encode())
    finally:
        storage.delete(name)


def find_unfinished(at: datetime, age: timedelta) -> Iterator[list[Path]]:
    """Yield a list of the unfinished media files that were last written more than ``age`` before ``at``.

    On a disk, a process that is killed while writing leaves such a file. A bucket has none.
    """
    if isinstance(default_storage, FileSystemStorage):
        unfinished = Path(default_storage.location).rglob(f"*{UNFINISHED}")
        yield [path for path in unfinished if _is_older(path, (at - age).timestamp())]


def delete_unfinished(paths: Sequence[Path], at: datetime, age: timedelta) -> int:
    """Delete those of the files that are still unfinished, and return how many were deleted."""
    deleted = 0
    for path in paths:
        with suppress(FileNotFoundError):  # the file has been finished or deleted
            path.unlink()
            deleted += 1
    return deleted


def _is_older(path: Path, moment: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < moment
    return False


def create_root(storage: Storage) -> None:
    """Create the root folder if it is missing. A bucket needs none."""
    if isinstance(storage, FileSystemStorage):
        Path(storage.location).mkdir(parents=True, exist_ok=True)


def delete_folder_files(storage: Storage, folder: str) -> None:
    """Delete all files in a folder, including those without a row. A missing folder counts as empty."""
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a listing of the storage. ``size`` is in bytes."""

    path: str
    size: int
    modified_at: datetime


def iter_files(storage: Storage, folder: str) -> Iterator[StoredFile]:
    """Yield the files in a folder and in all folders below it. A missing folder counts as empty."""
    if not isinstance(storage, FileSystemStorage):
        yield from _iter_objects(storage, folder)
        return
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{folder}/{name}"
        with suppress(FileNotFoundError):  # deleted since it was listed
            yield StoredFile(path, storage.size(path), storage.get_modified_time(path))
    for name in folders:
        yield from iter_files(storage, f"{folder}/{name}")


def _iter_objects(storage: Storage, folder: str) -> Iterator[StoredFile]:
    """Yield the files below a folder of an S3 bucket, ordered by name."""
    # Not imported at the top, because boto3 takes some 20 MB of memory, which a site with images on disk can save.
    from storages.backends.s3 import S3Storage

    if not isinstance(storage, S3Storage):
        raise TypeError(f"{type(storage).__name__} is neither a disk nor an S3 bucket.")
    root = f"{storage.location.rstrip('/')}/" if storage.location else ""
    for item in storage.bucket.objects.filter(Prefix=f"{root}{folder}/"):
        yield StoredFile(item.key.removeprefix(root), item.size, item.last_modified)


def compute_digest(storage: Storage, path: str) -> str:
    """Return the SHA-256 of a stored file in hexadecimal. Raise FileNotFoundError if it is missing."""
    digest = hashlib.sha256()
    with storage.open(path) as file:
        for chunk in file.chunks(_CHUNK_SIZE):
            digest.update(chunk)
    return digest.hexdigest()
