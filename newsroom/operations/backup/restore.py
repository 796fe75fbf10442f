"""Restore a backup into an empty database, repeat the erasures made since, and leave the site quiet."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from newsroom.digests import digest_key_check
from newsroom.http import clock
from newsroom.operations import disks, erasures, site_state
from newsroom.operations.backup import encryption, postgresql, registry, snapshots, targets, verify
from newsroom.operations.backup.manifest import Manifest, find_newest, media_path, read_manifest
from newsroom.operations.backup.store import Store, digest_of
from newsroom.operations.bucket_errors import raise_bucket_errors
from newsroom.operations.commands import CannotRunError, FaultError, StoppedError, describe_os_error
from newsroom.operations.erasures import LineState
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import MAX_BACKUP_NAME_LENGTH
from newsroom.operations.site_state import LoadedBackup
from newsroom.operations.version import parse_version, version
from newsroom.operations.wsgi import NOTICE_DELAY

_MEGABYTE = 1_000_000
_POSTGRESQL_FACTOR = 1.2  # of the database's size: that of its files, with the write-ahead log, while it is loaded

type ShowProgress = Callable[[int, int], None]

_GO_ON = "The database is restored, and the pictures are not. Run the same command again to continue with them."
_LOCKED = "Another process is restoring a backup. Wait until it has ended."


@dataclass(slots=True)
class Report:
    """The result of a restore.

    If an interrupted restore was found, ``remark`` says what became of it. ``seconds`` contains the duration of each
    step, in order. ``erasures`` are sentences for the operator, and ``erased_files`` are the digests of files that must
    not be restored. ``missing`` names the files that are missing, or missing from the store or damaged there.
    ``damaged`` names those whose content is not that of their row, and ``media_remarks`` are sentences about other
    files.
    """

    name: str
    remark: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    erasures: list[str] = field(default_factory=list)
    erased_files: frozenset[str] = frozenset()
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    media_remarks: list[str] = field(default_factory=list)

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Store the duration of the block under ``step``."""
        began = monotonic()
        yield
        self.seconds[step] = monotonic() - began


@dataclass(frozen=True, slots=True)
class Source:
    """The backup to restore, by default the newest, and the files that are needed to restore it.

    ``erasures`` is the file of erasures to use instead of the files in the store and on this machine. If
    ``repeat_erasures`` is False, no such file is needed. ``identity`` is the file with the secret key of an encrypted
    backup.
    """

    store: Store
    name: str = ""
    erasures: Path | None = None
    repeat_erasures: bool = True
    identity: Path | None = None


def restore_backup(
    source: Source,
    url: str,
    *,
    storage: Storage | None = default_storage,
    jobs: int = 2,
    show_progress: ShowProgress = lambda done, total: None,
    show_check: ShowProgress = lambda done, total: None,
) -> Report:
    """Restore a backup into the empty database at ``url``, and its media files into ``storage`` unless it is None.

    The steps are: check the backup, load it, compare counts and digests with the manifest, migrate (which also installs
    the triggers), repeat erasures, copy files, check all files in the storage, and leave the site quiet. Servers cannot
    use the database until the last step is done. If an earlier restore into the database was interrupted, go on if it
    had loaded this backup, and otherwise empty the database and begin again. ``show_progress`` is called with the
    number of copied files, and ``show_check`` with that of checked ones.

    Raise CannotRunError, without any change, if the backup, the file of erasures or the secret key of an encrypted
    backup is missing, or if a file of erasures is damaged. Raise it also if the name of the backup is too long, if the
    backup does not match this code, ``DIGEST_KEY`` or the type of the database, if the database cannot be opened or is
    not empty, or if there is too little disk space (see ``require_space``).

    Raise LockedError if another process is restoring into the database or, with SQLite, into any database of this
    ``VAR_DIR``. Raise UsageError if ``url`` is invalid, FaultError if the backup is damaged or an erasure cannot be
    repeated, and CommandError if the dump cannot be read or loaded, or the files cannot be copied. If the restore of
    the database fails for any reason, the database is emptied again.
    """
    target = targets.parse_target(url)
    report = Report(source.name or find_newest(source.store))
    manifest = read_manifest(source.store, report.name)
    _require_short_name(report.name)
    _require_fitting_code(manifest)
    _require_same_vendor(manifest, target)
    erased = _read_erasures(source)
    targets.require_usable(target)
    with targets.default_database(target), exclusive_run("restore", refusal=_LOCKED):
        unfinished = targets.find_unfinished(target)
        require_space(manifest, target, storage, is_empty=unfinished is None)
        _restore_database(report, source, manifest, target, unfinished, erased, jobs)
        if storage is not None:
            with report.measure("copy pictures"), _name_next_step(), raise_bucket_errors():
                report.missing = _copy_media(source, manifest, storage, report.erased_files, show_progress)
            with report.measure("check pictures"), _name_next_step(), raise_bucket_errors():
                _check_media(report, storage, show_check)
        site_state.end_restore(at=clock.now())
    return report


def require_space(manifest: Manifest, target: dict[str, Any], storage: Storage | None, *, is_empty: bool) -> None:
    """Raise CannotRunError if a restore would fill the disk of ``VAR_DIR``, of the database, or of the pictures.

    ``target`` must be the default database. The disk of a PostgreSQL server on another machine is not checked. Pictures
    that the storage already has need no space. If the database is not empty, because an interrupted restore has left
    it, only the pictures count.
    """
    work = Path(settings.VAR_DIR)
    steps: list[list[tuple[Path, int]]] = []
    database: list[tuple[Path, int]] = []
    if is_empty and manifest.database.vendor == "sqlite":
        database = [(Path(target["NAME"]).parent, manifest.database.bytes)]
        steps.append([(work, verify.space_to_read_dump(manifest))])
        steps.append([(work, manifest.database.bytes), *database])  # what was unpacked, and the copy of it
    elif is_empty:
        size = int(_POSTGRESQL_FACTOR * manifest.database.bytes)
        database = [(folder, size) for folder in disks.find_database_folders()[:1]]
        steps.append([(work, verify.space_to_read_dump(manifest)), *database])
    if isinstance(storage, FileSystemStorage):
        steps.append([(Path(storage.location), _space_for_media(manifest, storage)), *database])
    for step in steps:
        _require_space_for_step(step)


def _space_for_media(manifest: Manifest, storage: Storage) -> int:
    """Return the number of bytes of the media files that the storage lacks."""
    stored = 0
    for name in manifest.media.digests:
        with suppress(OSError):
            stored += storage.size(name)
    return max(manifest.media.bytes - stored, 0)


def _require_space_for_step(sizes: list[tuple[Path, int]]) -> None:
    """Raise CannotRunError if a disk has no space for all the bytes that a step writes to its folders."""
    folders = [next(each for each in (folder, *folder.parents) if each.exists()) for folder, _ in sizes]
    needed: dict[int, int] = {}
    for folder, (_, size) in zip(folders, sizes, strict=True):
        device = folder.stat().st_dev
        needed[device] = needed.get(device, 0) + size
    for folder in folders:
        size, free = needed[folder.stat().st_dev], shutil.disk_usage(folder).free
        if free < size:
            raise CannotRunError(
                f"The restore needs {size / _MEGABYTE:,.1f} MB of free disk; {free / _MEGABYTE:,.1f} MB are free under"
                f" {folder}."
            )


def _restore_database(
    report: Report,
    source: Source,
    manifest: Manifest,
    target: dict[str, Any],
    unfinished: targets.Unfinished | None,
    erased: list[erasures.Line],
    jobs: int,
) -> None:
    """Load the backup, unless an interrupted restore has loaded it already, and repeat the erasures."""
    loaded = unfinished.loaded if unfinished else None
    if loaded and loaded.name != report.name:
        loaded = None
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="restore-") as folder:
        with report.measure("check the backup"):
            dumped = _check_backup(source, report.name, manifest, Path(folder), is_loaded=loaded is not None)
        if loaded:
            report.remark = "The database was restored by an earlier run. This one continued with the pictures."
        elif unfinished:
            report.remark = "The database contained part of a restore. It was emptied first."
            targets.empty(target)
        try:
            with targets.default_database(target):
                if not loaded:
                    _load(report, manifest, dumped, target, jobs)
                _repeat_erasures(report, erased, loaded or LoadedBackup(report.name))
        except BaseException:
            targets.empty(target)
            raise


def _check_backup(source: Source, name: str, manifest: Manifest, folder: Path, *, is_loaded: bool) -> Path:
    """Check the dump, unpack it in ``folder``, and return its path.

    If it ``is_loaded``, only check that the secret key of an encrypted backup is the right one. Raise FaultError if a
    file is missing or damaged, and the errors of ``verify.read_dump``.
    """
    if is_loaded:
        verify.check_identity(source.store, name, manifest, folder, identity=source.identity)
        return folder
    if faults := list(verify.check_dump_files(source.store, name, manifest)):
        raise FaultError("\n".join(faults))
    return verify.read_dump(source.store, name, manifest, folder, identity=source.identity)


def _load(report: Report, manifest: Manifest, dumped: Path, target: dict[str, Any], jobs: int) -> None:
    """Load the dump. Raise FaultError if the loaded rows differ from the manifest."""
    with report.measure("load the database"):
        if manifest.database.vendor == "sqlite":
            _load_sqlite(dumped, Path(target["NAME"]))
        else:
            postgresql.load(target, dumped, jobs=jobs, before_rows=lambda: _begin_restore(target, NOTICE_DELAY))
    with report.measure("compare with the manifest"):
        with transaction.atomic():  # so that rows are fetched in chunks
            faults = list(_compare_contents(manifest, snapshots.read_contents("default")))
        if faults:
            raise FaultError("\n".join(faults))
    if manifest.database.vendor == "postgresql":
        with report.measure("update statistics"), connection.cursor() as cursor:
            # Until autovacuum comes by, lists would be read slowly: a dump has neither statistics nor a visibility map.
            cursor.execute("VACUUM ANALYZE")


def _repeat_erasures(report: Report, erased: list[erasures.Line], loaded: LoadedBackup) -> None:
    """Migrate, repeat the erasures, and record that only files are missing.

    ``loaded`` contains what an earlier run recorded. Raise FaultError if an erasure cannot be repeated.
    """
    with report.measure("migrate"):
        call_command("migrate", interactive=False, verbosity=0)
        site_state.begin_restore(delay=0)
        # If this run is killed while it repeats erasures, the next one must not copy the files of those.
        site_state.record_loaded(LoadedBackup(""))
    with report.measure("repeat erasures"):
        repeated = erasures.replay_all(erased)
        if not repeated.is_complete:
            raise FaultError("\n".join(repeated.sentences))
        report.erasures = list(dict.fromkeys((*loaded.remarks, *repeated.sentences)))
        report.erased_files = loaded.erased_files | repeated.files
        site_state.record_loaded(LoadedBackup(report.name, tuple(report.erasures), report.erased_files))


@contextmanager
def _name_next_step() -> Iterator[None]:
    """Add what the operator has to do to an error of a disk or the network, or to a signal, in the block."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{describe_os_error(error).rstrip('.')}. {_GO_ON}") from error
    except KeyboardInterrupt as stopped:
        raise StoppedError(f"Stopped. {_GO_ON}") from stopped


def _load_sqlite(dumped: Path, target: Path) -> None:
    """Copy the dump, mark the copy as being restored, and move it into place in one step."""
    unfinished = target.with_name(f"{target.name}.part")
    shutil.copyfile(dumped, unfinished)
    try:
        _begin_restore(targets.parse_target(f"sqlite:///{unfinished}"), 0)
        unfinished.replace(target)
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(f"{unfinished}{ending}").unlink(missing_ok=True)


def _begin_restore(target: dict[str, Any], delay: float) -> None:
    """Mark the database as being restored, and wait ``delay`` seconds, so that each server that uses it notices."""
    with targets.default_database(target):
        site_state.begin_restore(delay=delay)


def _require_short_name(name: str) -> None:
    """Raise CannotRunError if the database, which records the name, has no room for it."""
    if len(name) > MAX_BACKUP_NAME_LENGTH:
        raise CannotRunError(
            f"The name {name} has more than {MAX_BACKUP_NAME_LENGTH} characters. Give the backup a shorter one."
        )


def _require_fitting_code(manifest: Manifest) -> None:
    """Raise CannotRunError if this code or its ``DIGEST_KEY`` does not match the backup."""
    if parse_version(manifest.version) > parse_version(version()):
        raise CannotRunError(f"The backup was made by {manifest.version}; this is {version()}.")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    installed = {config.label for config in apps.get_app_configs()}
    for label, name in sorted(manifest.migrations.items()):
        if label in installed and (label, name) not in known:
            raise CannotRunError(f"The backup was made by other code: this has no migration {label}.{name}.")
    if manifest.digest_key_check != digest_key_check():
        raise CannotRunError("DIGEST_KEY differs; erased addresses would be free.")


def _require_same_vendor(manifest: Manifest, target: dict[str, Any]) -> None:
    made_with, vendor = manifest.database.vendor, targets.vendor_of(target)
    if made_with != vendor:
        raise CannotRunError(
            f"The backup is of {targets.VENDOR_NAMES[made_with]}; --into names a database of {targets.VENDOR_NAMES[vendor]}."
        )


def _read_erasures(source: Source) -> list[erasures.Line]:
    """Return the lines of the given file of erasures, or of the files in the store and on this machine.

    If ``repeat_erasures`` is False, return an empty list. Raise CannotRunError if a file cannot be read or is damaged,
    or if no file is given and neither of the others exists.
    """
    if not source.repeat_erasures:
        return []
    if source.erasures is not None:
        return _read_file(source.erasures, name=source.erasures)
    lines: dict[tuple[UUID, LineState], erasures.Line] = {}
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="restore-") as folder:
        stored = Path(folder) / erasures.path().name
        with suppress(FileNotFoundError):
            source.store.get(stored.name, stored)
        paths = [path for path in (stored, erasures.path()) if path.exists()]
        if not paths:
            raise CannotRunError(
                f"There is no {stored.name}. Pass --erasures FILE, or --no-erasures if none was ever made."
            )
        for path in paths:
            name = Path(path.name) if path == stored else path
            # The stored file may still have the name of a person who was forgotten.
            lines |= {(line.id, line.state): line for line in _read_file(path, name=name)}
    # One of the files may lack how an erasure has ended. None fails after it was done.
    states = [LineState.BEGUN, LineState.FAILED, LineState.DONE]
    return sorted(lines.values(), key=lambda line: states.index(line.state))


def _read_file(path: Path, *, name: Path) -> list[erasures.Line]:
    """Return the lines of a file of erasures.

    Raise CannotRunError if the file is damaged or cannot be read. The message about damage calls the file ``name``.
    """
    try:
        return erasures.decode_all(erasures.read_bytes(path), name)
    except erasures.DamagedFileError as error:
        raise CannotRunError(str(error)) from error
    except OSError as error:
        raise CannotRunError(f"{path} cannot be read: {error.strerror}.") from error


def _compare_contents(manifest: Manifest, contents: snapshots.Contents) -> Iterator[str]:
    """Yield a sentence for each difference between the loaded rows and the manifest."""
    for table, count in manifest.counts.items():
        if (found := contents.counts.get(table)) is None:
            yield f"The table {table} is missing."
        elif found != count:
            yield f"{table} has {found:,} rows; the manifest says {count:,}."
    expected = {"editions": manifest.editions_sha256, "audit": manifest.audit_sha256}
    for name, digest in contents.digests.items():
        if digest != expected[name]:
            yield f"The {name} are not those of the backup: their digest differs."


def _copy_media(
    source: Source,
    manifest: Manifest,
    storage: Storage,
    erased: frozenset[str],
    show_progress: ShowProgress,
) -> list[str]:
    """Copy the files that the storage lacks or has with different content, except erased ones.

    Return the names of those that are missing from the store or damaged.
    """
    missing = []
    files = [(name, digest) for name, digest in sorted(manifest.media.digests.items()) if digest not in erased]
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="restore-") as folder:
        for done, (name, digest) in enumerate(files, start=1):
            if not _has_file(storage, name, digest):
                local = _fetch_media(source, digest, Path(folder), is_encrypted=manifest.is_encrypted)
                if local is None:
                    missing.append(name)
                else:
                    with local.open("rb") as content:
                        storage.save(name, File(content, name=name))
                    local.unlink()
            show_progress(done, len(files))
    return missing


def _check_media(report: Report, storage: Storage, show_progress: ShowProgress) -> None:
    """Compare all files in the storage with the rows, and add to the report what is not named there yet.

    Only the files that the manifest lists have been compared so far, and with the manifest. It lists none in a backup
    of the database alone, no file that was missing, and the digest of a damaged file as that was.
    """
    originals = registry.iter_files("default", with_renditions=False)
    named = {*report.missing, *(each.name for each in originals if each.sha256 in report.erased_files)}
    for found in registry.check_files(storage, at=clock.now(), show_progress=show_progress):
        report.missing += [name for name in found.missing if name not in named]
        report.damaged += [name for name in found.damaged if name not in named]
        report.media_remarks += found.remarks


def _has_file(storage: Storage, name: str, digest: str) -> bool:
    try:
        with storage.open(name) as file:
            return digest_of(file)[0] == digest
    except FileNotFoundError:
        return False


def _fetch_media(source: Source, digest: str, folder: Path, *, is_encrypted: bool) -> Path | None:
    """Copy a media file from the store, and decrypt it if necessary.

    Return the path of the copy, or None if the file is missing or damaged.
    """
    plain, stored = folder / digest, folder / f"{digest}.stored"
    try:
        source.store.get(media_path(digest, is_encrypted=is_encrypted), stored)
        if is_encrypted and source.identity is not None:
            encryption.decrypt(stored, plain, identity=source.identity)
        else:
            stored.replace(plain)
    except (FileNotFoundError, CommandError):
        return None
    with plain.open("rb") as file:
        return plain if digest_of(file)[0] == digest else None
