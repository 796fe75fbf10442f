"""Marks on images whose original file is missing, as after an incomplete restore."""

from datetime import datetime

from newsroom.http import clock
from newsroom.media.models import Image

MOST = 1_000  # files checked in one run


def mark_missing(image: Image) -> None:
    """Store the time at which the original of an image was found to be missing, unless one is stored."""
    Image.objects.filter(pk=image.pk, missing_since=None).update(missing_since=clock.now())


def clear_found(at: datetime) -> None:
    """Clear the mark of images whose original exists again."""
    for image in Image.objects.exclude(missing_since=None).order_by("pk")[:MOST]:
        if image.file.storage.exists(str(image.file)):
            Image.objects.filter(pk=image.pk).update(missing_since=None)
