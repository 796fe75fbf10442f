"""Check a backup: compare its files with the manifest and, in a deep check, verify that the dump can be read."""

import gzip
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from newsroom.operations import erasures
from newsroom.operations.backup import encryption, postgresql
from newsroom.operations.backup.manifest import (
    DIGEST_SUFFIX,
    Manifest,
    StoredFile,
    media_path,
    read_manifest,
)
from newsroom.operations.backup.snapshots import POSTGRESQL_FOLDER, SQLITE_FILE
from newsroom.operations.backup.store import Store, digest_of, read_bytes
from newsroom.operations.commands import CannotRunError

_MEGABYTE = 1_000_000

type ShowProgress = Callable[[int, int], None]


def verify_backup(
    store: Store,
    name: str,
    *,
    is_deep: bool = False,
    identity: Path | None = None,
    show_progress: ShowProgress = lambda done, total: None,
) -> list[str]:
    """Read every file of a backup, compare it with its SHA-256, and return a sentence for each fault.

    Files that have been erased since the backup count as present. With ``is_deep``, and if all files are intact, also
    check a SQLite database, or list the contents of a PostgreSQL dump, from a copy under ``VAR_DIR``. For an encrypted
    dump, this requires ``identity``, the file with the secret key. Raise CannotRunError if ``identity`` is required,
    but missing or unusable, or if there is too little space for the copy. Raise the errors of ``read_manifest``.
    """
    manifest = read_manifest(store, name)
    if is_deep:
        _require_space(manifest)
    faults = list(check_dump_files(store, name, manifest))
    faults += check_media(store, manifest, show_progress)
    if is_deep and not faults:
        with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="verify-") as folder:
            try:
                read_dump(store, name, manifest, Path(folder), identity=identity)
            except CannotRunError:
                raise
            except CommandError as error:
                faults.append(str(error))
    return faults


def _require_space(manifest: Manifest) -> None:
    """Raise CannotRunError if ``VAR_DIR`` has too little free space for ``read_dump``."""
    needed, free = space_to_read_dump(manifest), shutil.disk_usage(settings.VAR_DIR).free
    if free < needed:
        raise CannotRunError(
            f"A deep check copies the dump to {settings.VAR_DIR}. That takes {needed / _MEGABYTE:,.1f} MB, and "
            f"{free / _MEGABYTE:,.1f} MB are free."
        )


def space_to_read_dump(manifest: Manifest) -> int:
    """Return how many bytes ``read_dump`` takes to copy, decrypt and unpack the dump."""
    sizes = [file.bytes for file in manifest.files]
    needed = sum(sizes)
    if manifest.is_encrypted:
        needed += max(sizes, default=0)  # each file is deleted when it has been decrypted
    if manifest.database.vendor == "sqlite":
        needed += manifest.database.bytes
    return needed


def check_dump_files(store: Store, name: str, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each file of the dump that is missing or differs from the manifest."""
    for file in manifest.files:
        if fault := _check_file(store, f"{name}/{file.path}", file.sha256):
            yield fault.removeprefix(f"{name}/")


def check_media(store: Store, manifest: Manifest, show_progress: ShowProgress) -> Iterator[str]:
    """Yield a sentence for each media file that is missing from the store or damaged. Erased files may be missing.

    Also yield a sentence if the file of erasures is missing or damaged.
    """
    if store.size(erasures.path().name) is None:
        yield f"{erasures.path().name}: the file is missing."
    erased: set[str] = set()
    try:
        erased = read_erased_files(store)
    except erasures.DamagedFileError as error:
        yield str(error)
    digests = sorted(set(manifest.media.digests.values()))
    for done, digest in enumerate(digests, start=1):
        path, expected = media_path(digest, is_encrypted=manifest.is_encrypted), digest
        if digest in erased and store.size(path) is None:
            continue
        try:
            if manifest.is_encrypted:
                expected = read_bytes(store, f"{path}{DIGEST_SUFFIX}").decode(errors="replace").removesuffix("\n")
        except FileNotFoundError:
            yield f"{path}{DIGEST_SUFFIX}: the file is missing."
        else:
            if fault := _check_file(store, path, expected):
                yield fault
        show_progress(done, len(digests))


def read_erased_files(store: Store) -> set[str]:
    """Return the digests of the erased files that the file of erasures in the store lists.

    Raise DamagedFileError if that file is damaged.
    """
    name = erasures.path().name
    try:
        content = read_bytes(store, name)
    except FileNotFoundError:
        return set()
    return erasures.list_erased_files(erasures.decode_all(content, Path(name)))


def check_identity(store: Store, name: str, manifest: Manifest, folder: Path, *, identity: Path | None) -> None:
    """Raise CommandError if a backup is encrypted, and ``identity`` cannot decrypt it.

    Raise CannotRunError if ``identity`` is missing or unusable.
    """
    if manifest.is_encrypted:
        smallest = min(manifest.files, key=lambda file: file.bytes)
        _fetch_file(store, name, smallest, manifest, folder, identity)


def read_dump(store: Store, name: str, manifest: Manifest, folder: Path, *, identity: Path | None) -> Path:
    """Copy the dump to ``folder``, decrypt and unpack it, check that it can be read, and return its path.

    Raise CommandError if it cannot be read, and CannotRunError if it is encrypted and ``identity`` is missing or
    unusable.
    """
    for file in manifest.files:
        _fetch_file(store, name, file, manifest, folder, identity)
    if manifest.database.vendor == "postgresql":
        postgresql.check_dump(folder / POSTGRESQL_FOLDER)
        return folder / POSTGRESQL_FOLDER
    unpacked, packed = folder / SQLITE_FILE, folder / f"{SQLITE_FILE}.gz"
    try:
        with gzip.open(packed) as compressed, unpacked.open("wb") as plain:
            shutil.copyfileobj(compressed, plain, 1024 * 1024)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        # Any other OSError is one of the disk to which it is unpacked.
        raise CommandError(f"{packed.name} cannot be unpacked: {error}") from error
    packed.unlink()
    with closing(sqlite3.connect(unpacked)) as database:
        try:
            findings = [line for (line,) in database.execute("PRAGMA integrity_check")]
        except sqlite3.DatabaseError as error:
            findings = [str(error)]
    if findings != ["ok"]:
        raise CommandError(f"{SQLITE_FILE} is damaged: {findings[0]}.")
    return unpacked


def _fetch_file(
    store: Store, name: str, file: StoredFile, manifest: Manifest, folder: Path, identity: Path | None
) -> None:
    """Copy a file of the dump to ``folder``, and decrypt it if necessary."""
    local = folder / file.path
    store.get(f"{name}/{file.path}", local)
    if manifest.is_encrypted:
        if identity is None:
            raise CannotRunError("The backup is encrypted. Pass --identity FILE with the secret key of age.")
        encryption.decrypt(local, local.with_suffix(""), identity=identity)
        local.unlink()


def _check_file(store: Store, path: str, expected: str) -> str:
    """Return "" if the file has this SHA-256, otherwise a sentence."""
    try:
        with closing(store.open(path)) as file:
            digest, _ = digest_of(file)
    except FileNotFoundError:
        return f"{path}: the file is missing."
    return "" if digest == expected else f"{path}: SHA-256 differs."
