"""Stores for backups: a folder, or a prefix in an S3 bucket. A file is stored completely or not at all."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from newsroom.operations.commands import UsageError

_BLOCK_SIZE = 1024 * 1024
_UNFINISHED = ".part"
_NOT_FOUND_CODES = {"404", "NoSuchKey", "NotFound"}
# For a bucket: seconds until a connection and then each part of an answer is given up, and how often a request is sent.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 5, 30, 3


class Readable(Protocol):
    """A file that can be read."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, and an empty result only at the end of the file."""


class Store(Protocol):
    """A place for files. Names are relative paths with slashes. Failures raise OSError."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """Return an iterator over all file names that begin with ``prefix``."""

    def abandoned(self, prefix: str, *, before: datetime) -> Iterator[str]:
        """Return an iterator over what killed processes left of files whose names begin with ``prefix``.

        Only what was last written before the given time is included.
        """

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if the file does not exist."""

    def put(self, name: str, source: Path) -> None:
        """Store a copy of ``source`` as ``name``. An existing file with this name is replaced."""

    def get(self, name: str, target: Path) -> None:
        """Copy a file to ``target``. Raise FileNotFoundError if it does not exist."""

    def open(self, name: str) -> BinaryIO:
        """Return a file opened for reading. Raise FileNotFoundError if it does not exist."""

    def delete(self, name: str) -> None:
        """Delete a file. Do nothing if it does not exist."""


def open_store(address: str, *, s3_options: Mapping[str, str | None]) -> Store:
    """Return the store at a path or an address such as ``s3://bucket/prefix``.

    Raise UsageError for any other address.
    """
    if address and "://" not in address:
        return FolderStore(Path(address))
    with suppress(ValueError):  # urlsplit refuses some addresses
        parts = urlsplit(address)
        if parts.scheme == "s3" and parts.netloc:
            return S3Store(parts.netloc, parts.path.strip("/"), s3_options)
    raise UsageError(f"“{address}” is neither a folder nor an address such as s3://bucket/prefix.")


def read_bytes(store: Store, name: str) -> bytes:
    """Return the content of a small file. Raise FileNotFoundError if it does not exist."""
    with store.open(name) as file:
        return file.read()


def write_bytes(store: Store, name: str, content: bytes) -> None:
    """Store a small file."""
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        store.put(name, Path(file.name))


def digest_of(file: Readable) -> tuple[str, int]:
    """Read the rest of a file, and return its SHA-256 and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK_SIZE):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


class FolderStore:
    """A store in a folder. Files are readable by their owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, prefix: str = "") -> Iterator[str]:
        return (self._name(path) for path in self._iter_files(prefix) if path.suffix != _UNFINISHED)

    def abandoned(self, prefix: str, *, before: datetime) -> Iterator[str]:
        for path in self._iter_files(prefix):
            try:
                is_abandoned = path.suffix == _UNFINISHED and path.stat().st_mtime < before.timestamp()
            except FileNotFoundError:  # a worker has finished this file since it was listed
                continue
            if is_abandoned:
                yield self._name(path)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _iter_files(self, prefix: str) -> Iterator[Path]:
        parent, _, beginning = prefix.rpartition("/")
        folder = self.root / parent
        # Other folders are not read, because the folder of media files may contain a million files.
        entries = [each for each in folder.iterdir() if each.name.startswith(beginning)] if folder.is_dir() else []
        for entry in sorted(entries):
            for path in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
                if path.is_file():
                    yield path

    def size(self, name: str) -> int | None:
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def put(self, name: str, source: Path) -> None:
        target = self.root / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A name of its own, because another thread or machine may be storing the same file.
        with NamedTemporaryFile(
            dir=target.parent, prefix=f"{target.name}.", suffix=_UNFINISHED, delete=False
        ) as created:
            unfinished = Path(created.name)
        try:
            shutil.copyfile(source, unfinished)
            _sync(unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync(target.parent)

    def get(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.root / name, target)

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")

    def delete(self, name: str) -> None:
        path = self.root / name
        path.unlink(missing_ok=True)
        # Remove the folders that are empty now, but not the root.
        for parent in path.relative_to(self.root).parents:
            folder = self.root / parent
            if folder == self.root or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


class S3Store:
    """A store under a prefix in a bucket of S3 or a compatible service."""

    def __init__(self, bucket: str, prefix: str, options: Mapping[str, str | None]) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self._options = options

    @cached_property
    def _client(self) -> Any:
        # Importing them takes a quarter of a second.
        import boto3
        from botocore.config import Config

        retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        config = Config(connect_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT, retries=retries)
        return boto3.client("s3", config=config, **self._options)

    def names(self, prefix: str = "") -> Iterator[str]:
        with self._errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for item in page.get("Contents", ()):
                    yield item["Key"].removeprefix(self.prefix)

    def abandoned(self, prefix: str, *, before: datetime) -> Iterator[str]:
        return iter(())  # a bucket does not list what was not uploaded completely

    def size(self, name: str) -> int | None:
        try:
            with self._errors(name):
                return int(self._client.head_object(Bucket=self.bucket, Key=self.prefix + name)["ContentLength"])
        except FileNotFoundError:
            return None

    def put(self, name: str, source: Path) -> None:
        with self._errors(name):
            self._client.upload_file(str(source), self.bucket, self.prefix + name)

    def get(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._errors(name):
            self._client.download_file(self.bucket, self.prefix + name, str(target))

    def open(self, name: str) -> BinaryIO:
        with self._errors(name):
            body: BinaryIO = self._client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"]
            return body

    def delete(self, name: str) -> None:
        with self._errors(name):
            self._client.delete_object(Bucket=self.bucket, Key=self.prefix + name)

    @contextmanager
    def _errors(self, name: str = "") -> Iterator[None]:
        """Turn the errors of boto3 into OSError, or FileNotFoundError if the file is missing."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _NOT_FOUND_CODES:
                raise FileNotFoundError(f"{name} is not in s3://{self.bucket}/{self.prefix}") from error
            raise OSError(f"s3://{self.bucket}: {error}") from error
        except (BotoCoreError, Boto3Error) as error:
            raise OSError(f"s3://{self.bucket}: {error}") from error


def _sync(path: Path) -> None:
    """Wait until a file or folder is written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
