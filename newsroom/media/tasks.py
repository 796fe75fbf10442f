"""Background tasks for images. Until they have run, pages are complete, but their image files are larger."""

from collections.abc import Callable
from contextlib import suppress

from django.core.files.storage import default_storage
from django.tasks import task

from newsroom.media import missing_files
from newsroom.media.duplicates import store_missing_hash
from newsroom.media.models import Image, Rendition, rendition_folder
from newsroom.media.renditions import make
from newsroom.media.renditions.specs import CONTENT_TYPES, FREE, Spec, fallback_width, is_served, list_specs
from newsroom.media.renditions.store import ImageRemovedError, MissingOriginalError
from newsroom.media.storage import compute_digest, delete_folder_files
from newsroom.task_queue import enqueue

# Lower than the priority of all other tasks: many of these tasks are enqueued at once, and each takes seconds.
_PRIORITY = -50
_BATCH = 500  # files that one task reads
PREPARED_SHAPES = (FREE, "16x9", "8x5")


@task(priority=_PRIORITY)
def prepare_renditions(uid: str) -> int:
    """Make the renditions that pages request most, and return how many were made. The task is idempotent."""
    return _make_missing(uid, specs_to_prepare)


@task(priority=_PRIORITY)
def make_rendition(uid: str, name: str) -> int:
    """Make the rendition ``name`` if it is missing. Return 1 if it was made, otherwise 0. The task is idempotent."""
    spec = Spec.parse(name)
    return _make_missing(uid, lambda image: [spec] if spec and is_served(image, spec) else [])


def specs_to_prepare(image: Image) -> list[Spec]:
    """Return the specs to make in advance for ``PREPARED_SHAPES``.

    These are all widths in the modern formats, and one width in JPEG for old browsers.
    """
    return [
        spec
        for shape in PREPARED_SHAPES
        for ending in CONTENT_TYPES
        for spec in list_specs(image, shape, ending=ending)
        if ending != "jpg" or spec.width == fallback_width(image, shape)
    ]


def _make_missing(uid: str, specs_for: Callable[[Image], list[Spec]]) -> int:
    """Make the missing renditions, and return their number. Also store the perceptual hash if it is missing."""
    image = Image.objects.filter(uid=uid).first()
    if image is None:
        # The image was removed. A process that was killed may have left files behind.
        delete_folder_files(default_storage, rendition_folder(uid))
        return 0
    try:
        store_missing_hash(image)
        return make.make_missing(image, specs_for(image))
    except MissingOriginalError:
        # Another attempt would not restore the original.
        missing_files.mark_missing(image)
        return 0
    except ImageRemovedError:
        return 0


@task(priority=_PRIORITY)
def store_rendition_digests(after: int = 0) -> int:
    """Store the digests of a batch of renditions that have none and whose primary keys are greater than ``after``.

    Return the number of stored digests. Earlier releases stored no digests. After a full batch, a task for the
    next one is enqueued. The task is idempotent.
    """
    rows = list(Rendition.objects.filter(pk__gt=after, digest="").order_by("pk").only("file")[:_BATCH])
    stored = 0
    for row in rows:
        with suppress(FileNotFoundError):  # the next request makes the rendition again, with a digest
            digest = compute_digest(default_storage, str(row.file))
            stored += Rendition.objects.filter(pk=row.pk, digest="").update(digest=digest)
    if len(rows) == _BATCH:
        enqueue(store_rendition_digests, rows[-1].pk)
    return stored
