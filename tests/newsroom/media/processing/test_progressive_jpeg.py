"""Large JPEGs that come in passes are decoded in two halves, and look as if they had not been."""

import pytest
from PIL import Image, ImageChops

from newsroom.media.processing import normalize, progressive_jpeg
from newsroom.media.processing.open import RefusedImageError
from tests.newsroom.media.processing.pictures import drawn, encoded, opened

AS_PHOTOGRAPHS = {"quality": 92, "progressive": True}


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive_jpeg, "LARGE", 0)


def seen(width: int, height: int) -> Image.Image:
    """Return a picture of fine light and colours that run into each other."""
    along, down = (
        gradient.resize((width, height)).point(lambda value: 100 + value // 4)
        for gradient in (Image.linear_gradient("L"), Image.radial_gradient("L"))
    )
    return Image.merge("YCbCr", (Image.effect_noise((width, height), 20), along, down)).convert("RGB")


def furthest(one: Image.Image, other: Image.Image) -> int:
    """Return how far apart the two are in any channel of any pixel."""
    return max(most for _, most in ImageChops.difference(one, other).convert("RGB").getextrema())  # type: ignore[misc]


@pytest.mark.parametrize("size", [(160, 120), (161, 2 * progressive_jpeg._ROWS + 33)])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_large_picture_in_passes_looks_as_when_decoded_at_once(
    size: tuple[int, int], subsampling: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(seen(*size), "JPEG", subsampling=subsampling, **AS_PHOTOGRAPHS)
    in_halves = opened(data)
    monkeypatch.setattr(progressive_jpeg, "LARGE", progressive_jpeg.LARGE + size[0] * size[1])
    at_once = opened(data)
    assert in_halves.size == at_once.size == size
    assert furthest(in_halves.convert("L"), at_once.convert("L")) <= 3
    assert furthest(in_halves, at_once) <= 6


def test_it_is_turned_upright_all_the_same() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = normalize.normalize(opened(encoded(drawn(60, 40), "JPEG", exif=exif, **AS_PHOTOGRAPHS)))
    red, _, blue = picture.getpixel((20, 5))  # type: ignore[misc]
    assert (picture.size, picture.info) == ((40, 60), {})
    assert red > 150 > 60 > blue


@pytest.mark.parametrize("options", [{"keep_rgb": True}, {"progressive": False}])
def test_others_are_decoded_at_once(options: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive_jpeg, "decode", lambda *_: pytest.fail("It was decoded in halves."))
    red, _, blue = opened(encoded(drawn(), "JPEG", **{**AS_PHOTOGRAPHS, **options})).getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > 60 > blue


def test_one_that_stops_half_way_is_refused() -> None:
    data = encoded(seen(160, 120), "JPEG", **AS_PHOTOGRAPHS)
    with pytest.raises(RefusedImageError, match="not complete"):
        opened(data[: len(data) // 2])
