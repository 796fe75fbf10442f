"""Record which images lack their original file, for example after an incomplete restore."""

from datetime import datetime

from newsroom.http import clock
from newsroom.media.models import Image

MAX_CHECKED = 1_000  # files checked in one run


def mark_missing(image: Image) -> None:
    """Store the time at which the original of an image was found to be missing, unless a time is already stored."""
    Image.objects.filter(pk=image.pk, missing_since=None).update(missing_since=clock.now())


def clear_found(at: datetime) -> None:
    """Remove the stored time from images whose original exists again."""
    for image in Image.objects.exclude(missing_since=None).order_by("pk")[:MAX_CHECKED]:
        if image.file.storage.exists(str(image.file)):
            Image.objects.filter(pk=image.pk).update(missing_since=None)
