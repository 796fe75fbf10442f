"""Compare stored image files with their rows, to find missing, damaged, unreadable, stray and incomplete files."""

import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched, chain
from typing import Final

from django.core.files.storage import Storage, default_storage
from django.db import models

from newsroom.media.models import Image, Rendition, rendition_folder
from newsroom.media.storage import HEALTH_PREFIX, UNFINISHED, StoredFile, compute_digest, iter_files

BATCH = 500  # rows or files that are read at once
MIN_AGE = timedelta(days=1)  # a newer file may be about to get its row, or its final name
ORIGINALS, RENDITIONS = "originals", "renditions"
# Not seeded, because a fixed seed would always leave out the same files.
_random: Final = random.SystemRandom()

type Progress = Callable[[int, int], object]  # called with the number of files checked and the known total


class FindingKind(StrEnum):
    """What is wrong with a file."""

    MISSING = "missing"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    STRAY = "stray"
    INCOMPLETE = "incomplete"


_SENTENCES = {
    (FindingKind.MISSING, True): "The file of a picture is missing. Restore it from a backup.",
    (FindingKind.MISSING, False): "The file is missing. Run check_media --repair to make it again.",
    (FindingKind.DAMAGED, True): "SHA-256 differs. Restore the file from a backup.",
    (FindingKind.DAMAGED, False): "SHA-256 differs. Run check_media --repair to make the file again.",
    (FindingKind.STRAY, False): "No picture has this file. Run check_media --delete-orphans to delete it.",
    (FindingKind.INCOMPLETE, False): "The file was never finished. Run check_media --delete-orphans to delete it.",
}


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A file and what is wrong with it.

    ``image`` is set if the file is an original, ``rendition`` if the file is a rendition. Neither is set for a file
    without a row. ``reason`` says why a file cannot be read.
    """

    kind: FindingKind
    path: str
    image: Image | None = None
    rendition: Rendition | None = None
    reason: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether a row lacks an intact file. Files without a row only take up space."""
        return self.kind not in (FindingKind.STRAY, FindingKind.INCOMPLETE)

    @property
    def sentence(self) -> str:
        """The finding as a sentence, with the path of the file."""
        if self.kind is FindingKind.UNREADABLE:
            return f"{self.path}: The file cannot be read: {self.reason}."
        return f"{self.path}: {_SENTENCES[self.kind, self.image is not None]}"


def _ignore(done: int, total: int) -> None:
    pass


def check_files(*, at: datetime, sample: int | None = None, progress: Progress = _ignore) -> Iterator[FileFinding]:
    """Yield the findings, as of ``at``, about all stored files or about the files of ``sample`` random rows.

    With a sample, files without a row are looked for only in the rendition folders of the sampled images. An OSError
    raised while a file is read is a finding; all other storage errors propagate. ``progress`` is called with
    the number of rows whose files were checked and the total number of rows.
    """
    if sample is None:
        yield from check_rows(progress=progress)
        yield from find_stray_files(at=at)
        return
    rows = choose_sample(sample)
    yield from check_rows(rows, progress=progress)
    uids = sorted({each.uid if isinstance(each, Image) else each.image.uid for each in rows})
    yield from find_stray_files(at=at, folders=[rendition_folder(uid) for uid in uids])


def choose_sample(number: int) -> list[Image | Rendition]:
    """Return up to ``number`` random rows: half of them renditions, if there are enough."""
    renditions = _choose_rows(_renditions(), number - number // 2)
    images = _choose_rows(_images(), number - len(renditions))
    return [*images, *renditions]


def count_rows() -> int:
    """Return the number of images and renditions, each of which should have a file."""
    return Image.objects.count() + Rendition.objects.count()


def check_rows(
    rows: Sequence[Image | Rendition] | None = None,
    *,
    storage: Storage = default_storage,
    with_renditions: bool = True,
    progress: Progress = _ignore,
) -> Iterator[FileFinding]:
    """Yield a finding for each missing, damaged or unreadable file of ``rows``.

    By default, these are the rows of all images and, ``with_renditions``, of all renditions. If a rendition of an
    earlier release has no digest yet, only the existence of its file is checked.
    """
    pages: Iterable[Sequence[Image | Rendition]] = [rows or []]
    if rows is not None:
        total = len(rows)
    elif with_renditions:
        total, pages = count_rows(), chain(_iter_pages(_images()), _iter_pages(_renditions()))
    else:
        total, pages = Image.objects.count(), _iter_pages(_images())
    for done, row in enumerate(chain.from_iterable(pages), start=1):
        if (finding := _check_row(row, storage)) is not None:
            yield finding
        progress(done, total)


def find_stray_files(
    *,
    at: datetime,
    folders: Sequence[str] | None = None,
    storage: Storage = default_storage,
    progress: Progress = _ignore,
) -> Iterator[FileFinding]:
    """Yield a finding for each stray or incomplete file that is older than ``MIN_AGE`` at the time ``at``.

    By default, the folders of originals and renditions and the files that a health check writes are examined. Other
    files in the root are not, because an operator may have put them there.
    """
    done, before = 0, at - MIN_AGE
    found = _iter_own_files(storage) if folders is None else _iter_folders(storage, folders)
    for files in batched(found, BATCH):
        old = [file.path for file in files if file.modified_at < before]
        finished = [path for path in old if not path.endswith(UNFINISHED)]
        stray = set(_without_row(finished))
        for path in old:
            if path.endswith(UNFINISHED):
                yield FileFinding(FindingKind.INCOMPLETE, path)
            elif path in stray:
                yield FileFinding(FindingKind.STRAY, path)
        done += len(files)
        progress(done, done)


def delete_stray_file(finding: FileFinding, *, at: datetime) -> bool:
    """Delete a stray or incomplete file, and return whether it is gone.

    The file is not deleted if it now has a row, or if it has been written again since it was found.
    """
    if finding.kind is FindingKind.STRAY and not _without_row([finding.path]):
        return False
    if default_storage.exists(finding.path):
        if default_storage.get_modified_time(finding.path) >= at - MIN_AGE:
            return False
        default_storage.delete(finding.path)
    return True


def _images() -> models.QuerySet[Image]:
    return Image.objects.only("uid", "file", "digest")


def _renditions() -> models.QuerySet[Rendition]:
    return Rendition.objects.select_related("image").only("spec", "file", "digest", "image__uid")


def _iter_pages[Row: models.Model](rows: models.QuerySet[Row]) -> Iterator[list[Row]]:
    """Yield the rows in pages, in the order of their primary keys. Rows may be added or deleted meanwhile."""
    page = list(rows.order_by("pk")[:BATCH])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk).order_by("pk")[:BATCH])


def _choose_rows[Row: models.Model](rows: models.QuerySet[Row], number: int) -> list[Row]:
    """Return up to ``number`` random rows.

    The larger the gap in the primary keys before a row, the more likely the row is to be chosen.
    """
    if len(everything := list(rows.order_by("pk")[: number + 1])) <= number:
        return everything
    ends = rows.order_by().aggregate(first=models.Min("pk"), last=models.Max("pk"))
    chosen: dict[object, Row] = {}
    for _ in range(number):
        row = rows.filter(pk__gte=_random.randint(ends["first"], ends["last"])).order_by("pk").first()
        if row is not None:
            chosen[row.pk] = row
    return list(chosen.values())


def _check_row(row: Image | Rendition, storage: Storage) -> FileFinding | None:
    """Return what is wrong with the file of a row, or None."""
    if _examine(row, storage) is None:
        return None
    # The file may have been replaced, or deleted together with its row, while it was being read.
    newest = (_images() if isinstance(row, Image) else _renditions()).filter(pk=row.pk).first()
    return None if newest is None else _examine(newest, storage)


def _examine(row: Image | Rendition, storage: Storage) -> FileFinding | None:
    path = str(row.file)
    image, rendition = (row, None) if isinstance(row, Image) else (None, row)
    try:
        if not row.digest:
            is_intact, kind = storage.exists(path), FindingKind.MISSING
        else:
            is_intact, kind = compute_digest(storage, path) == row.digest, FindingKind.DAMAGED
    except FileNotFoundError:
        return FileFinding(FindingKind.MISSING, path, image, rendition)
    except OSError as error:
        return FileFinding(FindingKind.UNREADABLE, path, image, rendition, reason=error.strerror or str(error))
    return None if is_intact else FileFinding(kind, path, image, rendition)


def _iter_own_files(storage: Storage) -> Iterator[StoredFile]:
    """Yield the test files of health checks, and all files in the folders of originals and renditions."""
    try:
        _, names = storage.listdir("")
    except FileNotFoundError:
        names = []
    for name in names:
        if name.startswith(HEALTH_PREFIX) and name.endswith(UNFINISHED):
            with suppress(FileNotFoundError):  # deleted since it was listed
                yield StoredFile(name, storage.size(name), storage.get_modified_time(name))
    yield from _iter_folders(storage, [ORIGINALS, RENDITIONS])


def _iter_folders(storage: Storage, folders: Sequence[str]) -> Iterator[StoredFile]:
    for folder in folders:
        yield from iter_files(storage, folder)


def _without_row(paths: Sequence[str]) -> list[str]:
    """Return the paths that belong to neither an image nor a rendition."""
    known = _find_by_uid(paths)
    unknown = [path for path in paths if path not in known]
    if not unknown:
        return []
    # Paths contain the uid of their image. There is no index on paths, so only paths that were not found by uid are
    # searched for.
    for rows in (Image.objects.order_by(), Rendition.objects.order_by()):
        known.update(rows.filter(file__in=unknown).values_list("file", flat=True))
    return [path for path in unknown if path not in known]


def _find_by_uid(paths: Sequence[str]) -> set[str]:
    """Return the paths of the images, and of the renditions of the images, whose uids are in these paths."""
    uids: dict[str, set[uuid.UUID]] = {ORIGINALS: set(), RENDITIONS: set()}
    for path in paths:
        folder, _, rest = path.partition("/")
        try:
            uids[folder].add(uuid.UUID(rest[:36]))
        except (KeyError, ValueError):  # not a path that the site generates
            continue
    originals = Image.objects.filter(uid__in=uids[ORIGINALS]).order_by()
    renditions = Rendition.objects.filter(image__uid__in=uids[RENDITIONS]).order_by()
    return {*originals.values_list("file", flat=True), *renditions.values_list("file", flat=True)}
