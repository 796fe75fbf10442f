"""A small disk for a test, which fills it: a file system of its own, in memory."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted disk with its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._filler.open("ab", buffering=0) as filler, suppress(OSError):
            while filler.write(bytes(max(shutil.disk_usage(self.folder).free, 1))):
                pass
        assert shutil.disk_usage(self.folder).free == 0

    def make_space(self) -> None:
        """Free the space that ``fill`` took."""
        self._filler.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Remove the disk, even if a process still uses it."""
        command = ["umount", "--lazy", str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)


def mount_disk(folder: Path, *, megabytes: int) -> SmallDisk | None:
    """Mount an empty disk of this size at a new folder. Return None if this account may not mount anything."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "newsroom-tests", str(folder)]
    return SmallDisk(folder) if subprocess.run(command, check=False, capture_output=True).returncode == 0 else None


def require_disk(disk: SmallDisk | None) -> SmallDisk:
    """Return the disk. If there is none, skip the test; where ``CI`` is ``true``, fail it."""
    if disk is not None:
        return disk
    words = "NOT RUN: this test fills a disk of its own, and this account may not mount one. Run it as root."
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk at a new folder during the block, as ``require_disk`` demands."""
    disk = require_disk(mount_disk(folder, megabytes=megabytes))
    try:
        yield disk
    finally:
        disk.unmount()
