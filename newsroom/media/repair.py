"""Repair missing, damaged and unreadable files whose content can be obtained from other files."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from newsroom.media import missing_files
from newsroom.media.integrity import FileFinding, FindingKind
from newsroom.media.models import Image
from newsroom.media.processing.open_safely import DECODER_ERRORS
from newsroom.media.renditions import intermediates, make, store
from newsroom.media.renditions.specs import Spec, is_served
from newsroom.media.storage import compute_digest

NO_ORIGINAL = "Its original is missing or damaged."
NO_COPY = "No other picture has the same content."


def repair_files(findings: Iterable[FileFinding]) -> Iterator[tuple[FileFinding, str]]:
    """Repair the files of images and renditions. Yield each fault with the reason why it remains, or an empty string.

    * An original is copied from another image with the same content. If there is no such image and the file is missing,
      this is recorded (see ``mark_missing``).
    * A rendition is made again from an intact original. If no page requests it any more, it is deleted with its row.
    """
    faults = [finding for finding in findings if finding.is_fault]
    for finding in faults:
        if finding.image is not None:
            yield finding, _copy_original(finding, finding.image)
    of_renditions = sorted(
        (finding for finding in faults if finding.rendition is not None),
        key=lambda finding: finding.rendition.image_id if finding.rendition else 0,
    )
    for image_id, group in groupby(of_renditions, key=lambda each: each.rendition.image_id if each.rendition else 0):
        image = Image.objects.with_pk(image_id).first()
        found = list(group)
        reason = "" if image is None else _remake(image, found)
        for finding in found:
            yield finding, reason


def _copy_original(finding: FileFinding, image: Image) -> str:
    """Copy the original of an image from another image. Return the reason if that is impossible, or an empty string."""
    for other in Image.objects.filter(digest=image.digest).exclude(pk=image.pk).order_by("pk"):
        if _is_intact(other):
            with default_storage.open(str(other.file)) as file:
                default_storage.save(finding.path, ContentFile(file.read()))
            return ""
    if finding.kind is FindingKind.MISSING:
        missing_files.mark_missing(image)
    return NO_COPY


def _remake(image: Image, findings: list[FileFinding]) -> str:
    """Make renditions of an image again. Return the reason if that is impossible, or an empty string."""
    if not _is_intact(image):
        return NO_ORIGINAL
    names = [finding.rendition.spec for finding in findings if finding.rendition is not None]
    for finding, name in zip(findings, names, strict=True):
        # Deleted and not replaced, because a damaged file must not be read again even if a later step fails.
        store.forget_rendition(image, name)
        default_storage.delete(finding.path)
    try:
        if intermediates.NAME in names and intermediates.has_intermediate(image):
            intermediates.open_intermediate(image, part=1).close()
        make.make_missing(image, [spec for name in names if (spec := Spec.parse(name)) and is_served(image, spec)])
    except store.MissingOriginalError:  # the file has just been lost
        return NO_ORIGINAL
    except store.ImageRemovedError:  # with its renditions, so nothing remains to be repaired
        return ""
    except DECODER_ERRORS as error:
        return f"It cannot be made again: {error}."
    return ""


def _is_intact(image: Image) -> bool:
    try:
        return compute_digest(default_storage, str(image.file)) == image.digest
    except OSError:
        return False
