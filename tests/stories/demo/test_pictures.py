"""The pictures of the demonstration are files of one size, and no two are the same."""

from functools import cache

import pytest
from PIL import Image

from stories.demo import files

NAMES = files.list_pictures()


@cache
def picture(name: str) -> Image.Image:
    return files.open_picture(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_fills_a_wide_sheet_with_more_than_one_colour(name):
    assert (picture(name).size, picture(name).mode) == ((1920, 1080), "RGB")
    colours = picture(name).resize((96, 54)).getcolors(96 * 54)
    assert colours is not None
    assert max(count for count, _ in colours) < 0.9 * 96 * 54


def test_there_are_at_least_ten_pictures_and_no_two_are_the_same():
    assert len(NAMES) >= 10
    assert len({picture(name).resize((64, 36)).tobytes() for name in NAMES}) == len(NAMES)


def test_the_pictures_are_small_enough_to_be_kept_with_the_code():
    assert sum(path.stat().st_size for path in (files.FOLDER / "pictures").iterdir()) < 3_000_000
