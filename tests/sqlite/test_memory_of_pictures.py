"""Photographs are taken in, and made ready, in memory that does not grow with them: whatever the database is."""

import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from django.core.files import File
from django.core.management import call_command
from django.db import connection

from newsroom.media import tasks
from newsroom.media.images import UploadOutcome, add_upload
from newsroom.media.models import Image
from tests.newsroom.media.processing.pictures import draw_patches, make_linear_profile
from tests.newsroom.media.stored_files import rendition_spec
from tests.races import processes

pytestmark = pytest.mark.audit

MOST = 300  # MB of memory, the whole process with all of the product in it
SIZE = (6000, 4000)


# What one photograph after the other is like; the first takes most memory to come in, and, upright, to be made ready.
KINDS: tuple[dict[str, Any], ...] = (
    {"subsampling": 0, "progressive": True, "orientation": 6},
    {"drawn": True},
    {"subsampling": 2},
    {"subsampling": 2, "orientation": 8},
    {"subsampling": 0, "profile": True},
    {"subsampling": 2, "mode": "CMYK"},
    {"subsampling": 0, "progressive": True, "profile": True},
    {"subsampling": 2, "progressive": True},
    {"drawn": True, "clear": True},
    {"subsampling": 1, "mode": "L", "progressive": True},
)


def photographs(folder: Path, count: int) -> None:
    """Draw photographs of 24 megapixels as cameras and programs write them, of up to 10 MB, and some drawings."""
    noise = PIL.Image.effect_noise((1500, 1000), 50)
    for number in range(count):
        colours = (noise, noise.rotate(180), draw_patches(1500, 1000, seed=number + 3).convert("L"))
        small = PIL.Image.merge("RGB", colours)
        kind = KINDS[number % len(KINDS)]
        if "drawn" in kind:
            drawing = small.quantize(32).convert("RGB").resize(SIZE, PIL.Image.Resampling.NEAREST)
            if "clear" in kind:
                drawing.putalpha(PIL.Image.linear_gradient("L").resize(SIZE, PIL.Image.Resampling.NEAREST))
            drawing.save(folder / f"{number:03}.png", compress_level=1)
            continue
        exif = PIL.Image.Exif()
        exif[0x0112] = kind.get("orientation", 1)
        large = small.resize(SIZE, PIL.Image.Resampling.BICUBIC).convert(kind.get("mode", "RGB"))
        large.save(
            folder / f"{number:03}.jpg",
            quality=80,
            exif=exif,
            icc_profile=make_linear_profile() if "profile" in kind else None,
            subsampling=kind["subsampling"],
            progressive=kind.get("progressive", False),
        )


def peak() -> int:
    """Return how much memory this process had at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def take_in_all(folder: str) -> int:
    """Take all pictures of the folder in, and return the peak of memory."""
    call_command("import_pictures", folder, stdout=Path(os.devnull).open("w"))  # noqa: SIM115  # ends with the process
    return peak()


def take_in_at_once(folder: str) -> int:
    """Take eight of the pictures in from four threads, as a server does, and return the peak of memory."""
    paths = sorted(Path(folder).iterdir())[:8]
    with ThreadPoolExecutor(4) as threads:
        assert all(answer.image for answer in threads.map(take_in_one, paths))
    return peak()


def take_in_one(path: Path) -> UploadOutcome:
    """Take one picture in, as a request does."""
    try:
        with path.open("rb") as file:
            return add_upload(File(file, name=path.name), by=None, keep_both=True)
    finally:
        connection.close()  # this thread's own


def make_all() -> int:
    """Do what the worker does with ten of the pictures, and return the peak of memory."""
    for image in Image.objects.all()[:10]:
        tasks.prepare_renditions.func(str(image.uid))
    return peak()


def make_one(number: int) -> int:
    """Make the largest rendition of one picture whose plate was lost, and return the peak of memory."""
    image = Image.objects.get(pk=number)
    image.renditions.all().delete()
    made = tasks.make_rendition.func(str(image.uid), str(rendition_spec(image, "free", 1920, "avif")))
    assert made == 1
    return peak()


def in_a_process(work: Callable[..., int], *arguments: object, place: Path) -> int:
    """Call ``work`` in a process of its own, which knows all of the product, and return what it returns."""
    ((outcome, most),) = processes.at_once(work, [arguments], place=place)
    assert (outcome, type(most)) == ("returned", int)
    return most  # type: ignore[return-value]  # asserted above


@pytest.mark.django_db(transaction=True)
def test_photographs_of_24_megapixels_come_in_and_are_made_ready_in_little_memory(
    tmp_path: Path, settings: Any, full_length: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if full_length:  # two seconds each, on a machine that does other things too
        monkeypatch.setattr(processes, "LONGEST_WAIT", 1_800.0)
    folder = tmp_path / "photographs"
    folder.mkdir()
    count = 100 if full_length else 2
    photographs(folder, count)
    assert in_a_process(take_in_all, str(folder), place=settings.MEDIA_ROOT) < MOST
    assert Image.objects.count() == count
    assert set(Image.objects.values_list("width", "height")) == {SIZE, SIZE[::-1]}
    if full_length:
        assert in_a_process(take_in_at_once, str(folder), place=settings.MEDIA_ROOT) < MOST
        assert in_a_process(make_all, place=settings.MEDIA_ROOT) < MOST
    assert in_a_process(make_one, Image.objects.order_by("pk")[0].pk, place=settings.MEDIA_ROOT) < MOST
