"""Pictures are kept and served upright, without a word about who took them, in the shapes that pages ask for."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageOps

from newsroom.media.processing import encode, normalize
from tests.newsroom.media.processing.pictures import drawn, encoded, opened, straight_profile

RED, BLUE = (200, 30, 30), (30, 30, 200)


def is_near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = picture.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 25 for one, other in zip(found, colour, strict=True))


def again(made: encode.Encoded) -> Image.Image:
    picture = Image.open(BytesIO(made.data))
    picture.load()
    return picture


# Cleaning -------------------------------------------------------------------------------------------------------------


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = encoded(drawn(60, 40), "JPEG", exif=exif, comment=b"Secret words", quality=95)
    assert b"Secret camera" in data

    picture = normalize.normalize(opened(data))
    made = encode.encode_original(picture, ending="jpg")

    assert (made.width, made.height) == (40, 60)
    assert is_near(again(made), (20, 5), RED)
    assert is_near(again(made), (20, 55), BLUE)
    assert b"Secret" not in made.data
    assert dict(again(made).getexif()) == {}


@pytest.mark.parametrize("ending", ["avif", "webp", "jpg", "png"])
def test_no_format_carries_metadata_on(ending: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Secret words"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = normalize.normalize(opened(encoded(drawn(), "WEBP", exif=exif, icc_profile=profile)))
    made = encode.encode_rendition(picture, width=60, ratio=None, focus=(50, 50), ending=ending)
    assert b"Secret" not in made.data
    assert "icc_profile" not in again(made).info


def test_a_picture_in_printers_colours_becomes_one_for_screens() -> None:
    picture = normalize.normalize(opened(encoded(drawn(mode="CMYK"), "JPEG", quality=95)))
    assert picture.mode == "RGB"
    assert is_near(picture, (5, 5), RED)


def test_colours_of_another_profile_are_shown_as_they_were_meant() -> None:
    swapped = drawn()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = normalize.normalize(opened(encoded(swapped, "PNG", icc_profile=lab)))
    assert picture.getpixel((5, 5)) == RED  # a profile of another kind is left out
    gamma = straight_profile()
    brighter = normalize.normalize(opened(encoded(swapped, "PNG", icc_profile=gamma)))
    found = brighter.getpixel((5, 5))
    assert isinstance(found, tuple)
    assert found[0] > RED[0]


def test_colours_of_another_profile_leave_transparency_alone() -> None:
    clear = drawn(mode="RGBA")
    clear.putpixel((5, 5), (0, 0, 0, 0))
    cleaned = normalize.normalize(opened(encoded(clear, "PNG", icc_profile=straight_profile())))
    red, *_, alpha = cleaned.getpixel((6, 6))  # type: ignore[misc]
    assert red > RED[0]
    assert (alpha, cleaned.getpixel((5, 5))[3]) == (255, 0)  # type: ignore[index]


def test_a_broken_profile_or_orientation_does_not_lose_the_picture() -> None:
    data = encoded(drawn(), "PNG", icc_profile=b"nonsense", exif=b"Exif\0\0MMnonsense")
    assert normalize.normalize(opened(data)).getpixel((5, 5)) == RED


def test_transparency_is_kept_where_there_is_any() -> None:
    clear = drawn(mode="RGBA")
    clear.putpixel((5, 5), (0, 0, 0, 0))
    palette = clear.quantize(8)
    for picture in (clear, palette):
        cleaned = normalize.normalize(opened(encoded(picture)))
        assert cleaned.mode == "RGBA"
        assert cleaned.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert normalize.normalize(opened(encoded(drawn(mode="RGBA")))).mode == "RGB"


def test_deep_grey_keeps_its_shades() -> None:
    deep = Image.new("I;16", (20, 20), 128 * 256)
    assert normalize.normalize(opened(encoded(deep))).getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_picture_of_many_rows_is_turned_as_its_camera_says(orientation: int, mode: str) -> None:
    corners = drawn(90, 2 * normalize.ROWS + 50)
    corners.paste((250, 250, 250), (0, 0, 40, 300))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(corners.convert(mode), exif=exif)
    upright = ImageOps.exif_transpose(opened(data)).convert("RGB")
    assert normalize.normalize(opened(data)).convert("RGB").tobytes() == upright.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_pixel_becomes_one_of_two(mode: str) -> None:
    assert normalize.normalize(opened(encoded(drawn(mode=mode)))).mode in ("RGB", "RGBA")


# What is kept ---------------------------------------------------------------------------------------------------------


def test_drawings_and_transparent_pictures_are_kept_without_loss() -> None:
    drawing = encode.encode_original(drawn(), ending=encode.storage_extension(drawn(), is_drawing=True))
    assert drawing.extension == "png"
    assert again(drawing).getpixel((5, 5)) == RED
    assert encode.storage_extension(drawn(mode="RGBA"), is_drawing=False) == "png"
    assert encode.storage_extension(drawn(), is_drawing=False) == "jpg"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(130, 600), (61, 301), (300, 1430)])
def test_a_copy_made_a_few_rows_at_a_time_is_that_made_at_once(mode: str, size: tuple[int, int]) -> None:
    picture = Image.effect_noise((310, 1431), 25).convert("RGB")  # nothing is clipped between the passes
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    at_once = picture.resize(size, Image.Resampling.LANCZOS)
    by_rows = again(encode.encode_resized(picture, size, ending="png"))
    furthest = ImageChops.difference(at_once.convert("RGBa"), by_rows.convert("RGBa")).getextrema()
    assert max(most for _, most in furthest) <= 2  # type: ignore[misc]  # a pair for each channel


def test_a_smaller_copy_gives_the_crop_that_the_picture_gives() -> None:
    picture, asked = drawn(600, 400), {"width": 90, "ratio": (1, 1), "focus": (0, 50), "ending": "jpg"}
    copy = again(encode.encode_resized(picture, (301, 201), ending="png"))
    made = encode.encode_rendition(copy, whole=picture.size, **asked)  # type: ignore[arg-type]  # as the other takes them
    assert (made.width, made.height) == (90, 90)
    assert is_near(again(made), (60, 45), RED)
    assert is_near(again(made), (75, 45), BLUE)


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
def test_a_crop_keeps_what_matters_as_near_to_its_middle_as_it_can(
    ratio: tuple[int, int] | None, focus: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    assert encode.crop_box((600, 400), ratio=ratio, focus=focus) == box


@given(
    st.tuples(st.integers(1, 16_000), st.integers(1, 16_000)),
    st.tuples(st.integers(1, 21), st.integers(1, 21)),
    st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_a_crop_lies_inside_and_touches_two_sides(
    size: tuple[int, int], ratio: tuple[int, int], focus: tuple[int, int]
) -> None:
    left, top, right, bottom = encode.crop_box(size, ratio=ratio, focus=focus)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert right - left == size[0] or bottom - top == size[1]


@pytest.mark.parametrize("ending", ["avif", "webp", "jpg"])
def test_a_rendition_has_the_shape_width_and_format_asked_for(ending: str) -> None:
    made = encode.encode_rendition(drawn(600, 400), width=90, ratio=(1, 1), focus=(0, 50), ending=ending)
    picture = again(made)
    assert picture.format == encode.ENCODINGS[ending]
    assert picture.size == (made.width, made.height) == (90, 90)
    assert is_near(picture, (10, 45), RED)


def test_a_rendition_is_never_larger_than_the_picture() -> None:
    made = encode.encode_rendition(drawn(60, 40), width=320, ratio=None, focus=(50, 50), ending="webp")
    assert (made.width, made.height) == (60, 40)


def test_where_a_format_knows_no_transparency_paper_shows_through() -> None:
    made = encode.encode_rendition(
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)), width=40, ratio=None, focus=(50, 50), ending="jpg"
    )
    assert is_near(again(made), (20, 20), encode.PAPER)


def test_the_same_picture_always_gives_the_same_bytes() -> None:
    one, other = (
        encode.encode_rendition(drawn(), width=40, ratio=(1, 1), focus=(50, 50), ending="avif").data for _ in range(2)
    )
    assert one == other
