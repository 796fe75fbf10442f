"""Importing photographs and creating their renditions take limited memory, however many there are."""

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

MAX_MEMORY = 300  # MB of memory for the whole process, including the imported product
SIZE = (6000, 4000)


# Properties of the photographs. The first needs the most memory to import and, because it is rotated, to process.
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


def create_photographs(folder: Path, count: int) -> None:
    """Create photographs of 24 megapixels and up to 10 MB, as cameras and programs write them, and some drawings."""
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


def peak_memory() -> int:
    """Return the peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def import_all(folder: str) -> int:
    """Import all pictures in the folder, and return the peak memory."""
    call_command("import_pictures", folder, stdout=Path(os.devnull).open("w"))  # noqa: SIM115  # ends with the process
    return peak_memory()


def import_concurrently(folder: str) -> int:
    """Import eight of the pictures in four threads, as a server does, and return the peak memory."""
    paths = sorted(Path(folder).iterdir())[:8]
    with ThreadPoolExecutor(4) as threads:
        assert all(answer.image for answer in threads.map(import_one, paths))
    return peak_memory()


def import_one(path: Path) -> UploadOutcome:
    """Import one picture, as a request does."""
    try:
        with path.open("rb") as file:
            return add_upload(File(file, name=path.name), by=None, keep_both=True)
    finally:
        connection.close()  # the connection of this thread


def prepare_ten() -> int:
    """Run the worker's task for ten of the pictures, and return the peak memory."""
    for image in Image.objects.all()[:10]:
        tasks.prepare_renditions.func(str(image.uid))
    return peak_memory()


def make_largest_rendition(image_pk: int) -> int:
    """Create the largest rendition of a picture whose intermediate file is missing, and return the peak memory."""
    image = Image.objects.get(pk=image_pk)
    image.renditions.all().delete()
    created = tasks.make_rendition.func(str(image.uid), str(rendition_spec(image, "free", 1920, "avif")))
    assert created == 1
    return peak_memory()


def call_in_process(function: Callable[..., int], *arguments: object, media_root: Path) -> int:
    """Call ``function`` in a separate process that has imported the product, and return its result."""
    ((outcome, memory),) = processes.run_concurrently(function, [arguments], media_root=media_root)
    assert (outcome, type(memory)) == ("returned", int)
    return memory  # type: ignore[return-value]  # asserted above


@pytest.mark.django_db(transaction=True)
def test_importing_and_preparing_photographs_of_24_megapixels_takes_little_memory(
    tmp_path: Path, settings: Any, full_length: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if full_length:  # two seconds for each photograph, on a busy machine
        monkeypatch.setattr(processes, "MAX_WAIT", 1_800.0)
    folder = tmp_path / "photographs"
    folder.mkdir()
    count = 100 if full_length else 2
    create_photographs(folder, count)
    assert call_in_process(import_all, str(folder), media_root=settings.MEDIA_ROOT) < MAX_MEMORY
    assert Image.objects.count() == count
    assert set(Image.objects.values_list("width", "height")) == {SIZE, SIZE[::-1]}
    if full_length:
        assert call_in_process(import_concurrently, str(folder), media_root=settings.MEDIA_ROOT) < MAX_MEMORY
        assert call_in_process(prepare_ten, media_root=settings.MEDIA_ROOT) < MAX_MEMORY
    assert (
        call_in_process(make_largest_rendition, Image.objects.order_by("pk")[0].pk, media_root=settings.MEDIA_ROOT)
        < MAX_MEMORY
    )
