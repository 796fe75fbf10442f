"""An address of a picture names one shape, width, focal point and format, in one way."""

import pytest

from newsroom.media.models import Image
from newsroom.media.specs import Spec, fallback_width, is_served, size_of, specs_of, widths_of


def picture(width: int, height: int, *, focus: tuple[int, int] = (50, 50)) -> Image:
    return Image(width=width, height=height, focal_x=focus[0], focal_y=focus[1])


@pytest.mark.parametrize("name", ["free-960.avif", "3x2-640-50x40.webp", "16x9-1920-0x100.jpg"])
def test_a_spec_is_written_as_it_was_read(name: str) -> None:
    assert str(Spec.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "free-960",
        "free-960.png",
        "free-960.AVIF",
        "free-0960.avif",
        "free-0.avif",
        "free-960-50x50.avif",
        "3x2-960.avif",
        "3x2-960-05x50.avif",
        "7x9-960-50x50.avif",
        "free-٩٦٠.avif",
        "../free-960.avif",
        "free-960.avif\n",
        "",
    ],
)
def test_what_names_no_spec_or_names_one_in_another_way_is_none(name: str) -> None:
    assert Spec.parse(name) is None


@pytest.mark.parametrize(
    ("size", "shape", "widths"),
    [
        ((2400, 1600), "free", (320, 480, 640, 960, 1280, 1920)),
        ((1000, 3000), "free", (320, 480, 640, 960)),
        ((200, 100), "free", (200,)),
        ((2400, 600), "1x1", (320, 480)),
        ((400, 160), "1x1", (160,)),
    ],
)
def test_a_picture_is_served_no_wider_than_it_is(size: tuple[int, int], shape: str, widths: tuple[int, ...]) -> None:
    assert widths_of(picture(*size), shape) == widths


def test_only_the_widths_and_the_focal_point_of_today_are_served() -> None:
    image = picture(1200, 800, focus=(30, 40))
    assert is_served(image, Spec("free", 960, None, "avif"))
    assert is_served(image, Spec("1x1", 640, (30, 40), "jpg"))
    assert not is_served(image, Spec("free", 961, None, "avif"))
    assert not is_served(image, Spec("free", 1280, None, "avif"))
    assert not is_served(image, Spec("1x1", 640, (50, 50), "jpg"))


def test_everything_that_pages_ask_for_is_served() -> None:
    image = picture(700, 500, focus=(0, 100))
    for shape in ("free", "16x9", "8x5", "3x2", "4x3", "1x1"):
        for ending in ("avif", "webp", "jpg"):
            assert all(is_served(image, spec) for spec in specs_of(image, shape, ending=ending))
        assert fallback_width(image, shape) in widths_of(image, shape)


def test_the_size_of_a_crop_is_the_largest_of_its_shape() -> None:
    assert size_of(picture(1200, 800), "1x1") == (800, 800)
    assert size_of(picture(1200, 800), "free") == (1200, 800)
