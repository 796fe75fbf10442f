"""The picture files of the demonstration: size, colours and duplicates."""

from functools import cache

import pytest
from PIL import Image

from stories.demo import files

NAMES = files.list_pictures()


@cache
def open_picture(name: str) -> Image.Image:
    return files.open_picture(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_full_hd_and_has_more_than_one_colour(name):
    assert (open_picture(name).size, open_picture(name).mode) == ((1920, 1080), "RGB")
    colours = open_picture(name).resize((96, 54)).getcolors(96 * 54)
    assert colours is not None
    assert max(count for count, _ in colours) < 0.9 * 96 * 54


def test_there_are_at_least_ten_different_pictures():
    assert len(NAMES) >= 10
    assert len({open_picture(name).resize((64, 36)).tobytes() for name in NAMES}) == len(NAMES)


def test_the_pictures_are_small_enough_for_the_repository():
    assert sum(path.stat().st_size for path in (files.FOLDER / "pictures").iterdir()) < 3_000_000
