"""Pictures are stored and served upright, without metadata, in the shapes that pages request."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageOps

from newsroom.media.processing import encode, normalize
from tests.newsroom.media.processing.pictures import draw_image, encode_image, make_linear_profile, open_image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def is_near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = picture.convert("RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 25 for one, other in zip(pixel, colour, strict=True))


def decode(result: encode.Encoded) -> Image.Image:
    picture = Image.open(BytesIO(result.data))
    picture.load()
    return picture


# Cleaning -------------------------------------------------------------------------------------------------------------


def test_a_photo_is_turned_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = encode_image(draw_image(60, 40), "JPEG", exif=exif, comment=b"Secret words", quality=95)
    assert b"Secret camera" in data

    picture = normalize.normalize(open_image(data))
    result = encode.encode_original(picture, ending="jpg")

    assert (result.width, result.height) == (40, 60)
    assert is_near(decode(result), (20, 5), RED)
    assert is_near(decode(result), (20, 55), BLUE)
    assert b"Secret" not in result.data
    assert dict(decode(result).getexif()) == {}


@pytest.mark.parametrize("ending", ["avif", "webp", "jpg", "png"])
def test_no_format_contains_metadata(ending: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Secret words"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = normalize.normalize(open_image(encode_image(draw_image(), "WEBP", exif=exif, icc_profile=profile)))
    result = encode.encode_rendition(picture, width=60, ratio=None, focus=(50, 50), ending=ending)
    assert b"Secret" not in result.data
    assert "icc_profile" not in decode(result).info


def test_a_cmyk_picture_is_converted_to_rgb() -> None:
    picture = normalize.normalize(open_image(encode_image(draw_image(mode="CMYK"), "JPEG", quality=95)))
    assert picture.mode == "RGB"
    assert is_near(picture, (5, 5), RED)


def test_colours_of_another_profile_are_converted() -> None:
    original = draw_image()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = normalize.normalize(open_image(encode_image(original, "PNG", icc_profile=lab)))
    assert picture.getpixel((5, 5)) == RED  # a profile of another colour space is ignored
    gamma = make_linear_profile()
    brighter = normalize.normalize(open_image(encode_image(original, "PNG", icc_profile=gamma)))
    pixel = brighter.getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[0] > RED[0]


def test_converting_colours_does_not_change_transparency() -> None:
    clear = draw_image(mode="RGBA")
    clear.putpixel((5, 5), (0, 0, 0, 0))
    cleaned = normalize.normalize(open_image(encode_image(clear, "PNG", icc_profile=make_linear_profile())))
    red, *_, alpha = cleaned.getpixel((6, 6))  # type: ignore[misc]
    assert red > RED[0]
    assert (alpha, cleaned.getpixel((5, 5))[3]) == (255, 0)  # type: ignore[index]


def test_a_broken_profile_or_orientation_is_ignored() -> None:
    data = encode_image(draw_image(), "PNG", icc_profile=b"nonsense", exif=b"Exif\0\0MMnonsense")
    assert normalize.normalize(open_image(data)).getpixel((5, 5)) == RED


def test_transparency_is_kept_if_the_picture_uses_it() -> None:
    clear = draw_image(mode="RGBA")
    clear.putpixel((5, 5), (0, 0, 0, 0))
    palette = clear.quantize(8)
    for picture in (clear, palette):
        cleaned = normalize.normalize(open_image(encode_image(picture)))
        assert cleaned.mode == "RGBA"
        assert cleaned.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert normalize.normalize(open_image(encode_image(draw_image(mode="RGBA")))).mode == "RGB"


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    deep = Image.new("I;16", (20, 20), 128 * 256)
    assert normalize.normalize(open_image(encode_image(deep))).getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_picture_of_many_rows_is_turned_by_its_orientation(orientation: int, mode: str) -> None:
    corners = draw_image(90, 2 * normalize.ROWS + 50)
    corners.paste((250, 250, 250), (0, 0, 40, 300))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode_image(corners.convert(mode), exif=exif)
    upright = ImageOps.exif_transpose(open_image(data)).convert("RGB")
    assert normalize.normalize(open_image(data)).convert("RGB").tobytes() == upright.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_becomes_rgb_or_rgba(mode: str) -> None:
    assert normalize.normalize(open_image(encode_image(draw_image(mode=mode)))).mode in ("RGB", "RGBA")


# Storage -----------------------------------------------------------------------------------------------


def test_drawings_and_transparent_pictures_are_stored_without_loss() -> None:
    drawing = encode.encode_original(draw_image(), ending=encode.storage_extension(draw_image(), is_drawing=True))
    assert drawing.extension == "png"
    assert decode(drawing).getpixel((5, 5)) == RED
    assert encode.storage_extension(draw_image(mode="RGBA"), is_drawing=False) == "png"
    assert encode.storage_extension(draw_image(), is_drawing=False) == "jpg"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(130, 600), (61, 301), (300, 1430)])
def test_resizing_a_few_rows_at_a_time_gives_nearly_the_same_result(mode: str, size: tuple[int, int]) -> None:
    # The noise is so mild that no value is clipped between the two passes.
    picture = Image.effect_noise((310, 1431), 25).convert("RGB")
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    at_once = picture.resize(size, Image.Resampling.LANCZOS)
    by_rows = decode(encode.encode_resized(picture, size, ending="png"))
    difference = ImageChops.difference(at_once.convert("RGBa"), by_rows.convert("RGBa")).getextrema()
    assert max(most for _, most in difference) <= 2  # type: ignore[misc]  # a pair for each channel


def test_a_smaller_copy_gives_the_same_crop_as_the_picture() -> None:
    picture, options = draw_image(600, 400), {"width": 90, "ratio": (1, 1), "focus": (0, 50), "ending": "jpg"}
    copy = decode(encode.encode_resized(picture, (301, 201), ending="png"))
    result = encode.encode_rendition(copy, whole=picture.size, **options)  # type: ignore[arg-type]  # several types
    assert (result.width, result.height) == (90, 90)
    assert is_near(decode(result), (60, 45), RED)
    assert is_near(decode(result), (75, 45), BLUE)


# Shapes and sizes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratio", "focus", "box"),
    [
        (None, (0, 0), (0, 0, 600, 400)),
        ((1, 1), (50, 50), (100, 0, 500, 400)),
        ((1, 1), (0, 50), (0, 0, 400, 400)),
        ((1, 1), (100, 50), (200, 0, 600, 400)),
        ((1, 1), (40, 90), (40, 0, 440, 400)),
        ((3, 1), (50, 90), (0, 200, 600, 400)),
        ((3, 2), (10, 10), (0, 0, 600, 400)),
    ],
)
def test_a_crop_is_centred_as_close_to_the_focal_point_as_possible(
    ratio: tuple[int, int] | None, focus: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    assert encode.crop_box((600, 400), ratio=ratio, focus=focus) == box


@given(
    st.tuples(st.integers(1, 16_000), st.integers(1, 16_000)),
    st.tuples(st.integers(1, 21), st.integers(1, 21)),
    st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_a_crop_is_inside_and_reaches_two_sides(
    size: tuple[int, int], ratio: tuple[int, int], focus: tuple[int, int]
) -> None:
    left, top, right, bottom = encode.crop_box(size, ratio=ratio, focus=focus)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert right - left == size[0] or bottom - top == size[1]


@pytest.mark.parametrize("ending", ["avif", "webp", "jpg"])
def test_a_rendition_has_the_requested_shape_width_and_format(ending: str) -> None:
    result = encode.encode_rendition(draw_image(600, 400), width=90, ratio=(1, 1), focus=(0, 50), ending=ending)
    picture = decode(result)
    assert picture.format == encode.ENCODINGS[ending]
    assert picture.size == (result.width, result.height) == (90, 90)
    assert is_near(picture, (10, 45), RED)


def test_a_rendition_is_never_larger_than_the_picture() -> None:
    result = encode.encode_rendition(draw_image(60, 40), width=320, ratio=None, focus=(50, 50), ending="webp")
    assert (result.width, result.height) == (60, 40)


def test_in_a_format_without_transparency_the_background_is_paper() -> None:
    result = encode.encode_rendition(
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)), width=40, ratio=None, focus=(50, 50), ending="jpg"
    )
    assert is_near(decode(result), (20, 20), encode.PAPER)


def test_the_same_picture_always_gives_the_same_bytes() -> None:
    one, other = (
        encode.encode_rendition(draw_image(), width=40, ratio=(1, 1), focus=(50, 50), ending="avif").data
        for _ in range(2)
    )
    assert one == other
