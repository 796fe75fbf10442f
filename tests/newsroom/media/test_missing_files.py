"""Pictures whose original is not where it was stored."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from newsroom.background import periodic
from newsroom.background.models import Failure
from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.media import images
from newsroom.media.models import Image
from tests.factories import make_user
from tests.newsroom.media.processing.pictures import photo
from tests.newsroom.media.stored_files import named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def image() -> Image:
    """Return a picture of the library without its file, of which no rendition was made."""
    image = images.store_upload(photo(), by=None)
    for rendition in image.renditions.all():
        default_storage.delete(str(rendition.file))
    image.renditions.all().delete()
    default_storage.delete(str(image.file))
    return image


def work() -> None:
    """Do what waits to be done."""
    Worker(interval=0.1, batch=True).run()


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(make_user(role="Curator"))
    return client


def test_its_task_ends_without_failure_and_the_picture_is_marked(image, desk):
    work()
    assert {task.status for task in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert not Failure.objects.exists()
    image.refresh_from_db()
    assert image.missing_since
    assert b"file missing" in desk.get(reverse("admin:media_image_changelist")).content
    assert str(image.file).encode() in desk.get(reverse("admin:media_image_change", args=[image.pk])).content


def test_who_asks_for_a_size_of_it_reads_that_there_is_none(image, desk):
    for ending in ("jpg", "webp", "avif"):
        assert (
            desk.get(reverse("media:rendition", args=[image.uid, named(image, "free", 320, ending)])).status_code == 404
        )


def test_the_mark_goes_when_the_file_is_back(image, desk):
    work()
    periodic.run_checks(clock.now())
    image.refresh_from_db()
    assert image.missing_since
    default_storage.save(str(image.file), ContentFile(photo().read()))
    periodic.run_checks(clock.now())
    image.refresh_from_db()
    assert image.missing_since is None
    assert b"file missing" not in desk.get(reverse("admin:media_image_changelist")).content
