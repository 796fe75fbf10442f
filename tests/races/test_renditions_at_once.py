"""Several readers ask for the same size of a picture at the same moment, before it was made."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from newsroom.media import storing
from newsroom.media.models import Image, Rendition
from newsroom.media.renditions import content_of
from newsroom.media.specs import Spec
from tests.newsroom.imaging.pictures import drawn, encoded
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5


def ask(number: int) -> int:
    """Ask for the rendition as a reader does; return how many bytes came."""
    return len(content_of(Image.objects.get(pk=number), Spec("free", 640, None, "webp")) or b"")


def test_all_get_the_same_and_it_is_kept_once() -> None:
    image = storing.store(ContentFile(encoded(drawn(700, 500), "JPEG"), name="harbour.jpg"), by=None)
    place = Path(settings.MEDIA_ROOT)
    answers = at_once(ask, [(image.pk,)] * MANY, place=place)
    kept = Rendition.objects.get()
    assert answers == [("returned", kept.file.size)] * MANY
    assert [path.name for path in (place / "renditions" / str(image.uid)).iterdir()] == [Path(str(kept.file)).name]
