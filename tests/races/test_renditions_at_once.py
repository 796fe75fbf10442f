"""Several readers, and several workers, make the same of one picture at the same moment; one of them may be killed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from newsroom.media import images, tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.processing import encode
from newsroom.media.renditions import make as make_module
from newsroom.media.renditions.make import get_or_make_content
from newsroom.media.renditions.specs import make_spec
from tests.newsroom.media.processing.pictures import make_photo
from tests.races.dying import killed_at
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5


def ask(number: int) -> tuple[int, int]:
    """Ask for the rendition as a reader does; return how many bytes came, and how many renditions this process made."""
    image = Image.objects.get(pk=number)
    made: list[object] = []
    make = encode.encode_rendition

    def noted(*args: Any, **options: Any) -> encode.Encoded:
        made.append(options)
        return make(*args, **options)

    encode.encode_rendition = noted
    make_module.MAX_WAIT_SECONDS = make_module.LOCK_SECONDS = 120  # seconds: other tests may have the machine meanwhile
    content = get_or_make_content(image, make_spec(image, "free", width=640, ending="webp"))
    return len(content.data) if content else 0, len(made)


def work(uid: str) -> int:
    """Do what the worker does with a new picture."""
    return tasks.prepare_renditions.func(uid)


def kept() -> dict[str, int]:
    """Return the size of each file in the folder of the picture, by its name."""
    folder = Path(settings.MEDIA_ROOT) / "renditions" / str(Image.objects.get().uid)
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_all_get_the_same_and_one_of_them_makes_it() -> None:
    image = images.store_upload(make_photo(), by=None)
    answers = at_once(ask, [(image.pk,)] * MANY, place=Path(settings.MEDIA_ROOT))
    size = Rendition.objects.get().file.size
    assert [outcome for outcome, _ in answers] == ["returned"] * MANY
    assert sorted(answer for _, answer in answers) == [(size, 0)] * (MANY - 1) + [(size, 1)]  # type: ignore[type-var]
    assert kept() == {Path(str(Rendition.objects.get().file)).name: size}


def test_two_workers_with_the_same_picture_keep_each_rendition_once() -> None:
    image = images.store_upload(make_photo(), by=None)
    answers = at_once(work, [(str(image.uid),)] * 2, place=Path(settings.MEDIA_ROOT))
    wanted = {str(spec) for spec in tasks.specs_to_prepare(image)}
    assert [outcome for outcome, _ in answers] == ["returned"] * 2
    assert sorted(Rendition.objects.values_list("spec", flat=True)) == sorted(wanted) == sorted(kept())


@pytest.mark.parametrize("at", [1, 4])
def test_a_killed_worker_leaves_nothing_half_and_the_next_one_goes_on(at: int) -> None:
    image = images.store_upload(make_photo(), by=None)
    died, _ = killed_at(at, work, (str(image.uid),), place=Path(settings.MEDIA_ROOT))
    assert died
    assert Rendition.objects.count() < at
    work(str(image.uid))
    wanted = {str(spec) for spec in tasks.specs_to_prepare(image)}
    assert set(kept()) == set(Rendition.objects.values_list("spec", flat=True)) == wanted
