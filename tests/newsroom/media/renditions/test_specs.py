"""Specs: the name of a rendition identifies one shape, width, focal point and format."""

from dataclasses import replace

import pytest

from newsroom.media.models import Image
from newsroom.media.renditions.specs import (
    ENCODING_NUMBER,
    SHAPES,
    Spec,
    fallback_width,
    is_served,
    largest_size,
    list_specs,
    make_spec,
    served_widths,
)

MARK = "0123456789abcdef"


def make_image(width: int, height: int, *, focus: tuple[int, int] = (50, 50), digest: str = "a") -> Image:
    return Image(width=width, height=height, focal_x=focus[0], focal_y=focus[1], digest=digest)


@pytest.mark.parametrize("name", [f"free-960-{MARK}.avif", f"3x2-640-50x40-{MARK}.webp", f"16x9-1920-0x100-{MARK}.jpg"])
def test_a_parsed_spec_is_written_unchanged(name: str) -> None:
    assert str(Spec.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        f"free-960-{MARK}",
        f"free-960-{MARK}.png",
        f"free-960-{MARK}.AVIF",
        f"free-0960-{MARK}.avif",
        f"free-0-{MARK}.avif",
        f"free-960-50x50-{MARK}.avif",
        f"3x2-960-{MARK}.avif",
        f"3x2-960-05x50-{MARK}.avif",
        f"7x9-960-50x50-{MARK}.avif",
        f"free-٩٦٠-{MARK}.avif",
        f"../free-960-{MARK}.avif",
        f"free-960-{MARK}.avif\n",
        f"free-960-{MARK.upper()}.avif",
        f"free-960-{MARK}0.avif",
        "free-960.avif",
        "plate",
        "",
    ],
)
def test_an_invalid_or_non_canonical_name_is_not_a_spec(name: str) -> None:
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
def test_a_picture_is_never_served_wider_than_it_is(size: tuple[int, int], shape: str, widths: tuple[int, ...]) -> None:
    assert served_widths(make_image(*size), shape) == widths


def test_only_names_made_by_the_site_are_served() -> None:
    image = make_image(1200, 800, focus=(30, 40))
    whole, crop = (make_spec(image, shape, width=640, ending="jpg") for shape in ("free", "1x1"))
    assert is_served(image, whole)
    assert is_served(image, crop)
    assert not is_served(image, replace(whole, width=641))
    assert not is_served(image, replace(whole, width=1280))
    assert not is_served(image, replace(crop, focus=(50, 50)))
    assert not is_served(image, replace(whole, mark=MARK))


def test_the_name_for_one_shape_does_not_reveal_another() -> None:
    image = make_image(1200, 800)
    marks = {make_spec(image, shape, width=640, ending="jpg").mark for shape in SHAPES}
    assert len(marks) == len(SHAPES)
    assert not is_served(image, Spec("free", 640, None, make_spec(image, "16x9", width=640, ending="jpg").mark, "jpg"))


def test_moving_the_focal_point_makes_a_new_name_and_the_old_one_remains_valid() -> None:
    image = make_image(1200, 800, focus=(30, 40))
    original = make_spec(image, "1x1", width=640, ending="jpg")
    image.focal_x = 31
    assert make_spec(image, "1x1", width=640, ending="jpg").mark != original.mark
    assert is_served(image, original)


def test_a_name_depends_on_the_bytes_of_the_picture_and_the_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def name() -> str:
        return str(make_spec(make_image(1200, 800), "free", width=640, ending="jpg"))

    original = name()
    assert original == name()
    assert original != str(make_spec(make_image(1200, 800, digest="b"), "free", width=640, ending="jpg"))
    monkeypatch.setattr("newsroom.media.renditions.specs.ENCODING_NUMBER", ENCODING_NUMBER + 1)
    assert original != name()


def test_everything_that_pages_request_is_served() -> None:
    image = make_image(700, 500, focus=(0, 100))
    for shape in ("free", "16x9", "8x5", "3x2", "4x3", "1x1"):
        for ending in ("avif", "webp", "jpg"):
            assert all(is_served(image, spec) for spec in list_specs(image, shape, ending=ending))
        assert fallback_width(image, shape) in served_widths(image, shape)


def test_the_size_of_a_crop_is_the_largest_of_its_shape() -> None:
    assert largest_size(make_image(1200, 800), "1x1") == (800, 800)
    assert largest_size(make_image(1200, 800), "free") == (1200, 800)
