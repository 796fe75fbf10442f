"""Large progressive JPEGs are decoded in two steps, with almost the same result as in one."""

import pytest
from PIL import Image, ImageChops

from newsroom.media.processing import normalize, progressive_jpeg
from newsroom.media.processing.open_safely import RefusedImageError
from tests.newsroom.media.processing.pictures import draw_image, encode_image, open_image

PHOTO_OPTIONS = {"quality": 92, "progressive": True}


@pytest.fixture(autouse=True)
def _treat_all_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive_jpeg, "LARGE", 0)


def draw_gradients(width: int, height: int) -> Image.Image:
    """Return a picture with noise in its luminance and smooth gradients in its colours."""
    horizontal, vertical = (
        gradient.resize((width, height)).point(lambda value: 100 + value // 4)
        for gradient in (Image.linear_gradient("L"), Image.radial_gradient("L"))
    )
    return Image.merge("YCbCr", (Image.effect_noise((width, height), 20), horizontal, vertical)).convert("RGB")


def max_difference(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference between two pictures in any channel of any pixel."""
    return max(most for _, most in ImageChops.difference(one, other).convert("RGB").getextrema())  # type: ignore[misc]


@pytest.mark.parametrize("size", [(160, 120), (161, 2 * progressive_jpeg._ROWS + 33)])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_large_progressive_picture_looks_the_same_as_decoded_in_one_step(
    size: tuple[int, int], subsampling: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode_image(draw_gradients(*size), "JPEG", subsampling=subsampling, **PHOTO_OPTIONS)
    in_two_steps = open_image(data)
    monkeypatch.setattr(progressive_jpeg, "LARGE", progressive_jpeg.LARGE + size[0] * size[1])
    in_one_step = open_image(data)
    assert in_two_steps.size == in_one_step.size == size
    assert max_difference(in_two_steps.convert("L"), in_one_step.convert("L")) <= 3
    assert max_difference(in_two_steps, in_one_step) <= 6


def test_a_large_progressive_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = normalize.normalize(open_image(encode_image(draw_image(60, 40), "JPEG", exif=exif, **PHOTO_OPTIONS)))
    red, _, blue = picture.getpixel((20, 5))  # type: ignore[misc]
    assert (picture.size, picture.info) == ((40, 60), {})
    assert red > 150 > 60 > blue


@pytest.mark.parametrize("options", [{"keep_rgb": True}, {"progressive": False}])
def test_other_jpegs_are_decoded_in_one_step(options: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive_jpeg, "decode", lambda *_: pytest.fail("It was decoded in two steps."))
    red, _, blue = open_image(encode_image(draw_image(), "JPEG", **{**PHOTO_OPTIONS, **options})).getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > 60 > blue


def test_a_truncated_progressive_picture_is_refused() -> None:
    data = encode_image(draw_gradients(160, 120), "JPEG", **PHOTO_OPTIONS)
    with pytest.raises(RefusedImageError, match="The file is damaged"):
        open_image(data[: len(data) // 2])
