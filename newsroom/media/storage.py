"""File storage on disk that writes a file completely or not at all."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import get_random_string

UNFINISHED = ".part"  # suffix of the name of a file while it is being written


class AtomicFileSystemStorage(FileSystemStorage):
    """A file system storage that writes atomically: a killed process never leaves a partial file.

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


def is_writable(storage: Storage) -> bool:
    """Return whether a file can be written, read and deleted. Errors of the storage propagate."""
    # The root folder is not created here: if it is missing, its files are missing too.
    if isinstance(storage, FileSystemStorage) and not Path(storage.location).is_dir():
        return False
    token = get_random_string(16)
    name = storage.save(f"health-{token}{UNFINISHED}", ContentFile(token.encode()))
    try:
        with storage.open(name) as file:
            return bool(file.read() == token.encode())
    finally:
        storage.delete(name)


def delete_unfinished(storage: Storage, *, before: datetime) -> int:
    """Delete unfinished files that were last written before ``before``, and return their number.

    A process that is killed while writing leaves such a file.
    """
    if not isinstance(storage, FileSystemStorage):
        return 0
    deleted = 0
    for path in Path(storage.location).rglob(f"*{UNFINISHED}"):
        with suppress(OSError):  # the file has been finished or deleted, or the process may not delete it
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                deleted += 1
    return deleted


def create_root(storage: Storage) -> None:
    """Create the root folder of a new site."""
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
