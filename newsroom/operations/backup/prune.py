"""Delete old backups, and the media files to which no remaining backup refers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.operations.backup import registry
from newsroom.operations.backup.lock import backup_lock
from newsroom.operations.backup.manifest import (
    DIGEST_SUFFIX,
    MEDIA_FOLDER,
    delete_backup,
    iter_abandoned_files,
    media_path,
    parse_name,
    read_catalogue,
)
from newsroom.operations.backup.store import Store

UNFINISHED_AGE = timedelta(days=1)  # age above which an unfinished backup or file counts as abandoned


@dataclass(frozen=True, slots=True)
class Pruned:
    """The names of the deleted backups, and the number of deleted media files.

    ``faults`` has a sentence for each backup whose manifest is damaged, whether it was deleted or not.
    """

    names: list[str]
    media: int
    faults: list[str]


def prune_backups(store: Store, *, daily: int, weekly: int, at: datetime) -> Pruned:
    """Delete old backups, then the media files to which no remaining backup refers.

    For each of the last ``daily`` days and ``weekly`` weeks with a backup, the newest one is retained. Backups of the
    database alone are counted separately, by day. The newest backup of all and the newest with files are always
    retained. A backup or file that is still unfinished after ``UNFINISHED_AGE`` is deleted.

    A backup with a damaged manifest is deleted when an intact one of the same time would be, but never counts in place
    of an intact one. As long as such a backup remains, no media file is deleted. As long as there is an unfinished
    backup, the media files of the site are not deleted, because the next backup needs them.

    Raise LockedError if another process is making or deleting backups.
    """
    with backup_lock():
        catalogue = read_catalogue(store)
        manifests, damaged = catalogue.manifests, catalogue.faults
        quick = [name for name, manifest in manifests.items() if manifest.is_quick]
        full = [name for name in manifests if name not in quick]
        retained = _newest_of_each(_day, daily, full) | _newest_of_each(_week, weekly, full)
        retained |= _newest_of_each(_day, daily, quick) | set(full[-1:]) | set(list(manifests)[-1:])
        candidates = sorted([*full, *damaged])
        spared = damaged.keys() & (
            _newest_of_each(_day, daily, candidates) | _newest_of_each(_week, weekly, candidates) | set(candidates[-1:])
        )
        abandoned = [name for name in catalogue.unfinished if at - parse_name(name) > UNFINISHED_AGE]
        deleted = [*manifests.keys() - retained, *damaged.keys() - spared, *abandoned]
        for name in deleted:
            delete_backup(store, name)
        for path in list(iter_abandoned_files(store, before=at - UNFINISHED_AGE)):
            store.delete(path)
        named = {
            media_path(digest, is_encrypted=manifests[name].is_encrypted)
            for name in retained
            for digest in manifests[name].media.digests.values()
        }
        if set(catalogue.unfinished) - set(abandoned):
            named |= _list_media_of_site()
        # Nobody knows to which media files a damaged manifest refers.
        media = 0 if spared else _delete_media(store, named)
        return Pruned(sorted(deleted), media, list(damaged.values()))


def _newest_of_each(period: Callable[[str], str], count: int, names: Iterable[str]) -> set[str]:
    """Return the newest name in each of the last ``count`` periods that contain any of these sorted names."""
    newest = {period(name): name for name in names}
    return set(list(newest.values())[-count:]) if count else set()


def _day(name: str) -> str:
    return f"{parse_name(name):%Y-%m-%d}"


def _week(name: str) -> str:
    return f"{parse_name(name):%G-%V}"


def _list_media_of_site() -> set[str]:
    """Return the path of each original that the site has, and the path that it would have in an encrypted backup."""
    originals = registry.iter_files("default", with_renditions=False)
    return {media_path(each.sha256, is_encrypted=encrypted) for each in originals for encrypted in (False, True)}


def _delete_media(store: Store, named: set[str]) -> int:
    unnamed = [path for path in store.names(f"{MEDIA_FOLDER}/") if path.removesuffix(DIGEST_SUFFIX) not in named]
    for path in unnamed:
        store.delete(path)
    return sum(not path.endswith(DIGEST_SUFFIX) for path in unnamed)
