"""A new folder whose files are written completely or not at all, and are deleted if the export fails."""

import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from newsroom.media.storage import UNFINISHED

# Common file systems limit names to 255 bytes. An unfinished file has a longer name than the finished one.
MAX_NAME_BYTES = 200


class NotEmptyError(Exception):
    """Raised for a path at which there is already a file, or a folder that is not empty."""


class NewFolder:
    """A folder that is being written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: set[str] = set()
        self._top_level: set[str] = set()

    def choose_path(self, folder: str, name: str, uid: UUID, *, ending: str) -> str:
        """Return a path in ``folder``. A name that is already used or too long gets the uid and may be shortened."""
        # Some file systems ignore differences in case and Unicode normalisation.
        key = unicodedata.normalize("NFC", f"{folder}/{name}").casefold()
        data = f"{name}{ending}".encode()
        if key in self._names or len(data) > MAX_NAME_BYTES:
            short = name.encode()[: MAX_NAME_BYTES - 40 - len(ending)].decode(errors="ignore").rstrip("-")
            name = f"{short}-{uid}"
            key = f"{folder}/{name}".casefold()
        self._names.add(key)
        return f"{folder}/{name}{ending}"

    def write(self, path: str, content: str) -> None:
        """Write a file, which appears under its name when it is complete."""
        self.write_chunks(path, [content.encode()])

    def write_chunks(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file from ``chunks``. It appears under its name when all of them are written.

        If ``chunks`` raises an exception, no file remains.
        """
        target = self.root / path
        self._top_level.add(Path(path).parts[0])
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{target.name}{UNFINISHED}")
        try:
            with unfinished.open("wb") as file:
                file.writelines(chunks)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    def sync(self) -> None:
        """Wait until all written files are on the disk."""
        os.sync()

    def clear(self) -> None:
        """Delete the files and folders that were written. Other files directly in the folder remain."""
        for name in self._top_level:
            path = self.root / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


@contextmanager
def new_folder(root: Path) -> Iterator[NewFolder]:
    """Yield an empty folder to write into.

    If the block raises an exception or is interrupted, delete what it wrote, and the folder itself if it is new.

    Raise NotEmptyError if ``root`` is a file or a folder that is not empty.
    """
    existed = root.exists()
    if existed and (not root.is_dir() or any(root.iterdir())):
        raise NotEmptyError
    root.mkdir(parents=True, exist_ok=True)
    folder = NewFolder(root)
    try:
        yield folder
    except BaseException:
        folder.clear()
        if not existed:
            with suppress(OSError):  # somebody else has put a file into it
                root.rmdir()
        raise
