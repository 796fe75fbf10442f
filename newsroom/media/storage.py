"""How files are kept on a disk: whole or not at all."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import get_random_string

UNFINISHED = ".part"  # how the name of a file ends while it is written


class WholeFiles(FileSystemStorage):
    """Files in a folder. Who is killed while writing one leaves nothing under its name.

    All names are ours: what comes later under the same name takes the place of what is there, in one step.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_overwrite": True})

    def _save(self, name: str, content: File[bytes]) -> str:
        """Write the file beside its place, wait until it is on the disk, and put it there. A failure leaves nothing."""
        beside = f"{name}.{get_random_string(8)}{UNFINISHED}"
        unfinished = Path(self.path(beside))
        try:
            super()._save(beside, content)  # type: ignore[misc]  # untyped there
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.replace(self.path(name))
        finally:
            unfinished.unlink(missing_ok=True)
        return name


def takes_files(storage: Storage) -> bool:
    """Return whether a file can be written, read and deleted. Raises what the storage raises.

    The folder of all files is not made anew: where it is missing, so is what lay in it.
    """
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
    """Delete what was begun before that and never finished, as its process was killed; return how many files."""
    if not isinstance(storage, FileSystemStorage):
        return 0
    deleted = 0
    for path in Path(storage.location).rglob(f"*{UNFINISHED}"):
        with suppress(OSError):  # it has been finished or deleted meanwhile, or is not ours to delete
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                deleted += 1
    return deleted


def make_root(storage: Storage) -> None:
    """Make the folder of all files, which a new site does not have."""
    if isinstance(storage, FileSystemStorage):
        Path(storage.location).mkdir(parents=True, exist_ok=True)


def empty_folder(storage: Storage, folder: str) -> None:
    """Delete all files of a folder, also those that no row names; one that is not there is empty."""
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
