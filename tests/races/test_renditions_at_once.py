"""Several readers or workers create the same renditions of a picture at the same moment; one may be killed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from newsroom.media import tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.processing import encode
from newsroom.media.renditions import make as make_module
from newsroom.media.renditions.make import get_or_make_content
from newsroom.media.renditions.specs import make_spec
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.stored_files import store_upload
from tests.races.kill_process import run_until_write
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 5


def request_rendition(image_pk: int) -> tuple[int, int]:
    """Request a rendition as a reader does; return its size, and the number of renditions that this process created."""
    image = Image.objects.get(pk=image_pk)
    encoded: list[object] = []
    encode_rendition = encode.encode_rendition

    def record(*args: Any, **options: Any) -> encode.Encoded:
        encoded.append(options)
        return encode_rendition(*args, **options)

    encode.encode_rendition = record
    make_module.MAX_WAIT_SECONDS = make_module.LOCK_SECONDS = 120  # seconds; other tests may slow the machine down
    content = get_or_make_content(image, make_spec(image, "free", width=640, ending="webp"))
    return len(content.data) if content else 0, len(encoded)


def prepare_renditions(uid: str) -> int:
    """Run the task that prepares the renditions of a picture."""
    return tasks.prepare_renditions.func(uid)


def stored_files() -> dict[str, int]:
    """Return the size of each stored rendition of the picture, keyed by file name."""
    folder = Path(settings.MEDIA_ROOT) / "renditions" / str(Image.objects.get().uid)
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_simultaneous_requests_get_the_same_rendition_which_is_created_once() -> None:
    image = store_upload(make_photo())
    answers = run_concurrently(request_rendition, [(image.pk,)] * PROCESSES, media_root=Path(settings.MEDIA_ROOT))
    size = Rendition.objects.get().file.size
    assert [outcome for outcome, _ in answers] == ["returned"] * PROCESSES
    assert sorted(answer for _, answer in answers) == [(size, 0)] * (PROCESSES - 1) + [(size, 1)]  # type: ignore[type-var]
    assert stored_files() == {Path(str(Rendition.objects.get().file)).name: size}


def test_two_workers_with_the_same_picture_store_each_rendition_once() -> None:
    image = store_upload(make_photo())
    answers = run_concurrently(prepare_renditions, [(str(image.uid),)] * 2, media_root=Path(settings.MEDIA_ROOT))
    expected = {str(spec) for spec in tasks.specs_to_prepare(image)}
    assert [outcome for outcome, _ in answers] == ["returned"] * 2
    assert sorted(Rendition.objects.values_list("spec", flat=True)) == sorted(expected) == sorted(stored_files())


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_worker_leaves_no_partial_rendition_and_the_next_one_continues(at: int) -> None:
    image = store_upload(make_photo())
    died, _ = run_until_write(at, prepare_renditions, (str(image.uid),), media_root=Path(settings.MEDIA_ROOT))
    assert died
    assert Rendition.objects.count() < at
    prepare_renditions(str(image.uid))
    expected = {str(spec) for spec in tasks.specs_to_prepare(image)}
    assert set(stored_files()) == set(Rendition.objects.values_list("spec", flat=True)) == expected
