"""Pictures whose original is not where it was stored, as after a restore that lacks files."""

from datetime import datetime

from newsroom import clock
from newsroom.media.models import Image

MOST = 1_000  # files that are looked for at once


def mark(image: Image) -> None:
    """Mark a picture whose original was not found."""
    Image.objects.filter(pk=image.pk, missing_since=None).update(missing_since=clock.now())


def look(at: datetime) -> None:
    """Take the mark from pictures whose original is back."""
    for image in Image.objects.exclude(missing_since=None).order_by("pk")[:MOST]:
        if image.file.storage.exists(str(image.file)):
            Image.objects.filter(pk=image.pk).update(missing_since=None)
