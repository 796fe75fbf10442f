"""Make a backup: first the database, then the files to which its rows refer, and last the manifest."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.utils import timezone

from newsroom.digests import digest_key_check
from newsroom.operations import erasures
from newsroom.operations.backup import encryption, registry, snapshots
from newsroom.operations.backup.lock import backup_lock
from newsroom.operations.backup.manifest import (
    DIGEST_SUFFIX,
    ENCRYPTED_SUFFIX,
    MEDIA_FOLDER,
    Manifest,
    MediaInfo,
    StoredFile,
    backup_name,
    delete_backup,
    list_backups,
    media_path,
    write_empty_manifest,
    write_manifest,
)
from newsroom.operations.backup.registry import SourceFile
from newsroom.operations.backup.store import Store, digest_of, read_bytes, write_bytes
from newsroom.operations.erasures import LineState
from newsroom.operations.version import version
from newsroom.page_cache.release import release

type ShowProgress = Callable[[int, int], None]


@dataclass(slots=True)
class _Media:
    """The outcome of copying the media files."""

    digests: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unreadable: dict[str, OSError] = field(default_factory=dict)


class _SourceError(Exception):
    """Raised if a media file of the site is missing or cannot be read."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Targets:
    """The paths of the media files that the store has, and of those that a thread is storing."""

    def __init__(self, stored: Iterable[str]) -> None:
        self.stored = frozenset(stored)
        self._claimed: set[str] = set()
        self._lock = Lock()

    def claim(self, path: str) -> bool:
        """Return whether the caller has to store this file, because it is not stored and nobody else stores it."""
        with self._lock:
            is_free = path not in self.stored and path not in self._claimed
            self._claimed.add(path)
        return is_free


@dataclass(frozen=True, slots=True)
class Created:
    """A complete backup. ``faults`` contains a sentence for each media file that is missing, damaged or unreadable.

    If the replica was refused, ``remark`` says why.
    """

    name: str
    manifest: Manifest
    faults: list[str]
    remark: str = ""


def create_backup(
    store: Store,
    *,
    recipient: str = "",
    is_quick: bool = False,
    with_renditions: bool = False,
    jobs: int = 2,
    show_progress: ShowProgress = lambda done, total: None,
) -> Created:
    """Back up the default database and, unless ``is_quick``, the files to which its rows refer.

    Files are encrypted with age if there is a ``recipient``, a public key. Raise LockedError if another process is
    making or deleting backups. Raise CannotRunError if ``recipient`` is not a public key, or if the direct connection
    to PostgreSQL leads to a pooler or a different database. Raise CommandError if the dump or the store fails, if a file
    of erasures is damaged or cannot be written, or if there is already a backup of the same second. After a failure, the
    copied media files remain, and so does an empty manifest: until ``prune_backups`` deletes it, it retains those
    files. If the process is killed or the store fails, the files of the dump remain as well.
    """
    if recipient:
        encryption.check_recipient(recipient)
    with backup_lock(), tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="backup-") as folder:
        try:
            return _create(Path(folder), store, recipient, is_quick, with_renditions, jobs, show_progress)
        except OSError as error:
            raise CommandError(f"The backup could not be stored: {error}") from error
        except (erasures.DamagedFileError, erasures.NotRecordedError) as error:
            raise CommandError(str(error)) from error


def _create(
    folder: Path,
    store: Store,
    recipient: str,
    is_quick: bool,
    with_renditions: bool,
    jobs: int,
    show_progress: ShowProgress,
) -> Created:
    # An unreachable store causes an error here, before a dump that may take minutes.
    list_backups(store)
    (dumped := folder / "dump").mkdir()
    snapshot = snapshots.dump(dumped, jobs=jobs, with_renditions=with_renditions)
    name = backup_name(snapshot.taken_at)
    if any(True for _ in store.names(f"{name}/")):
        raise CommandError(f"A backup {name} already exists. Try again in a second.")
    with _emptied_on_failure(store, name):
        files = [_store_file(store, name, path, dumped, recipient) for path in _iter_files(dumped)]
        media = _Media()
        if not is_quick:
            media = _copy_media(store, snapshot.files, folder, recipient, jobs, show_progress)
        # If a row was deleted in the meantime, by an erasure or a user, its file is rightly gone too.
        named_now = (
            {each.name for each in registry.iter_files("default", with_renditions=True)} if media.missing else set()
        )
        gone = [each for each in media.missing if each not in named_now]
        copy_erasures(store)
        manifest = Manifest(
            release=release(),
            version=version(),
            taken_at=snapshot.taken_at,
            ended_at=timezone.now(),
            database=snapshot.database,
            migrations=snapshot.contents.migrations,
            counts=snapshot.contents.counts,
            editions_sha256=snapshot.contents.digests["editions"],
            audit_sha256=snapshot.contents.digests["audit"],
            digest_key_check=digest_key_check(),
            is_encrypted=bool(recipient),
            is_quick=is_quick,
            files=files,
            media=MediaInfo(count=len(media.digests), bytes=media.bytes, digests=media.digests),
            gone=gone,
        )
        write_manifest(store, name, manifest)
    faults = [f"{each}: the file is missing." for each in media.missing if each in named_now]
    faults += [f"{each}: the file is not the one that was stored: its SHA-256 differs." for each in media.damaged]
    faults += [
        f"{each}: the file cannot be read: {error.strerror or error}." for each, error in media.unreadable.items()
    ]
    return Created(name, manifest, faults, snapshot.remark)


@contextmanager
def _emptied_on_failure(store: Store, name: str) -> Iterator[None]:
    """If the block fails, delete the files of the backup, which a full disk may need, but leave it unfinished."""
    try:
        yield
    except BaseException:
        with suppress(OSError):  # the store may be what has failed
            delete_backup(store, name)
            write_empty_manifest(store, name)
        raise


def copy_erasures(store: Store) -> None:
    """Copy the file of erasures to the store if it has changed, and delete the erased files from the store.

    An erased file to which a row refers is not deleted, because the same image has been added again. If the file of
    this machine lacks erasures that the store lists, as after a restore or the loss of the file, they are added to it
    first.
    """
    path = erasures.path()
    stored_size = store.size(path.name)
    if stored_size is None and not path.exists():
        # An empty file means that nothing was ever erased. A missing file would not say whether anything was.
        write_bytes(store, path.name, b"")
    if stored_size and not (path.exists() and path.stat().st_size == stored_size):
        _add_stored_erasures(read_bytes(store, path.name))
    if not path.exists() or path.stat().st_size == stored_size:
        return
    if erased := erasures.list_erased_files(erasures.read(path)):
        erased -= {each.sha256 for each in registry.iter_files("default", with_renditions=False)}
    for digest in erased:
        store.delete(media_path(digest, is_encrypted=False))
        store.delete(media_path(digest, is_encrypted=True))
        store.delete(f"{media_path(digest, is_encrypted=True)}{DIGEST_SUFFIX}")
    # Written last, because an equal size means that all earlier steps have been done.
    write_bytes(store, path.name, erasures.read_bytes(path))


def _add_stored_erasures(stored: bytes) -> None:
    """Add to the file of this machine the erasures that only the stored file lists."""
    path = erasures.path()
    ours = erasures.read_bytes(path) if path.exists() else b""
    if ours.startswith(stored):
        return
    known = {line.id for line in erasures.decode_all(ours, path)}
    effective = erasures.list_effective(erasures.decode_all(stored, Path(path.name)))
    # The file of this machine may say how an erasure has ended that has only begun in the stored file.
    erasures.add_missing(line for line in effective if line.state == LineState.DONE or line.id not in known)


def _iter_files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _store_file(store: Store, name: str, source: Path, root: Path, recipient: str) -> StoredFile:
    """Store a file of the dump, and return its entry for the manifest. The local file is deleted."""
    path = source.relative_to(root).as_posix()
    if recipient:
        encrypted = source.with_name(f"{source.name}{ENCRYPTED_SUFFIX}")
        encryption.encrypt(source, encrypted, recipient=recipient)
        source.unlink()
        source, path = encrypted, f"{path}{ENCRYPTED_SUFFIX}"
    with source.open("rb") as file:
        digest, size = digest_of(file)
    store.put(f"{name}/{path}", source)
    source.unlink()
    return StoredFile(path=path, bytes=size, sha256=digest)


def _copy_media(
    store: Store, files: list[SourceFile], folder: Path, recipient: str, jobs: int, show_progress: ShowProgress
) -> _Media:
    """Copy the files that the store does not have yet. The result names all others that are not intact."""
    outcome, targets = _Media(), _Targets(store.names(f"{MEDIA_FOLDER}/"))
    with ThreadPoolExecutor(jobs) as pool:
        copies = pool.map(lambda each: _copy_file(store, each, folder, recipient, targets), files)
        for done, (file, copied) in enumerate(zip(files, copies, strict=True), start=1):
            show_progress(done, len(files))
            if isinstance(copied, FileNotFoundError):
                outcome.missing.append(file.name)
                continue
            if isinstance(copied, OSError):
                outcome.unreadable[file.name] = copied
                continue
            digest, size = copied
            if file.sha256 and file.sha256 != digest:
                outcome.damaged.append(file.name)
            outcome.digests[file.name] = digest
            outcome.bytes += size
    return outcome


def _copy_file(
    store: Store, file: SourceFile, folder: Path, recipient: str, targets: _Targets
) -> tuple[str, int] | OSError:
    """Store a file under its digest, unless another file with the same content is stored, or is being stored.

    Return its digest and size, or the error if the file is missing or cannot be read.
    """
    if file.sha256 and media_path(file.sha256, is_encrypted=bool(recipient)) in targets.stored:
        try:
            return file.sha256, default_storage.size(file.name)
        except OSError as error:
            return error
    with tempfile.NamedTemporaryFile(dir=folder) as local:
        # Errors of the local disk and of the store are not errors of the file, and end the backup.
        try:
            for block in _read_source(file.name):
                local.write(block)
        except _SourceError as error:
            return error.reason
        local.flush()
        local.seek(0)
        digest, size = digest_of(local)
        target = media_path(digest, is_encrypted=bool(recipient))
        # If the thread that stores the same content fails, so does the whole backup.
        if targets.claim(target):
            _put_media(store, target, Path(local.name), recipient)
        return digest, size


def _read_source(name: str) -> Iterator[bytes]:
    """Yield the content of a file of the site in blocks. Raise _SourceError if it is missing or cannot be read."""
    try:
        with default_storage.open(name) as source:
            yield from source.chunks()
    except OSError as error:
        raise _SourceError(error) from error


def _put_media(store: Store, target: str, source: Path, recipient: str) -> None:
    if not recipient:
        store.put(target, source)
        return
    encrypted = source.with_name(f"{source.name}{ENCRYPTED_SUFFIX}")
    encryption.encrypt(source, encrypted, recipient=recipient)
    try:
        with encrypted.open("rb") as file:
            digest, _ = digest_of(file)
        # Written first: a file without a digest would count as damaged forever, because it would not be stored again.
        write_bytes(store, f"{target}{DIGEST_SUFFIX}", f"{digest}\n".encode())
        store.put(target, encrypted)
    finally:
        encrypted.unlink()
