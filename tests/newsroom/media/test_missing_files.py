"""Pictures whose original file is missing."""

import re

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
from newsroom.media.models import Image
from tests.factories import make_user
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.stored_files import rendition_spec, store_upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def image() -> Image:
    """Return a picture in the library whose file is missing and which has no renditions."""
    image = store_upload(make_photo())
    for rendition in image.renditions.all():
        default_storage.delete(str(rendition.file))
    image.renditions.all().delete()
    default_storage.delete(str(image.file))
    return image


def run_tasks() -> None:
    """Run all tasks that are ready."""
    Worker(interval=0.1, batch=True).run()


@pytest.fixture
def curator_client() -> Client:
    client = Client()
    client.force_login(make_user(role="Curator"))
    return client


def test_the_task_succeeds_and_the_picture_is_marked(image, curator_client):
    run_tasks()
    assert {task.status for task in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert not Failure.objects.exists()
    image.refresh_from_db()
    assert image.missing_since
    page = curator_client.get(reverse("admin:media_image_changelist")).content.decode()
    assert re.search(rf'<td class="field-size">{image.width:,} × {image.height:,}, \w[^<]*</td>', page)
    assert str(image.file).encode() in curator_client.get(reverse("admin:media_image_change", args=[image.pk])).content


def test_a_rendition_of_a_missing_picture_gets_a_404(image, curator_client):
    for ending in ("jpg", "webp", "avif"):
        assert (
            curator_client.get(
                reverse("media:rendition", args=[image.uid, rendition_spec(image, "free", 320, ending)])
            ).status_code
            == 404
        )


def test_the_mark_is_removed_when_the_file_exists_again(image, curator_client):
    run_tasks()
    periodic.run_checks(clock.now())
    image.refresh_from_db()
    assert image.missing_since
    default_storage.save(str(image.file), ContentFile(make_photo().read()))
    periodic.run_checks(clock.now())
    image.refresh_from_db()
    assert image.missing_since is None
    page = curator_client.get(reverse("admin:media_image_changelist")).content.decode()
    assert f'<td class="field-size">{image.width:,} × {image.height:,}</td>' in page
