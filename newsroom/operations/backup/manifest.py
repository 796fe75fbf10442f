"""The manifest of a backup: what the backup contains, with digests.

The manifest is written last, so a backup without one is unfinished.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Annotated, Literal

from django.core.management.base import CommandError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from newsroom.operations import erasures
from newsroom.operations.backup.store import Store, read_bytes, write_bytes
from newsroom.operations.commands import CannotRunError, FaultError

FILE_NAME = "manifest.json"
DIGEST_FILE_NAME = "manifest.json.sha256"
MEDIA_FOLDER = "media"
ENCRYPTED_SUFFIX = ".age"
DIGEST_SUFFIX = ".sha256"  # beside an encrypted media file, whose name is the digest of the unencrypted file
_CENTURIES = ("20", "21")  # with which the name of a backup begins
_BACKUP_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")

type Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseInfo(_Part):
    """The copied database. ``bytes`` is its size before compression."""

    vendor: Literal["postgresql", "sqlite"]
    version: str
    bytes: int = Field(ge=0)


class StoredFile(_Part):
    """A file in the folder of the backup, as it is stored: compressed and, with a recipient, encrypted."""

    path: str = Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")
    bytes: int = Field(ge=0)
    sha256: Digest


class MediaInfo(_Part):
    """The media files: their number, their total bytes, and the digest of each, keyed by its name in the storage."""

    count: int = Field(default=0, ge=0)
    bytes: int = Field(default=0, ge=0)
    digests: dict[str, Digest] = Field(default_factory=dict)


class Manifest(_Part):
    """The content of ``manifest.json``.

    ``version`` and ``release`` identify the code that made the backup. Everything that was committed before
    ``taken_at``, except for excluded rows, is in the dump. ``counts`` contains the number of rows of each table that is
    not excluded. ``editions_sha256`` and ``audit_sha256`` are digests of rows (see ``register_digest``). ``gone`` lists
    the files to which rows in the backup refer, but which were deleted during the backup.
    """

    format: Literal[1] = 1
    release: str
    version: str
    taken_at: AwareDatetime
    ended_at: AwareDatetime
    database: DatabaseInfo
    migrations: dict[str, str]
    counts: dict[str, int]
    editions_sha256: Digest
    audit_sha256: Digest
    digest_key_check: str
    is_encrypted: bool
    is_quick: bool
    files: list[StoredFile]
    media: MediaInfo
    gone: list[str]


def backup_name(at: datetime) -> str:
    """Return the name of a backup taken at a time in UTC, such as ``2026-11-28T031500Z``."""
    return f"{at:%Y-%m-%dT%H%M%SZ}"


def parse_name(name: str) -> datetime:
    """Return the time at which the backup with this name was taken."""
    return datetime.strptime(name, "%Y-%m-%dT%H%M%S%z")


def media_path(digest: str, *, is_encrypted: bool) -> str:
    """Return the path of a media file in the store. The name is the SHA-256 of the unencrypted content."""
    return f"{MEDIA_FOLDER}/{digest[:2]}/{digest}{ENCRYPTED_SUFFIX if is_encrypted else ''}"


def write_empty_manifest(store: Store, name: str) -> None:
    """Store a manifest without content or digest: the backup is unfinished."""
    write_bytes(store, f"{name}/{FILE_NAME}", b"")


def write_manifest(store: Store, name: str, manifest: Manifest) -> None:
    """Store the manifest and its digest, which make the backup complete."""
    content = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True).encode()
    write_bytes(store, f"{name}/{FILE_NAME}", content)
    write_bytes(store, f"{name}/{DIGEST_FILE_NAME}", _digest_line(content))


def read_manifest(store: Store, name: str) -> Manifest:
    """Return the manifest of a backup.

    Raise CannotRunError if there is no such backup, or if it is unfinished. Raise FaultError if the manifest is
    damaged, and CommandError if it is intact but invalid.
    """
    try:
        digest = read_bytes(store, f"{name}/{DIGEST_FILE_NAME}")
        content = read_bytes(store, f"{name}/{FILE_NAME}")
    except FileNotFoundError as error:
        if any(True for _ in store.names(f"{name}/")):
            raise CannotRunError(f"The backup {name} is unfinished: it has no complete manifest.") from error
        raise CannotRunError(f"There is no backup {name}.") from error
    if digest != _digest_line(content):
        raise FaultError(f"{name}/{FILE_NAME}: SHA-256 differs from the one in {DIGEST_FILE_NAME}.")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise CommandError(f"{name}/{FILE_NAME} cannot be read: {field}: {first['msg']}.") from error


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The backups of a store, keyed by name, oldest first.

    ``manifests`` has those whose manifest can be read, and ``faults`` a sentence for each other one. ``unfinished``
    names the backups without a complete manifest.
    """

    manifests: dict[str, Manifest]
    faults: dict[str, str]
    unfinished: list[str]


def read_catalogue(store: Store) -> Catalogue:
    """Return the backups of a store. A damaged manifest does not hide the others."""
    catalogue = Catalogue({}, {}, [])
    for name, is_complete in list_backups(store):
        if not is_complete:
            catalogue.unfinished.append(name)
            continue
        try:
            catalogue.manifests[name] = read_manifest(store, name)
        except CannotRunError:
            continue  # deleted since it was listed
        except CommandError as error:
            catalogue.faults[name] = str(error)
    return catalogue


def _digest_line(content: bytes) -> bytes:
    """Return the digest of a manifest, in a line as ``sha256sum`` writes and checks it."""
    return f"{hashlib.sha256(content).hexdigest()}  {FILE_NAME}\n".encode()


def list_backups(store: Store) -> list[tuple[str, bool]]:
    """Return the name of each backup, oldest first, and whether it is complete."""
    files: dict[str, set[str]] = {}
    for name, file in _iter_backup_files(store):
        files.setdefault(name, set()).add(file)
    return [(name, {FILE_NAME, DIGEST_FILE_NAME} <= found) for name, found in sorted(files.items())]


def delete_backup(store: Store, name: str) -> None:
    """Delete the files of a backup, but no media files."""
    # The digest of the manifest is deleted first, so that a partly deleted backup is unfinished rather than damaged.
    store.delete(f"{name}/{DIGEST_FILE_NAME}")
    for path in list(store.names(f"{name}/")):
        store.delete(path)


def find_newest(store: Store) -> str:
    """Return the name of the newest complete backup. Raise CannotRunError if there is none."""
    names = [name for name, is_complete in list_backups(store) if is_complete]
    if not names:
        raise CannotRunError("There is no complete backup.")
    return names[-1]


def iter_abandoned_files(store: Store, *, before: datetime) -> Iterator[str]:
    """Yield what killed processes left, before the given time, of files of backups, media files and erasures."""
    paths = chain.from_iterable(store.abandoned(century, before=before) for century in _CENTURIES)
    yield from (path for path in paths if _BACKUP_NAME.fullmatch(path.partition("/")[0]))
    for prefix in (f"{MEDIA_FOLDER}/", f"{erasures.path().name}."):
        yield from store.abandoned(prefix, before=before)


def _iter_backup_files(store: Store) -> Iterator[tuple[str, str]]:
    # This does not list the folder of media files, which may contain a million files.
    for century in _CENTURIES:
        for path in store.names(century):
            name, _, file = path.partition("/")
            if _BACKUP_NAME.fullmatch(name):
                yield name, file
