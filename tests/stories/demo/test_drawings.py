"""The drawings are pictures of one size, each its own, the same every time."""

from functools import cache

import pytest
from PIL import Image

from stories.demo.drawings import DRAWINGS
from stories.demo.drawings.sheet import PENCIL, bezier_points, mix, pseudo_random, rotate


@cache
def drawn(name: str) -> Image.Image:
    return DRAWINGS[name]()


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_fills_a_wide_sheet_with_more_than_one_colour(name):
    picture = drawn(name)
    assert picture.size == (1920, 1080)
    assert picture.mode == "RGB"
    colours = picture.resize((96, 54)).getcolors(96 * 54)
    assert colours is not None
    assert max(count for count, _ in colours) < 0.9 * 96 * 54


def test_there_are_at_least_ten_drawings_and_no_two_are_the_same():
    assert len(DRAWINGS) >= 10
    assert len({drawn(name).resize((64, 36)).tobytes() for name in DRAWINGS}) == len(DRAWINGS)


@pytest.mark.parametrize("name", ["storm_barrier", "houses", "dredger"])
def test_a_drawing_that_looks_like_chance_is_the_same_every_time(name):
    assert DRAWINGS[name]().tobytes() == drawn(name).tobytes()


def test_a_curve_goes_from_its_start_to_its_end():
    points = bezier_points((0, 0), (0, 10), (10, 10), (20, 0), steps=4)
    assert points[0] == (0, 0)
    assert points[-1] == (20, 0)
    assert len(points) == 5


def test_colours_mix_from_one_end_to_the_other():
    assert mix((0, 0, 0), PENCIL, 0) == (0, 0, 0)
    assert mix((0, 0, 0), PENCIL, 1) == PENCIL


def test_a_quarter_turn_moves_right_to_below():
    [(x, y)] = rotate([(10, 0)], (0, 0), 90)
    assert (round(x), round(y)) == (0, 10)


def test_scattered_numbers_lie_between_nought_and_one_and_differ():
    numbers = [pseudo_random(number, 3) for number in range(500)]
    assert min(numbers) >= 0
    assert max(numbers) <= 1
    assert len(set(numbers)) == 500
