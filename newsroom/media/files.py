"""How files are kept on a disk: whole or not at all."""

import os
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import get_random_string


class WholeFiles(FileSystemStorage):
    """Files in a folder. Who is killed while writing one leaves nothing under its name.

    All names are ours: what comes later under the same name takes the place of what is there, in one step.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_overwrite": True})

    def _save(self, name: str, content: File[bytes]) -> str:
        """Write the file beside its place, wait until it is on the disk, and put it there."""
        beside: str = super()._save(f"{name}.{get_random_string(8)}.part", content)  # type: ignore[misc]  # untyped there
        unfinished = Path(self.path(beside))
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(self.path(name))
        return name


def takes_files(storage: Storage) -> bool:
    """Return whether a file can be written, read and deleted. Raises what the storage raises.

    The folder of all files is not made anew: where it is missing, so is what lay in it.
    """
    if isinstance(storage, FileSystemStorage) and not Path(storage.location).is_dir():
        return False
    token = get_random_string(16)
    name = storage.save(f"health-{token}.part", ContentFile(token.encode()))
    try:
        with storage.open(name) as file:
            return bool(file.read() == token.encode())
    finally:
        storage.delete(name)


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
